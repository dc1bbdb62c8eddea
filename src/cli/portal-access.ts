import { Problem } from '../common/errors.js';
import { isLoopback } from '../common/loopback.js';
import type { Credentials } from '../portal/token.js';
import { CREDENTIAL_VARIABLES, readCredentials } from './credentials.js';
import type { Environment } from './environment.js';

export interface PortalAccess {
  readonly baseUrl: string;
  readonly credentials: Credentials;
}

/** The portal's address (tutorial). */
const PORTAL_URL = 'https://openapi.partner.yeastar.com';

/** The variables that say where the portal is and who asks. */
export const PORTAL_VARIABLES = [...CREDENTIAL_VARIABLES, 'YEASTAR_BASE_URL'];

/** Where the portal is and who asks; from the environment alone, never from an argument. */
export function portalAccess(environment: Environment): PortalAccess {
  return {
    baseUrl: checkedBaseUrl(environment['YEASTAR_BASE_URL']?.trim() || PORTAL_URL),
    credentials: readCredentials(environment),
  };
}

function checkedBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    throw new Problem('base_url', 'YEASTAR_BASE_URL contains a user name or a password.', {
      remedy: 'Leave them out.',
    });
  }
  if (
    url === undefined ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
  ) {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" is neither https nor loopback.`, {
      remedy: `Write an address such as ${PORTAL_URL}: the secret must not be sent unencrypted.`,
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" contains a query or a fragment.`, {
      remedy: `Write the address alone, such as ${PORTAL_URL}.`,
    });
  }
  return url.href.replace(/\/+$/, '');
}
