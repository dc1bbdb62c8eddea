import { createHash } from 'node:crypto';
import { isLoopback } from './loopback.js';

/** Whose orders a process places, without a secret. */
export interface PortalAccount {
  /** The portal's address; `loopback`: whatever a port of this machine leads to, such as a tunnel or a sandbox. */
  readonly address: string;
  /** A hash of the client's id; undefined: an access token was given, which does not say whose it is. */
  readonly client?: string | undefined;
}

export const portalAccount = (baseUrl: string, clientId: string | undefined): PortalAccount => ({
  address: isLoopback(new URL(baseUrl).hostname) ? 'loopback' : baseUrl,
  ...(clientId === undefined ? {} : { client: createHash('sha256').update(clientId).digest('hex') }),
});

/** Whether two processes place orders for one account, as far as they can tell. Pure. */
export const isSameAccount = (one: PortalAccount, other: PortalAccount): boolean =>
  one.address === other.address &&
  (one.client === undefined || other.client === undefined || one.client === other.client);

export const writeAccount = ({ address, client }: PortalAccount): string =>
  JSON.stringify({ address, client });

export const readAccount = (text: string): PortalAccount => JSON.parse(text) as PortalAccount;
