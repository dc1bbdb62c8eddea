import type { Clock } from '../common/clock.js';
import type { Secrets } from '../common/secrets.js';
import type { TokenLease } from '../common/token-lease.js';
import { createSharedToken } from './shared-token.js';
import { type Credentials, createTokenSource, fixedToken, type TokenSource } from './token.js';
import type { Transport } from './transport.js';

export interface TokenOptions {
  readonly credentials: Credentials;
  /** Where all workers have their token; absent: this process has its own. `now`: the time that they share. */
  readonly sharedToken?: { readonly lease: TokenLease; readonly now: () => number } | undefined;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Aborted when the program is stopping. */
  readonly stopping: AbortSignal;
}

/** Where the token comes from: the user, this process, or all workers together. */
export function tokensOf(
  { credentials, secrets, ...options }: TokenOptions,
  transport: Transport,
): TokenSource {
  if ('accessToken' in credentials) {
    secrets.add(credentials.accessToken);
    // A portal may cut what it repeats.
    secrets.addToken(credentials.accessToken);
    return fixedToken(credentials.accessToken);
  }
  const { clientId, clientSecret } = credentials;
  secrets.add(clientSecret);
  secrets.add(`${clientId}:${clientSecret}`);
  const own = createTokenSource(transport, credentials, { ...options, secrets });
  const { sharedToken } = options;
  if (sharedToken === undefined) return own;
  return createSharedToken(own, sharedToken.lease, {
    ...options,
    secrets,
    clientSecret,
    now: sharedToken.now,
  });
}
