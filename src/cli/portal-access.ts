import { Problem } from '../common/errors.js';
import type { Credentials } from '../portal/token.js';
import type { Environment } from './environment.js';

export interface PortalAccess {
  readonly baseUrl: string;
  readonly credentials: Credentials;
}

/** The portal's address (tutorial). */
const PORTAL_URL = 'https://openapi.partner.yeastar.com';

/** The variables that say where the portal is and who asks. */
export const PORTAL_VARIABLES = ['YEASTAR_CLIENT_ID', 'YEASTAR_CLIENT_SECRET', 'YEASTAR_BASE_URL'];

/** Where the portal is and who asks; from the environment alone, never from an argument. */
export function portalAccess(environment: Environment): PortalAccess {
  const missing = ['YEASTAR_CLIENT_ID', 'YEASTAR_CLIENT_SECRET'].filter((name) => !environment[name]?.trim());
  if (missing.length > 0) {
    throw new Problem(
      'credentials_missing',
      `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
      {
        remedy:
          'Give the credentials in the environment or with --env-file, or try the program out with --sandbox.',
      },
    );
  }
  return {
    baseUrl: checkedBaseUrl(environment['YEASTAR_BASE_URL']?.trim() || PORTAL_URL),
    credentials: {
      clientId: environment['YEASTAR_CLIENT_ID']?.trim() ?? '',
      clientSecret: environment['YEASTAR_CLIENT_SECRET']?.trim() ?? '',
    },
  };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function checkedBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    throw new Problem('base_url', 'YEASTAR_BASE_URL carries a user name or a password.', {
      remedy: 'Leave them out.',
    });
  }
  if (
    url === undefined ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
  ) {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" is neither https nor loopback.`, {
      remedy: `Write an address such as ${PORTAL_URL}: the secret must not travel in the clear.`,
    });
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Problem('base_url', `YEASTAR_BASE_URL "${text}" carries a query or a fragment.`, {
      remedy: `Write the address alone, such as ${PORTAL_URL}.`,
    });
  }
  return url.href.replace(/\/+$/, '');
}
