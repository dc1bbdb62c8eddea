import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE } from '../support/certificate.js';
import { contradictions, csvOf, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';
import { closedPort, tlsInFrontOf } from '../support/servers.js';
import { hasTinyproxy, tinyproxyForTest } from '../support/tinyproxy.js';

const USER = 'clerk';
const PASSWORD = 'proxy-pass-word-71c2';

if (!hasTinyproxy)
  process.stderr.write('SKIPPED: no tinyproxy to go through: install it (Debian has it by this name).\n');

/** A portal behind TLS under a name that is not loopback's, and a place whose Node trusts its certificate. */
async function portalBehindTls() {
  const sandbox = await sandboxForTest();
  const port = await tlsInFrontOf(sandbox.url);
  const target = `0.0.0.0:${port}`;
  const place = workplace({ ...sandbox, url: `https://${target}` });
  const trusted = { NODE_EXTRA_CA_CERTS: place.write('company-ca.pem', CERTIFICATE) };
  place.write('orders.csv', csvOf(20));
  return { sandbox, place, target, trusted };
}

/** Every file that the program has left, and what it said. */
const allThatIsLeft = (place: Workplace, ...said: readonly string[]): string =>
  [
    ...said,
    ...readdirSync(place.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')),
  ].join('\n');

/** The ways in which a proxy's password may be written: as it is, in an address, in a header. */
const FORMS = [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`${USER}:${PASSWORD}`).toString('base64')];

describe.skipIf(!hasTinyproxy)('through a company’s proxy', () => {
  it('orders reach a portal over TLS, and the proxy’s password is nowhere', async () => {
    const { sandbox, place, target, trusted } = await portalBehindTls();
    const proxy = await tinyproxyForTest(USER, PASSWORD);
    const ended = await place.summary(['orders.csv', '--log-file', 'run.log', '--log-level', 'trace'], {
      ...trusted,
      HTTPS_PROXY: `http://${USER}:${PASSWORD}@${proxy.host}`,
    });
    expect(ended.status).toBe(0);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(20);
    expect(new Set(proxy.connected())).toEqual(new Set([target]));
    const left = allThatIsLeft(place, ended.stdout, ended.stderr);
    for (const form of FORMS) expect(left).not.toContain(form);
  });

  it.each([
    ['a wrong password', `${USER}:${PASSWORD}@`, 'HTTP 401'],
    ['no password', '', 'HTTP 407'],
  ])(
    '%s is said with the proxy’s name and without the password, and nothing is sent',
    async (_, login, status) => {
      const { sandbox, place, trusted } = await portalBehindTls();
      const proxy = await tinyproxyForTest(USER, 'another-one');
      const ended = await place.run(['orders.csv', '--log-file', 'run.log', '--log-level', 'trace'], {
        ...trusted,
        https_proxy: `http://${login}${proxy.host}`,
      });
      expect(ended.status).toBe(3);
      expect(ended.stderr).toContain(`the proxy http://${proxy.host} asks for a user name and a password`);
      expect(ended.stderr).toContain(status);
      expect(ended.stderr).toContain('Check HTTPS_PROXY');
      expect(sandbox.truth()).toEqual([]);
      const left = allThatIsLeft(place, ended.stdout, ended.stderr);
      for (const form of FORMS) expect(left).not.toContain(form);
    },
  );

  it('a portal that NO_PROXY names is reached without', async () => {
    const { place, trusted } = await portalBehindTls();
    const proxy = await tinyproxyForTest(USER, PASSWORD);
    const ended = await place.run(['orders.csv'], {
      ...trusted,
      HTTPS_PROXY: `http://${USER}:${PASSWORD}@${proxy.host}`,
      NO_PROXY: 'intranet.example.com,0.0.0.0',
    });
    expect(ended.status).toBe(0);
    expect(proxy.connected()).toEqual([]);
  });

  it('a portal that the proxy cannot reach is said to be out of the proxy’s reach', async () => {
    const { place, trusted } = await portalBehindTls();
    const proxy = await tinyproxyForTest(USER, PASSWORD);
    const ended = await place.run(['orders.csv'], {
      ...trusted,
      YEASTAR_BASE_URL: `https://0.0.0.0:${await closedPort()}`,
      HTTPS_PROXY: `http://${USER}:${PASSWORD}@${proxy.host}`,
    });
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(
      new RegExp(`the proxy http://${proxy.host} does not connect us to 0\\.0\\.0\\.0:\\d+ \\(HTTP 50\\d\\)`),
    );
  });
});

it('a proxy that refuses connections is named, and nothing is sent', async () => {
  const { sandbox, place, trusted } = await portalBehindTls();
  const proxy = `127.0.0.1:${await closedPort()}`;
  const ended = await place.run(['orders.csv'], { ...trusted, HTTPS_PROXY: proxy });
  expect(ended.status).toBe(3);
  expect(ended.stderr).toContain(`the proxy http://${proxy} cannot be reached: connect ECONNREFUSED`);
  expect(sandbox.truth()).toEqual([]);
});

it('a proxy that cannot be understood ends the run before anything is sent, without its password', async () => {
  const { place } = await portalBehindTls();
  const ended = await place.run(['orders.csv'], {
    HTTPS_PROXY: `socks5://${USER}:${PASSWORD}@proxy.example.com`,
  });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('HTTPS_PROXY names a proxy of the kind socks5://');
  expect(ended.stderr).not.toContain(PASSWORD);
});

it('a sandbox on this machine is reached without a proxy, whatever the environment says', async () => {
  const place = workplace();
  place.write('orders.csv', csvOf(3));
  const proxy = `http://127.0.0.1:${await closedPort()}`;
  const ended = await place.run(['orders.csv', '--sandbox'], { HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
  expect(ended.status).toBe(0);
});

it('a certificate whose issuer is not known is said with the variable that names one', async () => {
  const { sandbox, place } = await portalBehindTls();
  const ended = await place.run(['orders.csv']);
  expect(ended.status).toBe(3);
  expect(ended.stderr).toContain('self-signed certificate');
  expect(ended.stderr.replace(/\s+/g, ' ')).toContain('set NODE_EXTRA_CA_CERTS to the file');
  expect(sandbox.truth()).toEqual([]);
});
