import type { Said } from './said.js';

const CHECK_NETWORK = 'Check the network and the portal, then run the same command again.';

/** Who vouches for the portal's certificate is not known to Node. */
const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const isProxys = (code: string): boolean => code.startsWith('proxy_');

/** In which way no answer came, for a person. Node's messages name the code themselves, and ours of a proxy need none. */
export const sayNoAnswer = ({ message, code }: Said): string =>
  message.includes(code) || isProxys(code) ? message : `${message} (${code})`;

/** What to do if no answer came: undefined code, or one that says no more than that. */
export function remedyFor(code?: string): string {
  if (code === undefined) return CHECK_NETWORK;
  if (isProxys(code))
    return 'Check HTTPS_PROXY and NO_PROXY in the environment, then run the same command again.';
  if (!UNKNOWN_ISSUER.has(code)) return CHECK_NETWORK;
  return (
    "If your company's network checks encrypted traffic, set NODE_EXTRA_CA_CERTS to the file with its certificate " +
    '(PEM) before the program starts; an env file is read too late for that.'
  );
}
