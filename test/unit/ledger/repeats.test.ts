import { expect, it } from 'vitest';
import purchase from '../../../jobs/purchase-appliance-plan.js';
import renew from '../../../jobs/renew-appliance-plan.js';
import switchPlan from '../../../jobs/switch-appliance-plan.js';
import type { BatchId } from '../../../src/common/ids.js';
import type { Job } from '../../../src/job/define.js';
import { bring, line, load, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { virtualClock } from '../../support/virtual-clock.js';

const folder = temporaryFolder();
const DAY = 86_400_000;
const MAY = 'may' as BatchId;
const MONTHLY = { billingCycle: 'monthly', multiCycle: 0 } as const;
const YEARS = (multiCycle: number) => ({ billingCycle: 'annually', multiCycle }) as const;

/** The findings for an order that follows an earlier one, so many days later, in the same ledger. */
async function follow(
  first: Job,
  second: Job,
  days: number,
  cycle: { billingCycle: 'annually' | 'monthly'; multiCycle: number } = YEARS(1),
  status: 'succeeded' | 'in_doubt' = 'succeeded',
): Promise<string[]> {
  const clock = virtualClock();
  let later = 0;
  const ledger = await newLedger(folder, undefined, {
    ...clock,
    now: () => clock.now() + later,
  });
  await load(ledger, [[line(0, 'A', cycle)]], { batch: MAY, job: first });
  await bring(ledger, 'A', status, { batch: MAY });
  later = 80_000 + days * DAY;
  const { findings } = await load(ledger, [[line(0, 'A', cycle)]], { job: second });
  await ledger.close();
  return findings.map(({ code }) => code);
}

const REPEAT = ['ordered_in_another_batch'];

it.each([
  ['a renewal the next day', renew, renew, 1, YEARS(1), REPEAT],
  ['a renewal after 299 days', renew, renew, 299, YEARS(1), REPEAT],
  ['a renewal a year later', renew, renew, 365, YEARS(1), []],
  ['a renewal for two years, a year later', renew, renew, 365, YEARS(2), REPEAT],
  ['a renewal for two years, two years later', renew, renew, 730, YEARS(2), []],
  ['a monthly renewal two weeks later', renew, renew, 14, MONTHLY, REPEAT],
  ['a monthly renewal a month later', renew, renew, 28, MONTHLY, []],
  ['a renewal after the purchase', purchase, renew, 1, YEARS(1), []],
  ['a renewal after the switch', switchPlan, renew, 1, YEARS(1), []],
  ['a switch to the plan that was purchased', purchase, switchPlan, 400, YEARS(1), REPEAT],
  ['a purchase of the plan that was switched to', switchPlan, purchase, 400, YEARS(1), REPEAT],
  ['a purchase of the plan that was renewed', renew, purchase, 400, YEARS(1), REPEAT],
  ['a switch once more', switchPlan, switchPlan, 4_000, YEARS(1), REPEAT],
] as const)('%s', async (_, first, second, days, cycle, found) => {
  expect(await follow(first, second, days, cycle)).toStrictEqual(found);
});

it('an order in doubt is in the way of everything, however long ago it was sent', async () => {
  expect(await follow(renew, renew, 4_000, YEARS(1), 'in_doubt')).toStrictEqual(REPEAT);
  expect(await follow(purchase, renew, 4_000, YEARS(1), 'in_doubt')).toStrictEqual(REPEAT);
});

it('a batch that has been sent is refused with another job, and a dry run binds it to none', async () => {
  const ledger = await newLedger(folder);
  await load(ledger, [[line(0, 'A')]], { job: purchase });
  await load(ledger, [[line(0, 'A')]], { job: renew });
  await bring(ledger, 'A', 'failed');
  await expect(load(ledger, [[line(0, 'A')]], { job: purchase })).rejects.toMatchObject({
    code: 'batch_of_another_job',
    message: expect.stringContaining('renew-appliance-plan'),
    remedy: expect.stringContaining('--job renew-appliance-plan'),
  });
  await load(ledger, [[line(0, 'A')]], { job: renew });
  await ledger.close();
});
