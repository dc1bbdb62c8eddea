import { expect, it } from 'vitest';
import { Problem } from '../../../src/common/errors.js';
import { askPending } from '../../../src/evidence/pending.js';

type Context = Parameters<typeof askPending>[0];

it('leaves an order pending that the portal does not show, says so once, and asks about the others', async () => {
  const rows = ['SO1', 'SO2', 'SO3'].map((orderNo) => ({
    sn_key: orderNo,
    order_no: orderNo,
    order_status: 'pending',
  }));
  const recorded: string[] = [];
  const said: string[] = [];
  const context = {
    batch: 'orders',
    settings: { concurrency: 1 },
    clock: { now: () => 0 },
    emit: ({ message }: { message: string }) => void said.push(message),
    ledger: {
      read: { inStatus: async (_: string, __: string, after: string) => (after === '' ? rows : []) },
      record: async ({ order }: { order: { orderNo: string } }) => void recorded.push(order.orderNo),
    },
    looker: {
      ask: async (orderNo: string) => {
        if (orderNo !== 'SO3') throw new Problem('access_refused', 'HTTP 403');
        return { orderNo, details: 'read', status: 'succeed' };
      },
    },
  } as unknown as Context;
  expect(await askPending(context, undefined, new AbortController().signal, () => undefined)).toBe(1);
  expect(recorded).toEqual(['SO3']);
  expect(said).toEqual([
    'The portal does not show the details of the pending orders SO1, SO2: their rows stay pending.',
  ]);
});

it('throws what the portal refuses only once no other question is under way', async () => {
  const rows = ['SO1', 'SO2'].map((orderNo) => ({
    sn_key: orderNo,
    order_no: orderNo,
    order_status: 'pending',
  }));
  const recorded: string[] = [];
  let answer = (): void => undefined;
  const context = {
    batch: 'orders',
    settings: { concurrency: 2 },
    clock: { now: () => 0 },
    ledger: {
      read: { inStatus: async (_: string, __: string, after: string) => (after === '' ? rows : []) },
      record: async ({ order }: { order: { orderNo: string } }) => void recorded.push(order.orderNo),
    },
    looker: {
      ask: async (orderNo: string) => {
        if (orderNo === 'SO1') throw new Error('HTTP 403');
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return { orderNo, details: 'read', status: 'succeed' };
      },
    },
  } as unknown as Context;
  const asked = askPending(context, undefined, new AbortController().signal, () => undefined);
  // Long after the refusal, the other answer arrives.
  setImmediate(() => answer());
  await expect(asked).rejects.toThrow('HTTP 403');
  expect(recorded).toEqual(['SO2']);
});
