import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { notify } from '../../../src/output/notify.js';
import { postJsonThrough } from '../../../src/portal/post-json.js';

const post = postJsonThrough();
const SUMMARY = { batch: 'june', exitCode: 0, sandbox: false };
const SECRET = 'T0SECRET';
let server: Server | undefined;

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/${SECRET}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('the notification', () => {
  it('is one JSON POST in the form of Slack webhooks, without its control characters', async () => {
    const got: { method: string | undefined; type: string | undefined; body: string }[] = [];
    const url = await listen((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        got.push({ method: request.method, type: request.headers['content-type'], body });
        response.end('ok');
      });
    });
    expect(
      await notify(url, { ...SUMMARY, exitCode: 1, sandbox: true }, '<!channel> & done', post),
    ).toBeUndefined();
    expect(got).toEqual([
      {
        method: 'POST',
        type: 'application/json',
        body: JSON.stringify({
          text: 'SANDBOX: batch "june" ended with exit status 1\n&lt;!channel&gt; &amp; done',
        }),
      },
    ]);
  });

  it('is cut where a chat would refuse it', async () => {
    let length = 0;
    const url = await listen((request, response) => {
      request.on('data', (part: Buffer) => {
        length += part.length;
      });
      request.on('end', () => response.end());
    });
    await notify(url, SUMMARY, 'x'.repeat(100_000), post);
    expect(length).toBeLessThan(4000);
  });

  it('says a refusal, a redirect, a lost connection and silence, and never the address', async () => {
    const answers: [RequestListener, string][] = [
      [(_, response) => response.writeHead(403).end(SECRET), 'HTTP 403'],
      [(_, response) => response.writeHead(302, { location: `/${SECRET}` }).end(), 'HTTP 302'],
      [(request) => request.socket.destroy(), 'could not be sent'],
      [() => undefined, 'within 0.1 seconds'],
    ];
    for (const [answer, words] of answers) {
      const url = await listen(answer);
      const said = await notify(url, SUMMARY, 'done', post, 100);
      expect(said).toContain(words);
      expect(said).not.toMatch(/T0SECRET|127\.0\.0\.1/);
      server?.closeAllConnections();
      server?.close();
    }
  });

  it('goes over https or to this machine only, and never throws', async () => {
    for (const url of [
      `http://example.com/${SECRET}`,
      `ftp://localhost/${SECRET}`,
      `http://127.0.0.1.example.com/${SECRET}`,
      SECRET,
      '',
    ]) {
      expect(await notify(url, SUMMARY, 'done', post)).toBe(
        'The notification was not sent: --notify takes an https address.',
      );
    }
    expect(await notify(`http://user:${SECRET}@127.0.0.1:1/`, SUMMARY, 'done', post)).not.toContain(SECRET);
  });
});
