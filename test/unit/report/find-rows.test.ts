import { describe, expect, it } from 'vitest';
import { findRows, type Question } from '../../../src/report/client/find-rows.js';
import type { ReportRow } from '../../../src/report/rows.js';

const STATUSES = ['succeeded', 'failed'];
const ROWS: readonly ReportRow[] = [
  [1, 'B2', 0, 'O1', 'Pro', 1, 300, '', [], []],
  [2, 'a1', 1, '', 'Pro', 2, -1, 'X: no', [], []],
  [3, 'C3', 0, 'O3', 'Enterprise', 1, 20, '', [], []],
];
const HAYSTACKS = ['b2 pro', 'a1 pro x: no', 'c3 enterprise'];
const ask = (question: Partial<Question>): number[] =>
  findRows(ROWS, HAYSTACKS, STATUSES, {
    text: '',
    status: -1,
    sortBy: 0,
    descending: false,
    ...question,
  }).map(([number]) => number);

describe('finding rows', () => {
  it('wants every word, in any case and order', () => {
    expect(ask({ text: '  PRO ' })).toEqual([1, 2]);
    expect(ask({ text: 'no A1' })).toEqual([2]);
    expect(ask({ text: 'nothing' })).toEqual([]);
  });

  it('filters by status', () => {
    expect(ask({ status: 0 })).toEqual([1, 3]);
    expect(ask({ status: 1, text: 'enterprise' })).toEqual([]);
  });

  it('sorts text without case and statuses by their names', () => {
    expect(ask({ sortBy: 1 })).toEqual([2, 1, 3]);
    expect(ask({ sortBy: 2 })).toEqual([2, 1, 3]);
    expect(ask({ sortBy: 1, descending: true })).toEqual([3, 1, 2]);
  });

  it('puts what is missing last, both ways', () => {
    expect(ask({ sortBy: 6 })).toEqual([3, 1, 2]);
    expect(ask({ sortBy: 6, descending: true })).toEqual([1, 3, 2]);
    expect(ask({ sortBy: 3, descending: true })).toEqual([3, 1, 2]);
  });

  it('uses nothing from outside itself, since the browser gets its text alone', () => {
    const alone = new Function(`return (${findRows.toString()})`)() as typeof findRows;
    expect(
      alone(ROWS, HAYSTACKS, STATUSES, { text: 'pro', status: -1, sortBy: 1, descending: false }),
    ).toEqual([ROWS[1], ROWS[0]]);
  });
});
