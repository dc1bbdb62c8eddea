import { z } from 'zod';
import type { PortalAccount } from '../common/portal-account.js';
import type { SendSettings } from '../runner/context.js';

/** What workers have to know of a run, beside its rows. */
export interface WorkSettings {
  readonly send: SendSettings;
  /** Each row was compared with the portal's orders of this look and of earlier ones; undefined: it was not asked for them. */
  readonly guardedUpTo: number | undefined;
  /** No order starts after this, epoch ms by the ledger's clock, also if the process that was told so is gone. */
  readonly until: number | undefined;
  /** Whose orders they are; undefined: an older version began the run. */
  readonly account: PortalAccount | undefined;
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
  until: z.number().optional(),
  account: z.object({ address: z.string(), client: z.string().optional() }).optional(),
});

export const writeSettings = (settings: WorkSettings): string => JSON.stringify(settings);

/** Throws if another version of this program wrote something else. */
export function readSettings(text: string): WorkSettings {
  const { send, guardedUpTo, until, account } = schema.parse(JSON.parse(text));
  return { guardedUpTo, until, account, send: { ...send, limit: send.limit } };
}
