import { AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { createDispatcher, type ProxySettings } from './proxy.js';
import { createUndiciAdapter } from './undici-adapter.js';

/** Sends a body to an address, once. @returns the HTTP status; undefined if no answer came within so many ms */
export type PostJson = (url: string, body: string, limitMs: number) => Promise<number | undefined>;

const MOST_READ = 64 * 1024;

/** Posts to others than the portal, such as a chat, through the same proxies. Redirects are not followed. */
export const postJsonThrough =
  (proxies?: ProxySettings): PostJson =>
  async (url, body, limitMs) => {
    const carrier = createUndiciAdapter(createDispatcher(url, proxies));
    const config: InternalAxiosRequestConfig = {
      method: 'post',
      url,
      headers: new AxiosHeaders({ 'content-type': 'application/json' }),
      data: body,
      timeout: limitMs,
      maxContentLength: MOST_READ,
      validateStatus: () => true,
    };
    try {
      return (await carrier.adapter(config)).status;
    } catch (error) {
      if (error instanceof AxiosError && error.code === 'ERR_CANCELED') return undefined;
      throw error;
    } finally {
      carrier.close();
    }
  };
