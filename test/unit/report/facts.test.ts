import { describe, expect, it } from 'vitest';
import { orderEntry, placesIn, rejectedEntry } from '../../../src/report/entry.js';
import { collectFacts, quantile, type Send } from '../../../src/report/facts.js';
import { reportRow } from '../../../src/report/rows.js';
import { timelineOf } from '../../../src/report/timeline.js';
import { COLUMNS, rejected, row, START } from './support.js';

const PLACES = placesIn(COLUMNS);

describe('the entries of a report', () => {
  it("finds the user's own words for serial number and plan by the columns' aliases", () => {
    expect(placesIn(['Customer', 'PBX SN', 'Target Plan'])).toEqual({ serialNumber: 1, plan: 2 });
    expect(placesIn(['Customer'])).toEqual({ serialNumber: -1, plan: -1 });
    expect(orderEntry(row(0), PLACES).plan).toBe('Linkus Cloud Service Pro');
    expect(orderEntry(row(0), placesIn(['sn'])).plan).toBe('1876543210987654321');
  });

  it('keeps 64-bit ids as text, digit for digit', () => {
    expect(reportRow(orderEntry(row(0), PLACES))[8]).toContain('9223372036854775807');
  });

  it('shows a row that nobody is sending any more as in_doubt', () => {
    expect(orderEntry(row(0, { status: 'sending' }), PLACES).status).toBe('in_doubt');
  });

  it("tells an earlier run's order of a line that is now rejected", () => {
    const line = { ...rejected(4, ['36X', 'C', 'Pro'], 'no such plan'), status: 'succeeded' as const };
    expect(rejectedEntry(line, PLACES)).toMatchObject({
      number: 5,
      serialNumber: '36X',
      status: 'succeeded',
    });
    expect(rejectedEntry({ ...line, status: null }, PLACES).status).toBe('invalid');
  });
});

describe('the facts', () => {
  it('count rows by status and group what went wrong, the most frequent first', () => {
    const collector = collectFacts();
    const failed = { status: 'failed' as const, error_message: 'because' };
    for (const entry of [
      orderEntry(row(0), PLACES),
      orderEntry(row(1, { ...failed, error_code: 'A' }), PLACES),
      orderEntry(row(2, { ...failed, error_code: 'B' }), PLACES),
      orderEntry(row(3, { ...failed, error_code: 'B', serial_number: row(3).serial_number }), PLACES),
      rejectedEntry(rejected(4, ['', 'C', 'Pro'], 'no such plan'), PLACES),
    ]) {
      collector.add(entry);
    }
    const facts = collector.facts();
    expect(facts.counts).toMatchObject({ succeeded: 1, failed: 3, invalid: 1 });
    expect(facts.total).toBe(5);
    expect(facts.sends).toHaveLength(4);
    expect(facts.reasons.map(({ code, rows, example }) => [code, rows, example])).toEqual([
      ['B', 2, row(2).serial_number],
      ['A', 1, row(1).serial_number],
      ['unknown_plan', 1, 'row 5'],
    ]);
  });

  it('finds quantiles of sorted numbers', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
    expect(quantile([9], 0.5)).toBe(9);
    expect(quantile([], 0.5)).toBeUndefined();
  });
});

describe('the timeline', () => {
  const send = (at: number, more: Partial<Send> = {}): Send => ({
    at: START + at,
    status: 'succeeded',
    tookMs: 200,
    again: 0,
    ...more,
  });

  it('is empty without sends', () => {
    expect(timelineOf([])).toMatchObject({ buckets: [], activeMs: 0 });
  });

  it('counts every send once, in stretches of equal length', () => {
    const { buckets, bucketMs } = timelineOf(Array.from({ length: 6000 }, (_, i) => send(i * 100)));
    expect(bucketMs).toBe(15_000);
    expect(buckets).toHaveLength(40);
    expect(buckets.reduce((sum, { counts }) => sum + (counts.succeeded ?? 0), 0)).toBe(6000);
  });

  it('leaves hours without sends out and says so', () => {
    const day = 24 * 3_600_000;
    const { buckets, activeMs } = timelineOf([send(0), send(1000), send(day), send(day + 1000)]);
    expect(buckets.length).toBeLessThan(6);
    expect(buckets.filter(({ pauseMs }) => pauseMs > 0).map(({ pauseMs }) => pauseMs)).toEqual([day - 1000]);
    expect(activeMs).toBe(2400);
  });

  it('does not grow with the length of a batch', () => {
    const month = Array.from({ length: 5000 }, (_, i) => send(i * 500_000));
    expect(timelineOf(month).buckets.length).toBeLessThanOrEqual(62);
  });

  it('tells the median, the slow end and what was sent again', () => {
    const sends = Array.from({ length: 100 }, (_, i) => send(i, { tookMs: i, again: i < 3 ? 2 : 0 }));
    expect(timelineOf(sends).buckets[0]).toMatchObject({ medianMs: 49, slowMs: 94, again: 6 });
  });
});
