import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import type { BillingContactId, PlanId } from '../../../src/common/ids.js';
import { openInput } from '../../../src/input/read-input.js';
import { checkLines } from '../../../src/resolve/check-lines.js';
import { createNames } from '../../../src/resolve/names.js';
import { startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { contradictions, csvOf, workplace } from '../../support/program.js';
import { fileWith } from '../input/support.js';

const SECONDS = 1000;

const byte = fc.oneof(
  fc.constantFrom(0, 9, 10, 13, 34, 39, 44, 59, 0x30, 0x41, 0x80, 0xc3, 0xff),
  fc.nat(255),
);
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(4),
  put: fc.array(byte, { maxLength: 4 }),
});

/** A proper file with bytes changed, put in and taken out; now and then hardly any. */
const mutated = (rows: number) =>
  fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
    let bytes = Buffer.from(csvOf(rows));
    for (const { at, remove, put } of changes) {
      const place = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + remove)]);
    }
    return bytes;
  });

it('makes of every row of whatever bytes either an order or findings', {
  timeout: 60 * SECONDS,
}, async () => {
  const names = createNames(
    [{ planId: '1' as PlanId, name: 'Linkus Cloud Service Pro' }],
    [
      {
        billingContactId: '2' as BillingContactId,
        name: 'Ada Keller',
        company: '',
        email: 'ada.keller@example.com',
      },
    ],
    undefined,
  );
  const bytes = fc.oneof(
    mutated(6),
    fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)),
    fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.concat([Buffer.from('sn,planId\n'), some])),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const input = await openInput(fileWith(content), switchPlan);
      for await (const chunk of checkLines(input.rows, switchPlan, names, () => undefined)) {
        for (const { order, findings, snKey } of chunk) {
          expect(order === undefined).toBe(findings.length > 0);
          if (order === undefined) continue;
          expect(order.serialNumber).toMatch(/^[A-Za-z0-9]{1,64}$/);
          expect(snKey).toBe(order.serialNumber.toUpperCase());
          expect([order.planId, order.billingContactId]).toEqual(['1', '2']);
          expect([1, 2, 3, 4, 5]).toContain(order.multiCycle);
        }
      }
    }),
    { numRuns: 250 },
  );
});

it('places nothing from a file with findings, and what it says from one without', {
  timeout: 180 * SECONDS,
}, async () => {
  const files = [...fc.sample(mutated(8), { numRuns: 30, seed: 20_260_731 }), Buffer.from(csvOf(8))];
  const statuses = new Set<number>();
  const worker = async (): Promise<void> => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const place = workplace(sandbox);
    for (let content = files.pop(); content !== undefined; content = files.pop()) {
      const name = `file-${files.length}`;
      place.write(`${name}.csv`, content);
      const before = sandbox.truth().length;
      const { status, stderr } = await place.run([
        `${name}.csv`,
        '--ledger',
        `${name}.db`,
        '--lookback',
        '0s',
      ]);
      const placed = sandbox.truth().slice(before);
      statuses.add(status);
      expect([0, 2]).toContain(status);
      expect(stderr).not.toMatch(/\n\s+at .+:\d+:\d+/);
      if (status === 2) expect(placed).toEqual([]);
      else expect(contradictions(place.results(`${name}.results.csv`), placed)).toEqual([]);
    }
  };
  await Promise.all([worker(), worker()]);
  expect(statuses).toEqual(new Set([0, 2]));
});
