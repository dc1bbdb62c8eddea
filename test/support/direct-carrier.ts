import { createDispatcher } from '../../src/portal/proxy.js';
import { type Carrier, createUndiciAdapter } from '../../src/portal/undici-adapter.js';

/** What carries the program's requests if no proxy is named. */
export const directCarrier = (): Carrier => createUndiciAdapter(createDispatcher('https://portal.test'));
