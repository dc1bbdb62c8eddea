import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchId, serialKey } from '../../../src/common/ids.js';
import { batchPrefix, referenceFor } from '../../../src/evidence/reference.js';

const reference = (batch: string, sn: string): string => referenceFor(batch as BatchId, serialKey(sn));

describe('the reference of an order', () => {
  it('stays what it is, from version to version: a lost ledger is made up for by it', () => {
    expect(reference('june', '369471667338')).toMatchInlineSnapshot(`"JUNE-SQL7OUPNVB7BIVUH"`);
    expect(reference('Switch to Pro, Frühjahr 2026', '3631E3418911')).toMatchInlineSnapshot(
      `"SWITCH-TO-PRO-F-MM3JLMQGL7BLGORQ"`,
    );
  });

  it('is the same whatever the case of the serial number', () => {
    expect(reference('june', '3631e3418911')).toBe(reference('june', '3631E3418911'));
  });

  it('differs between batches that read alike, and where batch and serial number touch', () => {
    expect(reference('june', 'A')).not.toBe(reference('June', 'A'));
    expect(reference('june 1', 'A')).not.toBe(reference('june-1', 'A'));
    expect(reference('a', 'BC')).not.toBe(reference('ab', 'C'));
  });

  it('has at most 32 characters of A-Z, 0-9 and -, and begins with the batch', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.stringMatching(/^[A-Z0-9]{1,64}$/),
        (batch, sn) => {
          const text = reference(batch, sn);
          expect(text).toMatch(/^[A-Z0-9][A-Z0-9-]{0,14}-[A-Z2-7]{16}$/);
          expect(text.length).toBeLessThanOrEqual(32);
          expect(text.startsWith(`${batchPrefix(batch as BatchId)}-`)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is another one for every serial number and every batch', () => {
    const all = new Set<string>();
    for (const batch of ['june', 'july', 'a', 'b'])
      for (let i = 0; i < 10_000; i++) all.add(reference(batch, `3694${String(i).padStart(8, '0')}`));
    expect(all.size).toBe(40_000);
  });
});

describe('the batch in the reference', () => {
  it.each([
    ['june', 'JUNE'],
    ['switch to Pro', 'SWITCH-TO-PRO'],
    ['2026_06/customers.v2', '2026-06-CUSTOME'],
    ['a very long name with a cut', 'A-VERY-LONG-NAM'],
    ['fourteen char ', 'FOURTEEN-CHAR'],
    ['fourteen chars and', 'FOURTEEN-CHARS'],
    ['--x--', 'X'],
    ['客户', 'BATCH'],
    ['', 'BATCH'],
  ])('%j is %s', (batch, prefix) => {
    expect(batchPrefix(batch as BatchId)).toBe(prefix);
  });
});
