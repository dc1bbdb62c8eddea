import type { Secrets } from '../common/secrets.js';

/** What the portal or the network said, for a person. */
export interface Said {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

const LONGEST_NAME = 200;
const LONGEST_MESSAGE = 1_000;

/**
 * What was said, as it may be kept and shown. Secrets are taken out first, and only then is it cut: a secret that
 * is cut already would not be recognised, and its beginning would stay.
 */
export const toKeep = ({ code, message, requestId }: Said, secrets: Secrets): Said => ({
  code: nameToKeep(code, secrets),
  message: secrets.scrub(message).slice(0, LONGEST_MESSAGE),
  ...(requestId === undefined ? {} : { requestId: nameToKeep(requestId, secrets) }),
});

/** The same for a name or a number that the portal gave. */
export const nameToKeep = (name: string, secrets: Secrets): string =>
  secrets.scrub(name).slice(0, LONGEST_NAME);
