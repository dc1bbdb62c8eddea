import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { TOKEN_PATH } from '../support/open-portal.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

/** A token as a user may have it, and the environment that gives it in place of the client. */
async function withToken({ url, clientId, clientSecret }: Sandbox): Promise<Record<string, string>> {
  const fields = { client_id: clientId, client_secret: clientSecret, grant_type: 'pp_credentials' };
  const response = await fetch(`${url}${TOKEN_PATH}`, {
    method: 'POST',
    headers: { 'user-agent': 'OpenAPI' },
    body: new URLSearchParams(fields),
  });
  const { result } = (await response.json()) as { result: { token: string } };
  return { YEASTAR_CLIENT_ID: '', YEASTAR_CLIENT_SECRET: '', YEASTAR_ACCESS_TOKEN: result.token };
}

describe('YEASTAR_ACCESS_TOKEN', () => {
  it('is used in place of a client: no other token is asked for, and it stands nowhere', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    const env = await withToken(sandbox);
    place.write('orders.csv', csvOf(5));
    const args = ['orders.csv', '--log-level', 'trace'];
    const { status, stdout, stderr } = await place.run(args, env);
    expect(status).toBe(0);
    expect(sandbox.truth()).toHaveLength(5);
    expect(sandbox.stats().requests['token']).toBe(1);
    expect(`${stdout}${stderr}${place.read('orders.results.csv')}`).not.toContain(
      env['YEASTAR_ACCESS_TOKEN'],
    );
  });

  it('that ends in mid-run stops it with exit 3 and fails nothing; with a new one the same command goes on', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 50 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(150));
    const args = ['orders.csv', '--concurrency', '2', '--canary', '0'];
    const running = place.start(args, await withToken(sandbox));
    await sandbox.placed(10);
    // All tokens end.
    sandbox.breakAccess('secret');
    const { status, stdout } = await running.ended;
    expect(status).toBe(3);
    expect(stdout).toMatch(/Stopped .*YEASTAR_ACCESS_TOKEN may have ended/s);
    const results = place.results('orders.results.csv');
    expect(contradictions(results, sandbox.truth())).toEqual([]);
    expect(new Set(results.map((row) => row['status']))).toEqual(new Set(['succeeded', 'not_sent']));
    expect(sandbox.stats().requests['token']).toBe(1);
    sandbox.breakAccess('none');
    const again = await place.summary(['orders.csv', '--limit', '10'], await withToken(sandbox));
    expect({ status: again.status, sent: again.summary.sent }).toEqual({ status: 0, sent: 10 });
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  });

  it('that has ended already, or stands beside a client, is said before anything is sent', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(2));
    const client = { YEASTAR_CLIENT_ID: '', YEASTAR_CLIENT_SECRET: '' };
    const ended = await place.run(['orders.csv'], { ...client, YEASTAR_ACCESS_TOKEN: 'an-old-token' });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('YEASTAR_ACCESS_TOKEN may have ended');
    expect(ended.stderr).not.toContain('an-old-token');
    const twice = await place.run(['orders.csv'], { YEASTAR_ACCESS_TOKEN: 'an-old-token' });
    expect(twice.status).toBe(2);
    expect(twice.stderr).toContain('are both set');
    expect(sandbox.truth()).toEqual([]);
  });
});
