import { z } from 'zod';
import type { SendSettings } from '../runner/context.js';

/** What workers have to know of a run, beside its rows. */
export interface WorkSettings {
  readonly send: SendSettings;
  /** Up to this look each row was held against the portal's orders; undefined: the portal was not asked for them. */
  readonly guardedUpTo: number | undefined;
}

const schema = z.object({
  send: z.object({
    concurrency: z.number(),
    settleMs: z.number(),
    onDoubt: z.enum(['resend', 'hold']),
    maxAttempts: z.number(),
    useReference: z.boolean(),
    recentOrders: z.enum(['refuse', 'adopt', 'repeat']),
    lookbackMs: z.number(),
    withoutOrderList: z.boolean(),
    timeoutMs: z.number(),
    canary: z.number(),
    maxFailures: z.union([z.object({ count: z.number() }), z.object({ percent: z.number() })]),
    limit: z.number().optional(),
    allowRepeat: z.boolean(),
  }),
  guardedUpTo: z.number().optional(),
});

export const writeSettings = (settings: WorkSettings): string => JSON.stringify(settings);

/** Throws if another version of this program wrote something else. */
export function readSettings(text: string): WorkSettings {
  const { send, guardedUpTo } = schema.parse(JSON.parse(text));
  return { guardedUpTo, send: { ...send, limit: send.limit } };
}
