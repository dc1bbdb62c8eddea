import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../common/clock.js';
import type { Secrets } from '../common/secrets.js';
import type { TokenLease } from '../common/token-lease.js';
import type { Patience, TokenSource } from './token.js';

const schema = z.object({ token: z.string(), renewAt: z.number() });
/** A token is replaced this long before its end, or a fifth of its life before it. */
const MARGIN_MS = 60_000;
const POLL_MS = 200;

export interface SharedTokenOptions {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly stopping: AbortSignal;
  /** The time that the workers share, epoch ms. */
  readonly now: () => number;
  readonly clientSecret: string;
}

/**
 * One token for all workers: the first who needs one asks the portal, the others take it from the store. One that is
 * turned away is replaced once, whoever meets it first.
 * @param own asks the portal, and knows how long the token lives
 */
export function createSharedToken(
  own: TokenSource,
  lease: TokenLease,
  { clock, secrets, stopping, now, clientSecret }: SharedTokenOptions,
): TokenSource {
  const key = Buffer.from(hkdfSync('sha256', clientSecret, 'yeastar-batch', 'access token', 32));
  let cached: { readonly token: string; readonly renewAt: number; readonly generation: number } | undefined;
  /** Tokens up to this one were turned away. */
  let rejectedUpTo = 0;

  const fetchOne = async (patience: Patience, generation: number): Promise<string> => {
    try {
      const token = await own.get(patience);
      const lifetimeMs = own.lifetimeMs();
      const renewAt = now() + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 5);
      await lease.write(seal(JSON.stringify({ token, renewAt }), key));
      cached = { token, renewAt, generation: generation + 1 };
      return token;
    } catch (error) {
      await lease.giveUp().catch(() => undefined);
      throw error;
    }
  };

  const get = async (patience: Patience): Promise<string> => {
    for (;;) {
      if (cached !== undefined && cached.renewAt > now()) return cached.token;
      const { sealed, generation, free } = await lease.read();
      const found = sealed === undefined || generation <= rejectedUpTo ? undefined : open(sealed, key);
      if (found !== undefined && found.renewAt > now()) {
        secrets.addToken(found.token);
        cached = { ...found, generation };
        return found.token;
      }
      if (free && (await lease.lease(generation))) return await fetchOne(patience, generation);
      if (stopping.aborted) return await own.get(patience);
      await clock.sleep(POLL_MS, stopping);
    }
  };

  return {
    get,
    lifetimeMs: own.lifetimeMs,
    reject: (token) => {
      own.reject(token);
      if (cached?.token !== token) return;
      rejectedUpTo = Math.max(rejectedUpTo, cached.generation);
      cached = undefined;
    },
  };
}

function seal(text: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** @returns undefined if it was sealed with another secret, or is damaged */
function open(text: string, key: Buffer): z.infer<typeof schema> | undefined {
  try {
    const bytes = Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    const opened = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    return schema.parse(JSON.parse(opened));
  } catch {
    return undefined;
  }
}
