import { randomBytes } from 'node:crypto';
import { type Answer, invalidField, refusal, success } from './envelope.js';

/** Of a refresh token: 15 days (developer guide). */
const REFRESH_LIFETIME_MS = 15 * 24 * 60 * 60 * 1000;
const FORM = 'application/x-www-form-urlencoded';

export interface Tokens {
  /** Answers `POST /auth/openapi/v1/oauth/token`. */
  readonly answer: (contentType: string | undefined, form: unknown) => Answer;
  readonly isLive: (token: string) => boolean;
  readonly revoke: (token: string) => void;
  /** The secret was changed: no token lives on, and the endpoint refuses until told otherwise. */
  readonly breakSecret: (broken: boolean) => void;
}

/**
 * The token endpoint (developer guide). Assumptions: the form of the refresh grant, that a refresh token
 * serves once, and that earlier access tokens live on beside a new one.
 * @param monotonic milliseconds, by which tokens grow old
 */
export function createTokens(
  clientId: string,
  clientSecret: string,
  lifetimeSeconds: number,
  monotonic: () => number,
): Tokens {
  const access = new Map<string, number>();
  const refresh = new Map<string, number>();
  let broken = false;

  const issue = (): Answer => {
    const now = monotonic();
    for (const known of [access, refresh]) {
      for (const [token, end] of known) if (end <= now) known.delete(token);
    }
    const token = `access-${randomBytes(24).toString('base64url')}`;
    const refreshToken = `refresh-${randomBytes(24).toString('base64url')}`;
    access.set(token, now + lifetimeSeconds * 1000);
    refresh.set(refreshToken, now + REFRESH_LIFETIME_MS);
    return success({
      token,
      tokenHead: 'Bearer ',
      refreshToken,
      expiresIn: String(Math.ceil(lifetimeSeconds)),
    });
  };

  const byCredentials = (fields: Record<string, unknown>): Answer => {
    if (typeof fields['client_id'] !== 'string') return invalidField('client_id', 'required');
    if (typeof fields['client_secret'] !== 'string') return invalidField('client_secret', 'required');
    return fields['client_id'] === clientId && fields['client_secret'] === clientSecret && !broken
      ? issue()
      : refusal(401, 'invalid_client', 'The client id or the client secret is wrong.');
  };

  const byRefreshToken = (fields: Record<string, unknown>): Answer => {
    const token = fields['refresh_token'];
    if (typeof token !== 'string') return invalidField('refresh_token', 'required');
    const live = (refresh.get(token) ?? 0) > monotonic();
    refresh.delete(token);
    return live && !broken ? issue() : refusal(401, 'invalid_grant', 'The refresh token is not valid.');
  };

  return {
    answer: (contentType, form) => {
      if (contentType?.split(';')[0]?.trim().toLowerCase() !== FORM) {
        return refusal(415, 'unsupported_media_type', `The token endpoint takes ${FORM}.`);
      }
      const fields = typeof form === 'object' && form !== null ? { ...form } : {};
      const grant = (fields as Record<string, unknown>)['grant_type'];
      if (grant === 'pp_credentials') return byCredentials(fields);
      if (grant === 'refresh_token') return byRefreshToken(fields);
      return invalidField('grant_type', 'oneof');
    },
    isLive: (token) => (access.get(token) ?? 0) > monotonic(),
    revoke: (token) => {
      access.delete(token);
    },
    breakSecret: (next) => {
      broken = next;
      if (!next) return;
      access.clear();
      refresh.clear();
    },
  };
}
