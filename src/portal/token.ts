import { z } from 'zod';
import { backoff } from '../common/backoff.js';
import type { Clock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';
import { resultOf } from './answers.js';
import { optionalInteger, optionalText } from './json.js';
import type { Transport } from './transport.js';

/** `POST /auth/openapi/v1/oauth/token`, form-encoded (developer guide). */
const PATH = '/auth/openapi/v1/oauth/token';
/** An access token lives 30 minutes (developer guide); assumed if `expiresIn` cannot be read. */
const DEFAULT_LIFETIME_S = 1800;
/** A token is replaced this long before its end, but a short-lived one not before four fifths of its life. */
const MARGIN_MS = 60_000;

const tokenSchema = z.object({
  token: z.string().min(1).max(16_384),
  refreshToken: optionalText,
  // Seconds, as a string (developer guide).
  expiresIn: optionalInteger,
});

/** A client of the portal, or in its place a token that somebody has: that one is never renewed. */
export type Credentials = ClientCredentials | { readonly accessToken: string };

interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How often one who is patient asks for a token in all, while the endpoint fails. */
const TRIES = 5;

/** `once`: whoever asks waits for the portal in a way of its own, and must soon know that it is down. */
export type Patience = 'patient' | 'once';

export interface TokenSource {
  /** A token that is good for now; fetched once for all who wait. */
  readonly get: (patience: Patience) => Promise<string>;
  /** How long the last token that was asked for is still good, ms; 0: none was. */
  readonly lifetimeMs: () => number;
  /** Says that the portal turned this token away: the next `get` brings another one. */
  readonly reject: (token: string) => void;
}

interface Cached {
  readonly token: string;
  readonly refreshToken: string | undefined;
  readonly renewAt: number;
  readonly goodUntil: number;
}

/** A token that is used for as long as it lives. */
export const fixedToken = (accessToken: string): TokenSource => ({
  get: () => Promise.resolve(accessToken),
  lifetimeMs: () => 0,
  reject: () => undefined,
});

/** Client credentials, then the refresh token (its form is an assumption), then client credentials again. */
export function createTokenSource(
  transport: Transport,
  credentials: ClientCredentials,
  { clock, secrets, stopping }: { clock: Clock; secrets: Secrets; stopping: AbortSignal },
): TokenSource {
  let cached: Cached | undefined;
  let renewing: Promise<Cached> | undefined;

  const request = async (fields: Record<string, string>): Promise<Cached> => {
    const reply = await transport.query({
      path: PATH,
      once: true,
      contentType: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(fields).toString(),
    });
    const parsed = tokenSchema.safeParse(resultOf(reply, 'the access token', secrets));
    if (!parsed.success) {
      throw new Problem('foreign_answer', 'The portal answered without an access token.', {
        remedy: 'Check YEASTAR_BASE_URL.',
      });
    }
    const { token, refreshToken, expiresIn } = parsed.data;
    secrets.addToken(token);
    if (refreshToken !== undefined) secrets.addToken(refreshToken);
    const lifetimeMs = (expiresIn ?? DEFAULT_LIFETIME_S) * 1000;
    const margin = Math.min(MARGIN_MS, lifetimeMs / 5);
    const goodUntil = clock.monotonic() + lifetimeMs;
    return { token, refreshToken, renewAt: goodUntil - margin, goodUntil };
  };

  const byCredentials = async (): Promise<Cached> => {
    try {
      return await request({
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        grant_type: 'pp_credentials',
      });
    } catch (error) {
      throw refusedCredentials(error) ?? error;
    }
  };

  const renew = async (): Promise<Cached> => {
    const refreshToken = cached?.refreshToken;
    if (refreshToken !== undefined) {
      try {
        return await request({ grant_type: 'refresh_token', refresh_token: refreshToken });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // The portal may not know this grant, fail at it, or the token is spent: the credentials decide.
      }
    }
    return byCredentials();
  };

  const getOnce = async (): Promise<string> => {
    if (cached !== undefined && clock.monotonic() < cached.renewAt) return cached.token;
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    cached = await renewing;
    return cached.token;
  };

  return {
    get: async (patience) => {
      for (let tries = 1; ; tries++) {
        try {
          return await getOnce();
        } catch (error) {
          if (patience === 'once' || tries === TRIES || stopping.aborted || !mayPass(error)) throw error;
          await clock.sleep(backoff(tries, clock.random()), stopping);
        }
      }
    },
    lifetimeMs: () => (cached === undefined ? 0 : Math.max(0, cached.goodUntil - clock.monotonic())),
    reject: (token) => {
      // A token that was turned away is not refreshed: whatever revoked it may have revoked its refresh token.
      if (cached?.token === token) cached = undefined;
    },
  };
}

/** No answer, or one that is not the portal's, may be another in a moment; the portal's own no stays one. */
const mayPass = (error: unknown): boolean =>
  error instanceof Problem && (error.code === 'portal_unreachable' || error.code === 'foreign_answer');

function refusedCredentials(error: unknown): Problem | undefined {
  if (!(error instanceof Problem) || !['access_refused', 'portal_refused'].includes(error.code))
    return undefined;
  return new Problem('access_refused', `The portal does not accept the credentials. ${error.message}`, {
    remedy:
      'Check YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET, and the allowed IP addresses in the Partner Portal.',
    cause: error,
  });
}
