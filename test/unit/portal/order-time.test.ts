import { LosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { readTime } from '../../../src/portal/order-time.js';

const AT = Date.UTC(2026, 4, 11, 8, 30, 5);

describe('a time of the portal', () => {
  it.each([
    ['epoch milliseconds', new LosslessNumber('1778488205123'), 1_778_488_205_123],
    ['epoch milliseconds as text', ' 1778488205123 ', 1_778_488_205_123],
    ['epoch seconds', new LosslessNumber('1778488205'), 1_778_488_205_000],
    ['ISO in UTC', '2026-05-11T08:30:05Z', AT],
    ['ISO with milliseconds', '2026-05-11T08:30:05.250Z', AT + 250],
    ['ISO with a zone', '2026-05-11T16:30:05+08:00', AT],
    ['ISO with a zone without its colon', '2026-05-11T16:30:05.000+0800', AT],
    ['ISO with a T and no zone, taken for UTC', '2026-05-11T08:30:05', AT],
    ['ISO to the minute', '2026-05-11T08:30Z', AT - 5_000],
    ['ISO with a blank and a zone', '2026-05-11 16:30:05 +08:00', AT],
    ['ISO in small letters', '2026-05-11t08:30:05z', AT],
    ['the 29th of February of a leap year', '2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ])('is read from %s', (_, value, expected) => {
    expect(readTime(value)).toBe(expected);
  });

  it.each([
    ['a date that may begin with the day or the month', '05/11/2026'],
    ['the same with a time', '05/11/2026 08:30:05'],
    ['a date alone', '2026-05-11'],
    ['a blank and no zone', '2026-05-11 08:30:05'],
    ['dots', '11.05.2026 08:30'],
    ['words', 'Mon, 11 May 2026 08:30:05 GMT'],
    ['a month alone', '2026-05'],
    ['a day that is not there', '2026-02-30T00:00:00Z'],
    ['a month that is not there', '2026-13-01T00:00:00Z'],
    ['an hour that is not there', '2026-05-11T25:00:00Z'],
    ['a zone that is not there', '2026-05-11T08:30:05+99:00'],
    ['a name of a zone', '2026-05-11T08:30:05 PST'],
    ['text behind it', '2026-05-11T08:30:05Z, or later'],
    ['a date in digits', '20260511'],
    ['a date and a time in digits', '20260511083005'],
    ['a small number', new LosslessNumber('7')],
    ['an absurd number', new LosslessNumber('99999999999999999')],
    ['a list', ['1778488205123']],
    ['a number with a fraction', new LosslessNumber('1778488205.5')],
    ['a number that the decoder did not keep', 1_778_488_205_123],
    ['a word', 'soon'],
    ['nothing', ''],
    ['null', null],
    ['an object', {}],
  ])('is not %s', (_, value) => {
    expect(readTime(value)).toBeUndefined();
  });
});
