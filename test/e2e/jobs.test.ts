import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEMO_PBXS } from '../../src/sandbox/demo-pbxs.js';
import { contradictions, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const JOBS = readdirSync(fileURLToPath(new URL('../../jobs/', import.meta.url))).map((name) =>
  name.replace(/\.ts$/, ''),
);

function sample(place: Workplace, name: string): string {
  copyFileSync(join(SAMPLES, name), join(place.folder, name));
  return name;
}

/** What the portal has of each order, by serial number. */
const placed = (truth: Awaited<ReturnType<typeof sandboxForTest>>['truth']) =>
  Object.fromEntries(
    truth().map(({ productNo, operationType, productId, billingCycle, multiCycle }) => [
      productNo,
      `${operationType} ${productId} ${billingCycle} ${multiCycle}`,
    ]),
  );

describe('the job', () => {
  it.each(JOBS)('%s orders its sample whole, each row once, and nothing the second time', async (job) => {
    const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS });
    const place = workplace(sandbox);
    const file = sample(place, `${job}.csv`);
    const { status, summary } = await place.summary([file, '--job', job]);
    expect({ status, failures: summary.failures }).toEqual({ status: 0, failures: undefined });
    expect(summary).toMatchObject({ job, sent: summary.counts.total });
    expect(contradictions(place.results(`${job}.results.csv`), sandbox.truth())).toEqual([]);
    const again = await place.summary([file, '--job', job]);
    expect(again).toMatchObject({ status: 0, summary: { sent: 0 } });
  });

  it('switch-appliance-plan orders each row with its own cycle', async () => {
    const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS });
    const place = workplace(sandbox);
    sample(place, 'switch-appliance-plan.csv');
    await place.summary(['switch-appliance-plan.csv', '--job', 'switch-appliance-plan']);
    expect(placed(sandbox.truth)).toEqual({
      '3692A5501101': 'switch_plan 11 annually 1',
      '3692A5501114': 'switch_plan 11 annually 3',
      '3692A5501127': 'switch_plan 11 monthly 0',
      '3692A5501130': 'switch_plan 11 monthly 0',
      '3692A5501143': 'switch_plan 11 annually 4',
    });
  });

  it('switch-plan has the plan hash that it always had', async () => {
    const place = workplace(await sandboxForTest());
    const { summary } = await place.summary([sample(place, 'switch-plan.csv'), '--dry-run']);
    expect(summary.plan).toBe('82457c501a3569e8e2ef1e7a13a7de77');
  });
});

it('a cycle that does not go with the job, or with the billing cycle, is a finding with its line', async () => {
  const place = workplace(await sandboxForTest());
  place.write('a.csv', 'sn,plan,billingCycle,multiCycle\nA1,Standard,monthly,3\nA2,Standard,annually,0\n');
  place.write('b.csv', 'sn,plan,billingCycle\nA1,Linkus Cloud Service Pro,monthly\n');
  const contact = ['--billing-contact', 'Ada Keller', '--dry-run'];
  const appliance = await place.run(['a.csv', '--job', 'switch-appliance-plan', ...contact]);
  expect(appliance.status).toBe(2);
  expect(appliance.stderr).toMatch(/a\.csv:2 .*multiCycle of 3 does not go with monthly: write 0/s);
  expect(appliance.stderr).toMatch(/a\.csv:3 .*multiCycle of 0 does not go with annually: write 1 to 5/s);
  const linkus = await place.run(['b.csv', ...contact]);
  expect(linkus.stderr).toMatch(/b\.csv:2 .*"monthly" is not a billing cycle of this job: write annually/s);
});

it.each([
  ['the plan in force', '369471667338,Linkus Cloud Service,1', 'plan_in_force'],
  ['another cycle where it cannot change', '369471667338,Linkus Cloud Service Pro,2', 'cycle_cannot_change'],
])('the sandbox refuses an order for %s as the portal does', async (_, row, code) => {
  const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS });
  const place = workplace(sandbox);
  place.write('orders.csv', `sn,plan,multiCycle\n${row}\n`);
  await place.run(['orders.csv', '--billing-contact', 'Ada Keller']);
  expect(place.results('orders.results.csv')[0]).toMatchObject({ errorCode: code });
  expect(sandbox.truth()).toEqual([]);
});

it('a batch that one job has ordered is refused with another, with the command to go on', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', 'sn,plan\nA1,Linkus Cloud Service Pro\n');
  await place.run(['orders.csv', '--billing-contact', 'Ada Keller', '--job', 'purchase-plan']);
  const other = await place.run(['orders.csv', '--billing-contact', 'Ada Keller']);
  expect(other.status).toBe(2);
  expect(other.stderr).toContain('was run with the job purchase-plan, not with switch-plan');
  expect(other.stderr).toContain('--job purchase-plan');
  expect(sandbox.truth()).toHaveLength(1);
});

describe('a renewal of the same PBX with the same plan', () => {
  const DAY_MS = 86_400_000;
  const RENEWAL = 'sn,plan,billingContact\n3692A5503303,Enterprise,Ada Keller\n';
  const renew = (place: Workplace, file: string, days: number) =>
    place.summary([file, '--job', 'renew-appliance-plan'], {
      NODE_OPTIONS: `--require ${fileURLToPath(new URL('../faults/clock-steps.cjs', import.meta.url))}`,
      FAULT_CLOCK: `${days * DAY_MS}@0`,
    });

  it('is a repeat the next month, and none a year later', async () => {
    const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS, tokenLifetimeSeconds: 1e9 });
    const place = workplace(sandbox);
    for (const file of ['this-year.csv', 'again.csv', 'next-year.csv']) place.write(file, RENEWAL);
    expect((await renew(place, 'this-year.csv', 0)).status).toBe(0);
    sandbox.stepClock(30 * DAY_MS);
    const again = await renew(place, 'again.csv', 30);
    expect(again).toMatchObject({ status: 2, summary: { findings: [{ code: 'ordered_in_another_batch' }] } });
    sandbox.stepClock(335 * DAY_MS);
    expect((await renew(place, 'next-year.csv', 365)).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(2);
  });

  it('that a colleague has ordered is in the way for as long: 20 days if it is monthly', async () => {
    const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS, tokenLifetimeSeconds: 1e9 });
    const place = workplace(sandbox);
    sandbox.placeForeign({
      productNo: '3692A5503316',
      productId: '11',
      planId: '3048558946648207360',
      operationType: 'renew_plan',
      billingCycle: 'monthly',
      multiCycle: 0,
    });
    place.write(
      'june.csv',
      'sn,plan,billingCycle,billingContact\n3692A5503316,Standard,monthly,Ada Keller\n',
    );
    sandbox.stepClock(10 * DAY_MS);
    const soon = await renew(place, 'june.csv', 10);
    expect(soon).toMatchObject({ status: 2, summary: { findings: [{ code: 'recently_ordered' }] } });
    sandbox.stepClock(15 * DAY_MS);
    expect((await renew(place, 'june.csv', 25)).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(1);
  });
});
