import { expect, it } from 'vitest';
import { textTable } from '../../../src/output/table.js';

const HEAD = ['sn', 'empty', 'status', 'plan'];
const ROWS = [
  ['369471667338', '', 'activated', 'Linkus Cloud Service Pro'],
  ['A1', '', '', 'Free'],
];

it('columns are as wide as their longest cell, and empty ones are left out', () => {
  expect(textTable(HEAD, ROWS, 80)).toEqual({
    lines: [
      'sn            status     plan',
      '369471667338  activated  Linkus Cloud Service Pro',
      'A1                       Free',
    ],
    hidden: 0,
  });
});

it('what does not fit is cut, or left out and counted', () => {
  expect(textTable(HEAD, ROWS, 40).lines[1]).toBe('369471667338  activated  Linkus Cloud S…');
  expect(textTable(HEAD, ROWS, 30)).toMatchObject({
    lines: ['sn            status', '369471667338  activated', 'A1'],
    hidden: 1,
  });
});
