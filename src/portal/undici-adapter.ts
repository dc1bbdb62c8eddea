import {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import type { Dispatcher } from 'undici';

declare module 'axios' {
  interface AxiosRequestConfig {
    /** Called when the first byte leaves; if it answers false the request fails with `too_late` and does not leave. */
    leaves?: () => boolean;
  }
}

/** What carries the requests, as axios wants it. A request that fails before it began to be written has `neverSent`. */
export interface Carrier {
  readonly adapter: AxiosAdapter;
  /** Lets go of all connections, those in use too. */
  readonly close: () => void;
}

/**
 * Carries axios' requests over undici: a fraction of node:http's cost for each, and an exact answer to
 * whether a request ever began to be written. `timeout` is for the whole of it, from the call to the last
 * byte. No redirects, no decompression, no retries.
 */
export function createUndiciAdapter(dispatcher: Dispatcher): Carrier {
  return {
    adapter: (config) => exchange(dispatcher, config),
    close: () => void dispatcher.destroy().catch(() => undefined),
  };
}

function exchange(dispatcher: Dispatcher, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const url = new URL(`${config.baseURL ?? ''}${config.url ?? ''}`);
    for (const [name, value] of Object.entries<string>(config.params ?? {}))
      url.searchParams.set(name, value);
    const headers = config.headers.toJSON() as Record<string, string>;
    const limit = config.maxContentLength ?? Number.POSITIVE_INFINITY;
    const chunks: Buffer[] = [];
    let received = 0;
    let started = false;
    let controller: Dispatcher.DispatchController | undefined;
    let response: AxiosResponse | undefined;

    const fail = (code: string, message: string): void => {
      clearTimeout(timer);
      const error = new AxiosError(message, code, config);
      reject(Object.assign(error, { neverSent: !started }));
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      fail('ERR_CANCELED', 'no answer in time');
      // Before the start there is nothing to abort yet: the request is refused when its turn comes.
      controller?.abort(new Error('no answer in time'));
    }, config.timeout);

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: (config.method ?? 'get').toUpperCase() as Dispatcher.HttpMethod,
        headers,
        body: typeof config.data === 'string' ? config.data : null,
      },
      {
        onRequestStart: (given) => {
          controller = given;
          if (late) return given.abort(new Error('no answer in time'));
          // Thrown, not aborted: an abort would take the connection with it.
          if (config.leaves?.() === false) throw new AxiosError('its moment to leave has passed', 'too_late');
          started = true;
        },
        onResponseStart: (_, status, given, statusText) => {
          const seen = new AxiosHeaders(given as Record<string, string>);
          response = { data: '', status, statusText: statusText ?? '', headers: seen, config };
        },
        onResponseData: (given, chunk) => {
          received += chunk.length;
          if (received <= limit) chunks.push(chunk);
          else given.abort(new AxiosError('the answer is too large', 'answer_too_large'));
        },
        onResponseEnd: () => {
          clearTimeout(timer);
          if (response === undefined) return fail('no_answer', 'the answer ended before it began');
          response.data = Buffer.concat(chunks).toString('utf8');
          if (config.validateStatus?.(response.status) ?? true) resolve(response);
          else
            reject(
              new AxiosError(`HTTP ${response.status}`, 'ERR_BAD_RESPONSE', config, undefined, response),
            );
        },
        onResponseError: (_, error) => {
          const code = 'code' in error && typeof error.code === 'string' ? error.code : 'no_answer';
          fail(code, error.message);
        },
      },
    );
  });
}
