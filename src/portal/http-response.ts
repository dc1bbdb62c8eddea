import { AxiosError, type AxiosResponse, isAxiosError } from 'axios';
import { plainText } from '../common/plain-text.js';
import { parseRetryAfter } from '../common/retry-after.js';
import type { Sign } from '../pace/sign.js';
import { readEnvelope } from './envelope.js';
import { type Reply, worseOf } from './outcome.js';

/** A status that may be another one the next time. */
export const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** What the answer to a query says of the portal as a whole. */
export function signOf(response: AxiosResponse, receivedAt: number): Sign {
  const status = toldStatus(response);
  const retryAfterMs = retryAfterOf(response, receivedAt);
  if (status === 429) return { kind: 'slower', retryAfterMs };
  if (status === 503) return { kind: 'overloaded', retryAfterMs, why: 'HTTP 503' };
  const isClear = status !== 'foreign' && !isPassing(status);
  return isClear ? { kind: 'accepted' } : { kind: 'lost', why: `HTTP ${status}` };
}

/** The same, if there was no answer. */
export const signOfSilence = (error: unknown): Sign =>
  isNeverSent(error) ? { kind: 'unsent' } : { kind: 'lost', why: 'no answer' };

/** The status of an answer to a query, also if only the envelope tells it; 200 without one says nothing. */
export function toldStatus({ status, data }: AxiosResponse<unknown>): number | 'foreign' {
  if (status >= 300) return status;
  const envelope = readEnvelope(typeof data === 'string' ? data : '');
  return envelope === undefined ? 'foreign' : worseOf(status, envelope.status);
}

/** An answer as the rest of the program knows it: nothing of the HTTP library is left. */
export function toReply(response: AxiosResponse<unknown>, receivedAt: number): Reply {
  const retryAfterMs = retryAfterOf(response, receivedAt);
  return {
    kind: 'answer',
    status: response.status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    body: typeof response.data === 'string' ? response.data : '',
  };
}

/** A date in `Retry-After` is by the portal's clock, and so is the `Date` beside it. */
export function retryAfterOf(response: AxiosResponse<unknown>, receivedAt: number): number | undefined {
  const portalNow = Date.parse(headerText(response.headers['date']) ?? '');
  return parseRetryAfter(
    headerText(response.headers['retry-after']),
    Number.isNaN(portalNow) ? receivedAt : portalNow,
  );
}

const headerText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** An error of the HTTP library is reduced at once: it holds the request's headers, and so the token. */
export function toFailure(error: unknown, receivedAt: number): Reply {
  if (!isAxiosError(error)) throw error;
  // A status that `query` retries arrives as an error with its whole body; a cut-off answer has none.
  if (typeof error.response?.data === 'string') return toReply(error.response, receivedAt);
  const code = error.code ?? 'no_answer';
  return {
    kind: 'no-answer',
    code: code === 'ERR_CANCELED' ? 'timeout' : code,
    message: code === 'ERR_CANCELED' ? 'no answer in time' : plainText(error.message),
    neverSent: isNeverSent(error),
  };
}

const isNeverSent = (error: unknown): boolean =>
  error instanceof AxiosError && 'neverSent' in error && error.neverSent === true;
