import { createHash } from 'node:crypto';
import { type BatchId, type Reference, referenceKey, type SerialKey } from '../common/ids.js';
import type { OrderRow } from '../ledger/schema.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HASH_LENGTH = 16;
const BATCH_LENGTH = 15;

/**
 * What an order carries in `poNumber`: derived from batch and serial number alone, so that a lost ledger does
 * not lose it. At most 32 characters of A-Z, 0-9 and `-`: the batch as a person recognises it, and 80 bits
 * of a hash, so that two never collide in practice.
 */
export function referenceFor(batch: BatchId, snKey: SerialKey): Reference {
  const hash = createHash('sha256')
    .update(JSON.stringify([batch, snKey]))
    .digest();
  const tail = Array.from({ length: HASH_LENGTH }, (_, i) => ALPHABET[fiveBits(hash, i)]).join('');
  return `${batchPrefix(batch)}-${tail}` as Reference;
}

function fiveBits(bytes: Buffer, index: number): number {
  const bit = index * 5;
  const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
  return (pair >> (11 - (bit & 7))) & 31;
}

/** Whether a purchase-order number can be a reference made here, of whatever batch. */
export const isOfOurShape = (poNumber: string): boolean =>
  /^[A-Z0-9][A-Z0-9-]{0,14}-[A-Z2-7]{16}$/.test(referenceKey(poNumber));

/** The batch's name in the reference's alphabet. */
export function batchPrefix(batch: BatchId): string {
  const plain = batch
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, BATCH_LENGTH)
    .replace(/-+$/, '');
  return plain === '' ? 'BATCH' : plain;
}

/** What a row's order carries: the user's own purchase-order number, else ours, else nothing. */
export function referenceOf(batch: BatchId, useReference: boolean, row: OrderRow): Reference | null {
  if (row.own_po_number !== null) return row.own_po_number as Reference;
  return useReference ? referenceFor(batch, row.sn_key) : null;
}
