import { closeSync, createReadStream, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Problem } from '../common/errors.js';
import type { StoredOrder } from './orders.js';

const orderLine = z.object({
  productNo: z.string(),
  planId: z.string(),
  billingId: z.string(),
  multiCycle: z.number(),
  poNumber: z.string().optional(),
  createTime: z.number(),
  placedAt: z.number().exactOptional(),
  pendingUntil: z.number().exactOptional(),
  productId: z.string().exactOptional(),
  billingCycle: z.enum(['annually', 'monthly']).exactOptional(),
  operationType: z.string().exactOptional(),
  foreign: z.boolean().exactOptional(),
});
const statusLine = z.object({ orderNo: z.string(), status: z.string() });

export interface StateFile {
  readonly order: (order: StoredOrder) => void;
  readonly status: (orderNo: string, status: string) => void;
  readonly close: () => void;
}

export interface Restored {
  readonly order: (order: StoredOrder) => void;
  readonly status: (orderNo: string, status: string) => void;
}

/** How the lines begin that this file gets: all that a killed process can have left of one. */
const BEGINNINGS = ['{"productNo":"', '{"orderNo":"'];

/**
 * Loads what an earlier sandbox placed and appends to it, synchronously: an order is in the file before its
 * answer can leave, so that a killed sandbox still knows the truth. A last line without its end was never
 * answered and is cut off. Throws a `Problem` for a file of another kind and leaves it as it is.
 */
export async function openStateFile(path: string, restored: Restored): Promise<StateFile> {
  let file: number | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = openSync(path, 'a', 0o600);
    ftruncateSync(file, await load(path, restored));
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem('sandbox_state', `The sandbox cannot keep its orders in ${path}: ${why}.`, {
      remedy: 'Name a file that a sandbox wrote, or one that is not there yet.',
      cause,
    });
  }
  const open = file;
  const append = (value: unknown): void => {
    writeSync(open, `${JSON.stringify(value)}\n`);
  };
  return {
    order: append,
    status: (orderNo, status) => append({ orderNo, status }),
    close: () => closeSync(open),
  };
}

/**
 * Splits at line feeds only, and as bytes: a reference may hold other line separators, and a kill may have
 * cut a character in two.
 * @returns the bytes of the whole lines
 */
async function load(path: string, restored: Restored): Promise<number> {
  let whole = 0;
  let line = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const end = bytes.lastIndexOf(10) + 1;
    for (const text of bytes.toString('utf8', 0, end).split('\n').slice(0, -1)) {
      line++;
      if (!restore(text, restored)) throw new Error(`line ${line} is not an order of a sandbox`);
    }
    whole += end;
    rest = bytes.subarray(end);
  }
  const tail = rest.toString();
  if (!BEGINNINGS.some((beginning) => beginning.startsWith(tail) || tail.startsWith(beginning))) {
    throw new Error(`line ${line + 1} is not an order of a sandbox`);
  }
  return whole;
}

function restore(line: string, restored: Restored): boolean {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return false;
  }
  const status = statusLine.safeParse(value);
  if (status.success) {
    restored.status(status.data.orderNo, status.data.status);
    return true;
  }
  const order = orderLine.safeParse(value);
  if (!order.success) return false;
  restored.order({ ...order.data, poNumber: order.data.poNumber });
  return true;
}
