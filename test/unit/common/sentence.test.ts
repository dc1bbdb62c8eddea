import { expect, it } from 'vitest';
import { asClause, someOf } from '../../../src/common/sentence.js';

it.each([
  ['none', [], ''],
  ['one', ['A'], 'A'],
  ['as many as there is room for', ['A', 'B'], 'A, B'],
  ['more than there is room for', ['A', 'B', 'C', 'D'], 'A, B and 2 more'],
])('says some of many: %s', (_, items, said) => {
  expect(someOf(items, 2)).toBe(said);
});

it('takes the full stop off a sentence that is to stand inside another one', () => {
  expect(asClause('The disk is full.')).toBe('The disk is full');
  expect(asClause('The disk is full')).toBe('The disk is full');
});
