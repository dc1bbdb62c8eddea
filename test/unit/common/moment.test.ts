import { expect, it } from 'vitest';
import { momentAt, readMoment, sayMoment } from '../../../src/common/moment.js';

const local = (day: number, hours: number, minutes = 0): number =>
  new Date(2026, 5, day, hours, minutes).getTime();
const at = (text: string, now: number): number | undefined => {
  const moment = readMoment(text);
  return moment === undefined ? undefined : momentAt(moment, now);
};

it.each([
  ['22:00', local(30, 21), local(30, 22)],
  ['22:00', local(29, 22), local(30, 22)],
  ['6:05', local(29, 23), local(30, 6, 5)],
  ['2026-06-30T22:00', local(1, 0), local(30, 22)],
  ['2026-06-30 22:00', local(1, 0), local(30, 22)],
  ['2026-06-30T22:00:00Z', local(1, 0), Date.UTC(2026, 5, 30, 22)],
  ['2026-06-30T22:00+02:00', local(1, 0), Date.UTC(2026, 5, 30, 20)],
])('the time %s is read: the next one of its kind', (text, now, expected) => {
  expect(at(text, now)).toBe(expected);
});

it.each(['24:00', '12:60', '22', '22.00', '2026-06-30', '2026-13-01T00:00', 'tomorrow', ''])(
  '%j is not a time',
  (text) => {
    expect(readMoment(text)).toBeUndefined();
  },
);

it('a duration counts from now, and a time is said in local time', () => {
  expect(momentAt({ kind: 'in', ms: 5_000 }, 1_000)).toBe(6_000);
  expect(sayMoment(local(3, 7, 5))).toBe('2026-06-03 07:05');
});
