import axios, { type AxiosError } from 'axios';
import type { Carrier } from '../../src/portal/undici-adapter.js';

/** Failures that come before any connection, by the system's name. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Carries requests over node:http, which nock stands in for: it does not know undici's own connections. */
export function nodeHttpCarrier(): Carrier {
  const overHttp = axios.getAdapter('http');
  return {
    adapter: async (config) => {
      config.leaves?.();
      try {
        return await overHttp({ ...config, signal: AbortSignal.timeout(config.timeout ?? 0), proxy: false });
      } catch (error) {
        const { code = '' } = error as AxiosError;
        throw Object.assign(error as AxiosError, { neverSent: NO_CONNECTION.has(code) });
      }
    },
    close: () => undefined,
  };
}
