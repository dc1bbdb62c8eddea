import { EXIT, Problem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';
import { asClause } from '../common/sentence.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { remedyFor, sayNoAnswer } from './no-answer.js';
import { type Reply, worseOf } from './outcome.js';
import { toKeep } from './said.js';

const CLIENT_REFUSED =
  "Check the client's secret, its permissions and its allowed IP addresses in the Partner Portal.";

/**
 * The result of a request that only asks. Throws a `Problem` for everything else:
 * `access_refused` (401, 403), `portal_unreachable` (no answer, 408, 429, 5xx after all retries),
 * `portal_refused` (the portal's own no) and `foreign_answer` (no envelope).
 * @param accessRemedy what to do about refused access
 */
export function resultOf(
  reply: Reply,
  what: string,
  secrets: Secrets,
  accessRemedy = CLIENT_REFUSED,
): unknown {
  if (reply.kind === 'no-answer') throw unreachable(what, sayNoAnswer(toKeep(reply, secrets)), reply.code);
  const envelope = readEnvelope(reply.body);
  const status = worseOf(reply.status, envelope?.status);
  if (envelope?.success && reply.status < 300 && status < 400) return envelope.result;
  // What the portal says may repeat the token or the secret.
  const said = sayEnvelope(reply.status, envelope, secrets);
  if (status === 401 || status === 403) {
    throw new Problem('access_refused', `The portal refuses access to ${what}: ${said}.`, {
      remedy: accessRemedy,
    });
  }
  if (status === 408 || status === 429 || status >= 500) throw unreachable(what, said);
  if (envelope !== undefined && !envelope.success) {
    throw new Problem('portal_refused', `The portal refuses ${what}: ${said}.`);
  }
  throw new Problem('foreign_answer', `The answer to ${what} does not come from the portal: ${said}.`, {
    remedy: 'Check YEASTAR_BASE_URL, and whether a proxy or a login page answers in its place.',
  });
}

/** The status of an answer, also if only the envelope tells it; `undefined`: there was no answer. */
export const statusOf = (reply: Reply): number | undefined =>
  reply.kind === 'answer' ? worseOf(reply.status, readEnvelope(reply.body)?.status) : undefined;

/** Whether the portal turned the token away, in the status or in the envelope alone. */
export const isTokenRefused = (reply: Reply): boolean => statusOf(reply) === 401;

/** Whether the portal itself speaks, and not a gateway in front of it. */
export const hasEnvelope = (reply: Reply): boolean =>
  reply.kind === 'answer' && readEnvelope(reply.body) !== undefined;

const unreachable = (what: string, why: string, code?: string): Problem =>
  new Problem('portal_unreachable', `The portal does not answer when asked for ${what}: ${why}.`, {
    remedy: remedyFor(code),
    exitStatus: EXIT.stoppedEarly,
  });

/** What an answer said, for a person: the status, the code, the detail and the request id to quote. */
function sayEnvelope(status: number, envelope: Envelope | undefined, secrets: Secrets): string {
  if (envelope === undefined) return `HTTP ${status} without the portal's usual answer`;
  const { code, message, requestId } = toKeep(
    { ...envelope, message: envelope.detailMessage ?? '' },
    secrets,
  );
  const detail = message === '' ? '' : `, ${asClause(message)}`;
  return `HTTP ${status}, ${code}${detail}${requestId === undefined ? '' : ` (requestId ${requestId})`}`;
}
