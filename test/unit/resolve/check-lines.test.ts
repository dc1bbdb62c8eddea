import { expect, it } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import type { BillingContactId, PlanId } from '../../../src/common/ids.js';
import type { InputRow } from '../../../src/input/input-file.js';
import type { CheckedLine } from '../../../src/ledger/checked-line.js';
import { checkLines } from '../../../src/resolve/check-lines.js';
import { createNames } from '../../../src/resolve/names.js';

const names = createNames(
  [{ planId: '30' as PlanId, name: 'Pro' }],
  [{ billingContactId: '7' as BillingContactId, name: 'Ada', company: '', email: '' }],
  undefined,
);

async function check(values: InputRow['values'], findings: InputRow['findings'] = []) {
  const warnings: string[] = [];
  async function* rows(): AsyncGenerator<readonly InputRow[]> {
    yield [{ position: 4, line: 6, cells: ['a', 'b'], values, findings }];
  }
  const lines: CheckedLine[] = [];
  for await (const chunk of checkLines(rows(), switchPlan, names, (line, text) =>
    warnings.push(`${line} ${text}`),
  ))
    lines.push(...chunk);
  return { line: lines[0], warnings };
}

it('a row with everything becomes an order with its names resolved', async () => {
  const { line, warnings } = await check({ sn: 'ab12', plan: 'pro', multiCycle: '1', poNumber: 'PO' });
  expect(line).toStrictEqual({
    position: 4,
    line: 6,
    cells: '["a","b"]',
    snKey: 'AB12',
    findings: [],
    order: {
      serialNumber: 'ab12',
      planId: '30',
      billingContactId: '7',
      billingCycle: 'annually',
      multiCycle: 1,
      ownPoNumber: 'PO',
    },
  });
  expect(warnings).toStrictEqual([]);
});

it('a cycle that is not named is one year', async () => {
  expect((await check({ sn: 'A', plan: 'Pro' })).line?.order).toMatchObject({
    multiCycle: 1,
    ownPoNumber: undefined,
  });
});

it('another cycle than one year is warned about and ordered all the same', async () => {
  const { line, warnings } = await check({ sn: 'A', plan: 'Pro', multiCycle: '3' });
  expect(line?.order).toMatchObject({ multiCycle: 3 });
  expect(warnings).toStrictEqual([expect.stringMatching(/^6 .*renewal interval/)]);
});

it('everything that is wrong with a row is found at once, and it has no order', async () => {
  const before = { line: 6, code: 'cycle_out_of_range', message: 'too long' } as const;
  const { line, warnings } = await check({ sn: 'A', plan: 'Gold', billingContact: 'Bob' }, [before]);
  expect(line?.order).toBeUndefined();
  expect(line?.snKey).toBe('A');
  expect(line?.findings.map(({ line, code }) => `${line} ${code}`)).toStrictEqual([
    '6 cycle_out_of_range',
    '6 unknown_plan',
    '6 unknown_billing_contact',
  ]);
  expect(warnings).toStrictEqual([]);
});

it('a row without a serial number has neither key nor order', async () => {
  const { line } = await check({ plan: 'Pro' });
  expect(line).toMatchObject({ snKey: undefined, order: undefined });
});

it('a header that stands once more is that finding alone: its words are no names', async () => {
  const again = { line: 6, code: 'repeated_header', message: 'once more' } as const;
  const { line } = await check({}, [again]);
  expect(line).toMatchObject({ snKey: undefined, order: undefined, findings: [again] });
});
