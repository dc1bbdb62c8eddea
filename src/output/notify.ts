import type { Summary } from './summary.js';

const LIMIT_MS = 10_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Slack refuses messages above 40,000 characters and cuts them above 4,000. */
const LONGEST = 3_500;

/** Whether a message may go there: over https, or to this machine. */
export function isSafeTarget(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
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
  limitMs: number = LIMIT_MS,
): Promise<string | undefined> {
  if (!isSafeTarget(url)) return 'The notification was not sent: --notify takes an https address.';
  const state = summary.exitCode === 0 ? 'finished' : `ended with exit status ${summary.exitCode}`;
  const heading = `${summary.sandbox ? 'SANDBOX: ' : ''}batch "${summary.batch}" ${state}`;
  const whole = `${heading}\n${text}`;
  const body = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}\n…` : whole;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: escapeSlack(body) }),
      // A redirect could lead from https to anywhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `The notification was not taken: HTTP ${response.status}.`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return `The notification was not answered within ${limitMs / 1000} seconds.`;
    }
    return `The notification could not be sent (${codeOf(error)}).`;
  }
}

/** Slack's three control characters: without this a value such as `<!channel>` would call everybody. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The system's name of a failure, such as `ECONNREFUSED`; nothing longer, which could hold the address. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? code : 'no connection';
}
