import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defuseHidden, undefuse } from '../../../src/input/cell.js';

it.each([' =1+1', '\u00a0=1', '\n=1', '  @SUM(A1)'])('a formula behind spaces is defused: %j', (cell) => {
  expect(defuseHidden(cell)).toBe(`'${cell}`);
});

it.each(['', ' ', 'Keller & Co', ' a = b', '=1'])(
  'what is none, or what csv-stringify defuses, stays: %j',
  (cell) => {
    expect(defuseHidden(cell)).toBe(cell);
  },
);

it('what was defused is read again as it was, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '\u00a0', '\n', '=', '+', 'a', "'") }), (cell) => {
      const defused = defuseHidden(cell);
      if (defused !== cell) expect(undefuse(defused)).toBe(cell);
    }),
  );
});
