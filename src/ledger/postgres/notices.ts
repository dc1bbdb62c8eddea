import pg from 'pg';
import type { Clock } from '../../common/clock.js';
import { sessionConfig } from './client.js';
import type { PostgresLocation } from './location.js';

/** Before the next try to connect, ms. */
const RETRY_MS = 1_000;

/**
 * Hears what is notified on a channel, on a connection of its own that is made again when it breaks: what is notified
 * meanwhile is lost. Resolves when the signal is aborted and the connection is closed.
 */
export async function hearNotices(
  location: PostgresLocation,
  channel: string,
  listener: (payload: string) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client(sessionConfig(location, true));
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ payload = '' }) => listener(payload));
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      await ended;
    } catch {
      // The next try tells.
    }
    await client.end().catch(() => undefined);
    await clock.sleep(RETRY_MS, signal);
  }
}
