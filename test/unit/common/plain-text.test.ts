import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from '../../../src/common/plain-text.js';

it.each([
  ['plain words', 'The plan is not available.', 'The plan is not available.'],
  ['letters of other scripts', 'Größe, 例子, кириллица, 👍🏽', 'Größe, 例子, кириллица, 👍🏽'],
  ['a colour', '\u001b[31mred\u001b[0m', 'red'],
  ['a cleared screen', 'a\u001b[2J\u001b[Hb', 'ab'],
  ['a title of the window', '\u001b]0;title\u0007text', 'text'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['a sequence in its one-character form', 'a\u009b2Jb', 'ab'],
  ['lines', 'one\r\ntwo\nthree', 'one two three'],
  ['a tab and a null', 'a\tb\u0000c', 'a b c'],
  ['backspaces', 'good\b\b\b\bevil', 'good evil'],
  ['a line separator', 'a\u2028b', 'a b'],
  ['a direction that is turned', 'a\u202egnp.exe', 'agnp.exe'],
  ['an escape that is not ended', 'a\u001b', 'a '],
  ['nothing', '', ''],
])('%s', (_, text, expected) => {
  expect(plainText(text)).toBe(expected);
});

it('whatever the text, nothing is left that a terminal would act on, and once is enough', () => {
  const unit = fc.oneof(
    fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '0',
      ';',
      'm',
      '\u0007',
      '\\',
      '\u009b',
      '\u009d',
      '\n',
      '\u202e',
      'a',
    ),
    fc.string({ unit: 'binary', maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const plain = plainText(units.join(''));
      expect(plain).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(plainText(plain)).toBe(plain);
    }),
  );
});
