import { Problem } from '../common/errors.js';
import type { Credentials } from '../portal/token.js';

const CLIENT = ['YEASTAR_CLIENT_ID', 'YEASTAR_CLIENT_SECRET'] as const;
const TOKEN = 'YEASTAR_ACCESS_TOKEN';

/** The variables that say who asks. */
export const CREDENTIAL_VARIABLES: readonly string[] = [...CLIENT, TOKEN];

/** A client's id and secret, or in their place an access token; from the environment alone, never from an argument. */
export function readCredentials(environment: Readonly<Record<string, string | undefined>>): Credentials {
  const given = (name: string): string => environment[name]?.trim() ?? '';
  const [clientId, clientSecret] = CLIENT.map(given) as [string, string];
  const accessToken = given(TOKEN).replace(/^Bearer\s+/i, '');
  if (accessToken !== '') {
    if (clientId !== '' || clientSecret !== '') {
      throw new Problem('credentials_twice', `${TOKEN} and a client's id or secret are both set.`, {
        remedy: `Nothing was sent. Set either ${CLIENT.join(' and ')} or ${TOKEN}: they could belong to different accounts.`,
      });
    }
    if (!/^[\x21-\x7e]+$/.test(accessToken)) {
      throw new Problem('credentials_malformed', `${TOKEN} has characters that are not allowed in a token.`, {
        remedy: 'Nothing was sent. Copy the token again, without spaces and line breaks.',
      });
    }
    return { accessToken };
  }
  const missing = CLIENT.filter((name) => given(name) === '');
  if (missing.length === 0) return { clientId, clientSecret };
  throw new Problem(
    'credentials_missing',
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
    {
      remedy:
        `Give the credentials in the environment or with --env-file (${CLIENT.join(' and ')}, or ${TOKEN}), or try the ` +
        'program out with --sandbox.',
    },
  );
}
