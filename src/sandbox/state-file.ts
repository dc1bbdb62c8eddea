import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { StoredOrder } from './orders.js';

const orderLine = z.object({
  productNo: z.string(),
  planId: z.string(),
  billingId: z.string(),
  multiCycle: z.number(),
  poNumber: z.string().optional(),
  createTime: z.number(),
  pendingUntil: z.number().optional(),
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

/**
 * Loads what an earlier sandbox placed and appends to it, synchronously: an order is in the file before its
 * answer can leave, so that a killed sandbox still knows the truth. A last line without its end was never
 * answered and is cut off.
 */
export async function openStateFile(path: string, restored: Restored): Promise<StateFile> {
  const file = openSync(path, 'a', 0o600);
  try {
    ftruncateSync(file, await load(path, restored));
  } catch (error) {
    closeSync(file);
    throw error;
  }
  const append = (value: unknown): void => {
    writeSync(file, `${JSON.stringify(value)}\n`);
  };
  return {
    order: append,
    status: (orderNo, status) => append({ orderNo, status }),
    close: () => closeSync(file),
  };
}

/** @returns the bytes of the whole lines */
async function load(path: string, restored: Restored): Promise<number> {
  let whole = 0;
  let size = 0;
  const stream = createReadStream(path);
  stream.on('data', (chunk) => {
    // Counted apart from the lines, which do not tell whether the last one had its end.
    const bytes = Buffer.from(chunk);
    const end = bytes.lastIndexOf(10);
    if (end >= 0) whole = size + end + 1;
    size += bytes.length;
  });
  let held: string | undefined;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (held !== undefined) restore(held, restored);
    held = line;
  }
  if (held !== undefined && whole === size) restore(held, restored);
  return whole;
}

function restore(line: string, restored: Restored): void {
  const value: unknown = JSON.parse(line);
  const status = statusLine.safeParse(value);
  if (status.success) {
    restored.status(status.data.orderNo, status.data.status);
    return;
  }
  const { poNumber, pendingUntil, ...order } = orderLine.parse(value);
  restored.order({ ...order, poNumber, ...(pendingUntil === undefined ? {} : { pendingUntil }) });
}
