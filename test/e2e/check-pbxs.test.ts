import { expect, it } from 'vitest';
import { DEMO_PBXS } from '../../src/sandbox/demo-pbxs.js';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const FILE = `sn,plan,billingContact
369471667338,Linkus Cloud Service Pro,Ada Keller
369471667339,Linkus Cloud Service Pro,Ada Keller
3631E3418911,Linkus Cloud Service Pro,Ada Keller
`;

it('a serial number that is not the account’s stops the run before the first order, with the nearest one', async () => {
  const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS, maxPageSize: 10 });
  const place = workplace(sandbox);
  place.write('orders.csv', FILE);
  const { status, stderr, summary } = await place.summary(['orders.csv']);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /orders\.csv:3 {2}369471667339 is not among the account's 23 PBXs .* did you mean 369471667338\?/,
  );
  expect(summary).toMatchObject({ findings: [{ line: 3, code: 'unknown_serial_number' }] });
  expect(sandbox.truth()).toEqual([]);
  // Pages, not one request for each row.
  expect(sandbox.stats().requests).toMatchObject({ pbxList: 4 });
  expect(sandbox.stats().requests).not.toHaveProperty('pbx');
  const left = await place.summary(['orders.csv', '--skip-invalid']);
  expect(left).toMatchObject({ status: 1, summary: { counts: { succeeded: 2, invalid: 1 } } });
});

it('an account whose PBXs cannot be read for certain is a warning, and the run goes on', async () => {
  const pbxs = [{ productNo: '3694-1667-338', productId: '9' }];
  const place = workplace(await sandboxForTest({ pbxs }));
  place.write('orders.csv', csvOf(2));
  const { stderr, summary } = await place.summary(['orders.csv', '--dry-run']);
  expect(summary).toMatchObject({ exitCode: 0, counts: { not_sent: 2 } });
  expect(stderr).toContain(
    "Warning: The serial numbers are not compared with the account's PBXs: none of the 1",
  );
});

it('--check-each finds a switch that is under way, and asks once for each row', async () => {
  const sandbox = await sandboxForTest({ pbxs: DEMO_PBXS, pendingMs: 60_000, pendingShare: 1 });
  const place = workplace(sandbox);
  place.write('first.csv', `${FILE.split('\n').slice(0, 2).join('\n')}\n`);
  await place.run(['first.csv']);
  place.write('orders.csv', FILE.replace('369471667339', '369471667412').replaceAll(' Pro', ' Enterprise'));
  const options = ['orders.csv', '--check-each', '--recent-orders', 'repeat'];
  const { status, stderr } = await place.summary(options);
  expect(status).toBe(2);
  expect(stderr).toMatch(/orders\.csv:2 {2}a switch of 369471667338 to another plan is under way/);
  expect(stderr).not.toContain('orders.csv:3');
  expect(sandbox.stats().requests).toMatchObject({ pbx: 3 });
  expect(sandbox.truth()).toHaveLength(1);
});
