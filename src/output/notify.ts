import { isLoopback } from '../common/loopback.js';
import type { Summary } from './summary.js';

/** Sends a body to an address, once. @returns the HTTP status; undefined if no answer came within so many ms */
type Post = (url: string, body: string, limitMs: number) => Promise<number | undefined>;

const LIMIT_MS = 10_000;
/** Slack refuses messages above 40,000 characters and cuts them above 4,000. */
const LONGEST = 3_500;

/** Whether a message may go there: over https, or to this machine. */
export function isSafeTarget(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/**
 * Tells a chat room how a run ended: one POST in the form that Slack-compatible webhooks take. Never throws,
 * since a run that placed its orders has not failed because a chat is down.
 *
 * Whoever has a webhook's address can post to it, so it is a secret: it stands in no error, and neither does
 * what the HTTP library says, which may repeat it.
 * @param text what a person is to read, such as the summary
 * @returns what went wrong, as a sentence; `undefined`: it was delivered
 */
export async function notify(
  url: string,
  summary: Pick<Summary, 'batch' | 'exitCode' | 'sandbox'>,
  text: string,
  post: Post,
  limitMs: number = LIMIT_MS,
): Promise<string | undefined> {
  if (!isSafeTarget(url)) return 'The notification was not sent: --notify takes an https address.';
  const state = summary.exitCode === 0 ? 'finished' : `ended with exit status ${summary.exitCode}`;
  const heading = `${summary.sandbox ? 'SANDBOX: ' : ''}batch "${summary.batch}" ${state}`;
  const whole = `${heading}\n${text}`;
  const body = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}\n…` : whole;
  try {
    // A redirect could lead from https to anywhere: it is not followed.
    const status = await post(url, JSON.stringify({ text: escapeSlack(body) }), limitMs);
    if (status === undefined) return `The notification was not answered within ${limitMs / 1000} seconds.`;
    return status >= 200 && status < 300 ? undefined : `The notification was not accepted: HTTP ${status}.`;
  } catch (error) {
    return `The notification could not be sent (${codeOf(error)}).`;
  }
}

/** Slack's three control characters: without this a value such as `<!channel>` would call everybody. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A failure's name, such as `ECONNREFUSED` or `proxy_login`; nothing longer, which could hold the address. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Za-z_]{3,40}$/.test(code) ? code : 'no connection';
}
