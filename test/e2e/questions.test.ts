import { describe, expect, it } from 'vitest';
import { DEMO_PBXS } from '../../src/sandbox/demo-pbxs.js';
import { workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const LINKUS = DEMO_PBXS.filter(({ productId }) => productId === '9');

describe('the command plans', () => {
  it('lists plans with ids and list prices', async () => {
    const place = workplace(await sandboxForTest());
    const { status, stdout } = await place.run(['plans']);
    expect(status).toBe(0);
    expect(stdout).toBe(
      'planId               plan                             listPrice annually\n' +
        '3048918719332507701  Linkus Cloud Service             120.00 USD\n' +
        '3048918719332507702  Linkus Cloud Service Pro         240.00 USD\n' +
        '3048918719332507703  Linkus Cloud Service Enterprise  360.00 USD\n',
    );
  });

  it('asks with a PBX of the account if the product wants one, and has prices of each cycle', async () => {
    const place = workplace(await sandboxForTest({ pbxs: DEMO_PBXS }));
    const { stdout } = await place.run(['plans', '--job', 'switch-appliance-plan', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      job: 'switch-appliance-plan',
      productId: 11,
      plans: [
        {
          planId: '3048558946648207360',
          name: 'Standard',
          listPrices: {
            annually: { amount: '99.00', currency: 'USD' },
            monthly: { amount: '9.90', currency: 'USD' },
          },
        },
        { name: 'Enterprise' },
        { name: 'Ultimate' },
      ],
      exitCode: 0,
    });
  });

  it.each([
    ['refused', 'The client may not see prices'],
    ['strange', 'no field that is known as a price. It has the fields'],
  ] as const)('says why there are no prices if they are %s', async (prices, said) => {
    const place = workplace(await sandboxForTest({ prices }));
    const { status, stdout, stderr } = await place.run(['plans']);
    expect(status).toBe(0);
    expect(stderr).toContain(said);
    expect(stdout).toContain('Linkus Cloud Service Pro');
  });
});

it('the command contacts lists them with ids', async () => {
  const place = workplace(await sandboxForTest());
  const { stdout } = await place.run(['contacts']);
  expect(stdout).toContain('9223372036854775807  Bo Lindqvist  Lindqvist Systems  billing@example.org');
  const json = JSON.parse((await place.run(['contacts', '--json'])).stdout);
  expect(json.billingContacts[1]).toEqual({
    billingContactId: '9223372036854775807',
    name: 'Bo Lindqvist',
    company: 'Lindqvist Systems',
    email: 'billing@example.org',
  });
});

describe('the command inventory', () => {
  it('writes a CSV of all pages that is an input of run once a plan is filled in', async () => {
    const sandbox = await sandboxForTest({ pbxs: LINKUS, maxPageSize: 5 });
    const place = workplace(sandbox);
    const { status, stdout } = await place.run(['inventory', '--out', 'mine.csv']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^23 PBXs in .*mine\.csv\n$/);
    const rows = place.results('mine.csv');
    expect(rows.map((row) => row['sn']).sort()).toEqual(LINKUS.map(({ productNo }) => productNo).sort());
    expect(Object.keys(rows[0] ?? {}).slice(0, 3)).toEqual(['sn', 'plan', 'productId']);
    expect(rows[0]).toMatchObject({
      activationStatus: 'activated',
      'subscription.planName': expect.any(String),
    });

    const [head, ...lines] = place.read('mine.csv').trim().split('\n');
    const filled = lines
      .filter((line) => line.includes('Linkus Cloud Service,annually,1'))
      .map((line) => line.replace(/^([^,]+),,/, '$1,Linkus Cloud Service Pro,'));
    place.write('mine.csv', [head, ...filled].join('\n'));
    const run = await place.summary(['mine.csv', '--billing-contact', 'Ada Keller']);
    expect(run).toMatchObject({ status: 0, summary: { sent: filled.length } });
    expect(filled.length).toBeGreaterThan(5);
  });

  it('shows a table, and everything as JSON', async () => {
    const place = workplace(await sandboxForTest({ pbxs: LINKUS }));
    const { stdout } = await place.run(['inventory']);
    expect(stdout.split('\n')[0]).toMatch(/^sn {2,}productId {2}activationStatus/);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    const json = JSON.parse((await place.run(['inventory', '--json'])).stdout);
    expect(json).toMatchObject({ productId: 9, whole: true, count: 23 });
    expect(json.pbxs[0]).toMatchObject({ sn: '369471667338', 'subscription.billingCycle': 'annually' });
  });

  it('of an account without a PBX says so', async () => {
    const place = workplace(await sandboxForTest());
    expect((await place.run(['inventory'])).stdout).toContain('lists no PBXs for product 9');
  });

  it('works with --sandbox, which has the PBXs of the samples', async () => {
    const place = workplace();
    const { status, stdout } = await place.run(['inventory', '--sandbox', '--job', 'renew-appliance-plan']);
    expect(status).toBe(0);
    expect(stdout).toContain('3692A5503303');
    expect(place.exists('.batch')).toBe(false);
  });

  it('without access is exit 2 with the remedy', async () => {
    const place = workplace(await sandboxForTest());
    const { status, stderr } = await place.run(['inventory'], { YEASTAR_CLIENT_SECRET: 'wrong' });
    expect(status).toBe(2);
    expect(stderr).toContain('Check YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET');
  });
});
