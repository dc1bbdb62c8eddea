import type { Clock } from '../common/clock.js';
import { isTokenRefused } from './answers.js';
import type { Reply } from './outcome.js';
import type { TokenSource } from './token.js';
import type { PortalRequest, Transport } from './transport.js';

/**
 * Pauses before a question whose token was turned away is asked again, ms: the machine that answers may not know a new
 * token yet. Only if all are turned away is the access lost.
 */
const ACCESS_PAUSES_MS = [100, 300, 1_000, 2_000];

/** Asks with the token. Whichever token is turned away, a new one is tried at once, and that one again after a pause. */
export function createAsker(
  transport: Pick<Transport, 'query'>,
  tokens: TokenSource,
  { clock, stopping }: { readonly clock: Clock; readonly stopping: AbortSignal },
): (request: PortalRequest) => Promise<Reply> {
  const askWithNewToken = async (request: PortalRequest): Promise<Reply> => {
    const token = await tokens.get('patient');
    const reply = await transport.query({ ...request, token });
    if (!isTokenRefused(reply)) return reply;
    tokens.reject(token);
    return await transport.query({ ...request, token: await tokens.get('patient') });
  };
  return async (request) => {
    let reply = await askWithNewToken(request);
    for (const pause of ACCESS_PAUSES_MS) {
      if (!isTokenRefused(reply) || stopping.aborted) break;
      await clock.sleep(pause, stopping);
      reply = await askWithNewToken(request);
    }
    return reply;
  };
}
