import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Problem } from '../../../src/common/errors.js';
import { PORTAL_KEYS, parsePortal } from '../../../src/sandbox/portal-spec.js';

it.each([
  [['reference=nowhere'], { reference: 'nowhere' }],
  [['reference-form=cut:20'], { referenceForm: { cutTo: 20 } }],
  [['Reference-Form = Padded'], { referenceForm: 'padded' }],
  [['list-serial=masked', 'details-serial=product'], { listSerial: 'masked', detailsSerial: 'product' }],
  [['list-order=unstable'], { listOrder: 'unstable' }],
  [['window=200'], { window: { newest: 200 } }],
  [['window=30d'], { window: { lastMs: 30 * 86_400_000 } }],
  [['total=cached:60s', 'total-page=absent'], { total: { cachedMs: 60_000 }, totalPage: 'absent' }],
  [['count=lie:-3'], { count: { offBy: -3 } }],
  [['page-size=7'], { maxPageSize: 7 }],
  [['past-end=404'], { pastEnd: '404' }],
  [['list-lag=2s'], { listLagMs: 2000, listLagSpreadMs: 0 }],
  [['list-lag=500ms-5s'], { listLagMs: 500, listLagSpreadMs: 4500 }],
  [['clock=-1h', 'date=+5m'], { clockOffsetMs: -3_600_000, dateOffsetMs: 300_000 }],
  [['drift=-2.5%'], { clockDrift: -0.025 }],
  [
    ['clock-step=-60s@5s', 'clock-step=+2m@1m'],
    {
      clockSteps: [
        { ms: -60_000, afterMs: 5000 },
        { ms: 120_000, afterMs: 60_000 },
      ],
    },
  ],
  [['create-time=minutes'], { createTime: 'minutes' }],
  [['details=500'], { failingDetails: { how: '500', share: 1, foreignOnly: false } }],
  [['details=html:20%'], { failingDetails: { how: 'html', share: 0.2, foreignOnly: false } }],
  [['details=403:.5:foreign'], { failingDetails: { how: '403', share: 0.5, foreignOnly: true } }],
  [['list=404'], { listRefused: 404 }],
  [['older=150'], { older: { count: 150 } }],
  [['older=150:60d'], { older: { count: 150, spreadMs: 60 * 86_400_000 } }],
  [['pending=20%:1m'], { pendingShare: 0.2, pendingMs: 60_000 }],
])('reads %j', (texts, options) => {
  expect(parsePortal(texts)).toEqual(options);
});

it.each([
  [['refrence=nowhere'], '"refrence" is not one of reference, '],
  [['toString=x'], 'is not one of'],
  [[''], 'is not one of'],
  [['reference'], 'reference is nowhere | details | list'],
  [['reference=lists'], 'reference is nowhere | details | list'],
  [['reference-form=cut:'], 'reference-form is whole | lower'],
  [['window=0s'], 'window is <n> | <duration>'],
  [['total=lie:5'], 'total is honest'],
  [['page-size=0'], 'page-size is <n>'],
  [['list-lag=5s-1s'], 'list-lag is'],
  [['clock=1'], 'clock is'],
  [['drift=2'], 'drift is'],
  [['clock-step=5s'], 'clock-step is'],
  [['details=500:120%'], 'details is'],
  [['details=500:1:mine'], 'details is'],
  [['list=500'], 'list is 403 | 404'],
  [['older=150:x'], 'older is'],
  [['older=150:1d:2'], 'older is'],
  [['pending=2'], 'pending is'],
  [['page-size=7', 'page-size=8'], 'page-size is given twice'],
])('refuses %j and says what could stand there', (texts, why) => {
  expect(() => parsePortal(texts)).toThrow(Problem);
  expect(() => parsePortal(texts)).toThrow(
    expect.objectContaining({ code: 'wrong_portal', message: expect.stringContaining(why) }),
  );
});

it('docs/sandbox.md has every key with its values, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
  const rows = [...docs.matchAll(/^\| `([a-z-]+)=` +\| (.+?) +\|/gm)].map(([, name, values]) => [
    name,
    values,
  ]);
  const expected = Object.entries(PORTAL_KEYS).map(([name, { values }]) => [
    name,
    `\`${values.replaceAll(' | ', '`, `')}\``,
  ]);
  expect(rows).toEqual(expected);
});
