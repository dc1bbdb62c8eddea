import { expect, it } from 'vitest';
import { refusal } from '../support/envelope.js';
import { type Forward, gatewayTo, type Passing } from '../support/gateway.js';
import { SAVE_PATH, TOKEN_PATH } from '../support/open-portal.js';
import { csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';
import type { Received } from '../support/servers.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Makes each token 1,400 characters longer on its way out and takes them off again on its way in. */
const LONGER = 'x1'.repeat(700);
const withLongTokens = async (request: Received, forward: Forward): Promise<Passing> => {
  const headers = {
    ...request.headers,
    authorization: request.headers.authorization?.replace(LONGER, ''),
  };
  const answer = await forward({ headers });
  if (request.path !== TOKEN_PATH) return answer;
  return { ...answer, body: answer.body.replaceAll(/"((?:access|refresh)-[^"]+)"/g, `"$1${LONGER}"`) };
};

it('a token of 1,400 characters that the portal repeats stands nowhere, not even its beginning', async () => {
  const sandbox = await sandboxForTest();
  const gateway = await gatewayTo(sandbox, async (request, forward) => {
    if (request.path !== SAVE_PATH) return await withLongTokens(request, forward);
    const said = `the header "${request.headers.authorization}" is not good, ${request.headers.authorization?.slice(0, 300)}`;
    return { status: 400, headers: JSON_TYPE, body: refusal(400, 'bad_header', { detailMessage: said }) };
  });
  const place = workplace(gateway);
  place.write('orders.csv', csvOf(3));
  const args = ['orders.csv', '--canary', '0', '--max-failures', '100%', '--report', 'report.html'];
  const told = await place.run([...args, '--log-level', 'trace']);
  const logged = await place.run([...args, '--log-level', 'trace', '--log-file', 'run.log']);
  expect(told.status).toBe(1);
  const files = ['orders.results.csv', 'report.html', 'run.log', '.batch/ledger.db'].map(place.read);
  const everything = [told.stdout, told.stderr, logged.stdout, logged.stderr, ...files].join('\n');
  expect(everything).toContain('is not good');
  expect(everything).not.toContain(LONGER.slice(0, 20));
  expect(everything).not.toMatch(/(access|refresh)-[\w-]{8}/);
});

it('escape sequences in its messages and names reach neither terminal, results, log nor report', async () => {
  const sandbox = await sandboxForTest();
  const evil = '\u001b[2J\u001b]0;owned\u0007gone\u009b31m\r\nsecond\u202eline';
  const gateway = await gatewayTo(sandbox, async (request, forward) => {
    if (request.path !== SAVE_PATH) {
      const answer = await forward();
      return { ...answer, body: answer.body.replaceAll('Ada', JSON.stringify(`Ada${evil}`).slice(1, -1)) };
    }
    const body = refusal(400, `bad${evil}`, { detailMessage: evil, requestId: `r${evil}` });
    return { status: 400, headers: JSON_TYPE, body };
  });
  const place = workplace(gateway);
  place.write('orders.csv', csvOf(3));
  const args = ['orders.csv', '--canary', '0', '--max-failures', '100%', '--report', 'report.html'];
  const told = await place.run([...args, '--log-level', 'trace']);
  await place.run([...args, '--log-file', 'run.log']);
  expect(told.status).toBe(1);
  expect(told.stdout).toContain('second');
  const files = ['orders.results.csv', 'report.html', 'run.log'].map(place.read);
  for (const text of [told.stdout, told.stderr, ...files]) {
    expect(text.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u202e]|owned/u);
  }
});
