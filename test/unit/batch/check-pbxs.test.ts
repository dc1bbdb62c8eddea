import { expect, it } from 'vitest';
import purchasePlan from '../../../jobs/purchase-plan.js';
import switchPlan from '../../../jobs/switch-plan.js';
import { checkInventory, findingOf } from '../../../src/batch/check-pbxs.js';
import { Problem } from '../../../src/common/errors.js';
import type { SerialNumber } from '../../../src/common/ids.js';
import type { Job } from '../../../src/job/define.js';
import { readPbx } from '../../../src/portal/inventory.js';
import { fromJson } from '../../../src/portal/json.js';
import type { Inventory } from '../../../src/portal/read-inventory.js';
import { JUNE, line, load, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();

/** Checks a file of these serial numbers against an inventory. */
async function check(file: readonly string[], read: () => Promise<Inventory>, job: Job = switchPlan) {
  const ledger = await newLedger(folder);
  const { runNo } = await load(ledger, [file.map((sn, at) => line(at, sn))]);
  const warnings: string[] = [];
  const context = { batch: JUNE, runNo, ledger, job };
  const found = await checkInventory(context, read, {
    warn: (message) => warnings.push(message),
    mayListNone: false,
  });
  const left = await ledger.read.bySerialNumber({ batch: JUNE, runNo }, '');
  await ledger.close();
  return { found, warnings, left: left.map(({ sn_key }) => sn_key as string) };
}

const listed =
  (serials: readonly (string | undefined)[], whole = true) =>
  async () => ({
    pbxs: serials.map((serialNumber) => ({ serialNumber, fields: new Map<string, string>() })),
    whole,
  });

it('a serial number that is not in the inventory is a finding with the nearest one, and out of the run', async () => {
  const { found, warnings, left } = await check(
    ['369471667338', '369471667339', 'ABCDEF'],
    listed(['369471667338', '369471670025']),
  );
  expect(warnings).toEqual([]);
  expect(left).toEqual(['369471667338']);
  expect(found).toEqual([
    {
      line: 3,
      code: 'unknown_serial_number',
      message: "369471667339 is not among the account's 2 PBXs for product 9: did you mean 369471667338?",
    },
    {
      line: 4,
      code: 'unknown_serial_number',
      message: "ABCDEF is not among the account's 2 PBXs for product 9",
    },
  ]);
});

it.each([
  ['a switch of three', ['QQ11', 'QQ22', 'QQ33'], switchPlan, 'warned about'],
  ['a switch of two', ['QQ11', 'QQ22'], switchPlan, 'found'],
  ['a switch of three, one of them near', ['QQ11', 'QQ22', '369471667339'], switchPlan, 'found'],
  ['a switch of three, one of them listed', ['QQ11', 'QQ22', '369471667338'], switchPlan, 'found'],
  ['a purchase for a PBX without a plan of the product', ['QQ11'], purchasePlan, 'warned about'],
  ['a purchase, with a slip', ['369471667339'], purchasePlan, 'found'],
] as const)(
  'a file that has nothing to do with the list speaks against the list: %s',
  async (_, file, job, what) => {
    const { found, warnings, left } = await check(file, listed(['369471667338', '369471670025']), job);
    if (what === 'found') expect([found.length > 0, warnings]).toEqual([true, []]);
    else {
      expect({ found, left: left.length }).toEqual({ found: [], left: file.length });
      expect(warnings).toEqual([expect.stringContaining('none of the')]);
    }
  },
);

it('case does not matter', async () => {
  expect((await check(['3631e3418911'], listed(['3631E3418911']))).found).toEqual([]);
});

it.each([
  ['lists none', listed([]), 'the portal lists none for product 9'],
  ['shows no serial numbers', listed([undefined, undefined]), 'none of the 2 listed PBXs has a field'],
  ['shows some without', listed(['A1', undefined]), 'only 1 of the 2'],
  ['lists less than it has', listed(['A1'], false), 'it has more PBXs than the 1 that it listed'],
  [
    'cannot be read',
    () => Promise.reject(new Problem('portal_refused', 'The portal refuses it.')),
    'they cannot be read. The portal refuses it',
  ],
])('where the portal %s the rows go on, with a warning', async (_, read, why) => {
  const { found, warnings, left } = await check(['369471667339'], read);
  expect({ found, left }).toEqual({ found: [], left: ['369471667339'] });
  expect(warnings).toEqual([expect.stringContaining(why)]);
});

const row = { serial_number: '369471667338' as SerialNumber, line: 7 };
const pbx = (text: string) => readPbx(fromJson(text));

it.each([
  ['{"productNo":"369471667338","currentPlan":"","currentPlanExpireDate":"2027-01-01"}', undefined],
  ['{"productNo":"369471667338","currentPlan":null}', undefined],
  // What the portal answers for a PBX that is not ours is not known: nothing said is nothing proven.
  ['{}', undefined],
  ['{"productNo":"369471667338","currentPlan":"Pro"}', 'switch_under_way'],
  ['{"productNo":"369471667338","currentPlan":{"planName":"Pro"}}', 'switch_under_way'],
  ['{"productNo":"369471667412"}', 'unknown_serial_number'],
])('a PBX of which the portal says %s is %s', (text, code) => {
  expect(findingOf(row, pbx(text), 9)?.code).toBe(code);
});

it('a PBX that the portal does not know is a finding', () => {
  expect(findingOf(row, undefined, 9)).toMatchObject({ line: 7, code: 'unknown_serial_number' });
});
