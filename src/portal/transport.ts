import axios, {
  Axios,
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosResponse,
  isAxiosError,
} from 'axios';
import axiosRetry from 'axios-retry';
import { backoff } from '../common/backoff.js';
import type { Clock } from '../common/clock.js';
import type { Gate } from '../pace/gate.js';
import {
  isPassing,
  retryAfterOf,
  signOf,
  signOfSilence,
  toFailure,
  toldStatus,
  toReply,
} from './http-response.js';
import type { Reply } from './outcome.js';
import type { Carrier } from './undici-adapter.js';

/** A request below the base URL. A body makes it a POST. */
export interface PortalRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  /** The access token; absent for the token request itself. */
  readonly token?: string;
  /** Not tried again, though `query` asks. */
  readonly once?: boolean;
  /** Called when its first byte leaves; if it answers false the request does not leave. */
  readonly leaves?: (() => boolean) | undefined;
}

/** What is told of each request on the wire: never a header or a body. */
export interface RequestEvent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The HTTP status, or the failure's name. */
  readonly result: number | string;
  readonly durationMs: number;
}

export interface TransportOptions {
  readonly carrier: Carrier;
  readonly baseUrl: string;
  /** The longest that one request may take, from its start to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** What every try of a query passes: an order has passed it before it gets here. */
  readonly gate: Pick<Gate, 'query'>;
  /** Aborted when the program is stopping: then nothing is tried again. */
  readonly stopping: AbortSignal;
  readonly observe: (event: RequestEvent) => void;
  /** The portal's `Date` header with the local time of its arrival. */
  readonly onDate: (date: string, receivedAt: number) => void;
}

export interface Transport {
  /** One send, no retry. Ends, whatever happens, by the deadline (monotonic ms: a clock that is set moves no deadline). */
  readonly sendOnce: (request: PortalRequest, deadlineAt: number) => Promise<Reply>;
  /** For requests that may be repeated freely: retried on failures, 408, 429, 5xx and answers without the envelope. */
  readonly query: (request: PortalRequest) => Promise<Reply>;
  readonly close: () => void;
}

/** Largest answer read, in bytes. A page of 100 orders is some 40 kB. */
const MAX_ANSWER = 8 * 1024 * 1024;
const QUERY_RETRIES = 4;

/** HTTP with the portal: redirects are never followed (the token would travel), answers are bounded. */
export function createTransport(options: TransportOptions): Transport {
  const { carrier, clock, timeoutMs } = options;
  const common: AxiosRequestConfig = {
    baseURL: options.baseUrl,
    adapter: carrier.adapter,
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER,
    maxBodyLength: MAX_ANSWER,
    responseType: 'text',
    transformRequest: [(data) => data],
    transformResponse: [(data) => data],
  };
  // The bare class: an instance made by `create` merges axios' own defaults anew for each order.
  const once = new Axios({ ...common, headers: new AxiosHeaders(), validateStatus: () => true });
  const repeated = axios.create({
    ...common,
    adapter: throughGate(options),
    timeout: timeoutMs,
    validateStatus: (status) => !isPassing(status),
  });
  for (const client of [once, repeated]) client.interceptors.response.use(seeDate(options));
  repeated.interceptors.response.use(refusePassing);
  retry(repeated, options);

  const exchange = async (client: Axios, config: AxiosRequestConfig): Promise<Reply> => {
    try {
      return toReply(await client.request<unknown>(config), clock.now());
    } catch (error) {
      return toFailure(error, clock.now());
    }
  };

  const observed = async (request: PortalRequest, send: () => Promise<Reply>): Promise<Reply> => {
    const start = clock.monotonic();
    const reply = await send();
    options.observe({
      method: request.body === undefined ? 'GET' : 'POST',
      path: request.path,
      result: reply.kind === 'answer' ? reply.status : reply.code,
      durationMs: Math.round(clock.monotonic() - start),
    });
    return reply;
  };

  return {
    sendOnce: (request, deadlineAt) => {
      const remaining = deadlineAt - clock.monotonic();
      if (remaining <= 0) return Promise.resolve(tooLate());
      return observed(request, () => exchange(once, { ...toConfig(request), timeout: remaining }));
    },
    query: (request) => observed(request, () => exchange(repeated, toConfig(request))),
    close: carrier.close,
  };
}

/** Each try of a query waits for its turn, which its time does not count, and tells what came of it. */
function throughGate({ carrier, gate, clock }: TransportOptions): AxiosAdapter {
  return async (config) => {
    const departure = await gate.query();
    try {
      const response = await carrier.adapter({ ...config, leaves: departure.leaves });
      departure.ended(signOf(response, clock.now()));
      return response;
    } catch (error) {
      const answer = isAxiosError(error) ? error.response : undefined;
      departure.ended(answer === undefined ? signOfSilence(error) : signOf(answer, clock.now()));
      throw error;
    }
  };
}

const seeDate =
  ({ clock, onDate }: TransportOptions) =>
  (response: AxiosResponse): AxiosResponse => {
    const date: unknown = response.headers['date'];
    // A gateway's page carries the gateway's clock.
    const isPortals =
      response.status < 300 && typeof response.data === 'string' && response.data.startsWith('{');
    if (isPortals && typeof date === 'string') onDate(date, clock.now());
    return response;
  };

/** What passes by itself is an error, so that it is retried: also a fault told with status 200, or a login page. */
function refusePassing(response: AxiosResponse): AxiosResponse {
  const status = toldStatus(response);
  if (status !== 'foreign' && !isPassing(status)) return response;
  throw new AxiosError(`answered with ${status}`, undefined, response.config, response.request, response);
}

function toConfig(request: PortalRequest): AxiosRequestConfig {
  return {
    method: request.body === undefined ? 'GET' : 'POST',
    url: request.path,
    headers: {
      // Every request carries it (tutorial, developer guide).
      'User-Agent': 'OpenAPI',
      Accept: 'application/json',
      // Answers are bounded as they come: a packed one would have to be unpacked first.
      'Accept-Encoding': 'identity',
      ...(request.contentType === undefined ? {} : { 'Content-Type': request.contentType }),
      ...(request.token === undefined ? {} : { Authorization: `Bearer ${request.token}` }),
    },
    ...(request.query === undefined ? {} : { params: request.query }),
    ...(request.body === undefined ? {} : { data: request.body }),
    ...(request.leaves === undefined ? {} : { leaves: request.leaves }),
    ...(request.once === true ? { 'axios-retry': { retries: 0 } } : {}),
  };
}

function retry(client: AxiosInstance, { clock, stopping }: TransportOptions): void {
  axiosRetry(client, {
    retries: QUERY_RETRIES,
    shouldResetTimeout: true,
    retryCondition: (error) => {
      if (stopping.aborted) return false;
      const status = error.response && toldStatus(error.response);
      return status === undefined || status === 'foreign' || isPassing(status);
    },
    retryDelay: (count, error) =>
      Math.max(
        (error.response && retryAfterOf(error.response, clock.now())) ?? 0,
        backoff(count, clock.random()),
      ),
  });
}

const tooLate = (): Reply => ({
  kind: 'no-answer',
  code: 'too_late',
  message: 'the time limit of this request ended before it started',
  neverSent: true,
});
