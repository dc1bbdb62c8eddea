import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { runOnPostgres, schemaOf, urlWithSchema } from '../support/postgres.js';
import { contradictions, csvOf, serialNumberOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';
import { startServer } from '../support/start-postgres.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);
const PASSWORD = 'admin-password';
const ledgerOf = () => ({ BATCH_LEDGER: urlWithSchema(randomUUID()) });

here('a ledger on PostgreSQL', () => {
  it('serves every command, and its password is nowhere', async () => {
    const sandbox = await sandboxForTest({ pendingShare: 0.2, pendingMs: 600_000 });
    const place = workplace(sandbox);
    const env = ledgerOf();
    place.write('june.csv', csvOf(40));
    const dry = await place.summary(['june.csv', '--dry-run'], env);
    expect(dry.summary).toMatchObject({ exitCode: 0, sent: 0, counts: { total: 40, not_sent: 40 } });
    const run = await place.summary(
      ['june.csv', '--plan', dry.summary.plan ?? '', '--report', 'june.html'],
      env,
    );
    expect(run.summary).toMatchObject({ exitCode: 0, sent: 40, plan: dry.summary.plan });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
    const before = place.read('june.results.csv');
    const ended = [dry, run];
    for (const args of [
      ['status'],
      ['status', 'june'],
      ['results', 'june'],
      ['report', 'june'],
      ['reconcile', 'june'],
      ['verify', 'june'],
    ]) {
      for (const json of [[], ['--json']]) {
        const one = await place.run([...args, ...json], env);
        expect([args, one.status, one.stderr]).toEqual([args, 0, expect.not.stringContaining('    at ')]);
        ended.push({ ...one, summary: run.summary });
      }
    }
    expect(place.read('june.results.csv')).toBe(before);
    expect((await place.run(['audit', 'june', '--out', 'audit'], env)).status).toBe(0);
    const files = ['batch.json', 'runs.json', 'sends.csv'].map((file) => place.read(`audit/${file}`));
    expect(files.join('')).not.toContain(PASSWORD);
    expect(JSON.parse(files[1] ?? '')).toMatchObject([
      { ordersPlaced: 0 },
      { ordersPlaced: 40, exitCode: 0 },
    ]);
    expect(files[2]?.trim().split('\n')).toHaveLength(41);
    const said = ended.map(({ stdout, stderr }) => stdout + stderr).join('') + place.read('june.html');
    expect(said).toContain('postgres://admin@127.0.0.1');
    expect(said).not.toContain(PASSWORD);
    expect(place.exists('.batch')).toBe(false);
  });

  it('is found in the env file, its password beside it', async () => {
    const place = workplace();
    const url = new URL(ledgerOf().BATCH_LEDGER);
    url.password = '';
    place.write('settings.env', `BATCH_LEDGER=${url.href}\nPGPASSWORD=${PASSWORD}\n`);
    place.write('june.csv', csvOf(2));
    const { summary } = await place.summary(['june.csv', '--sandbox', '--env-file', 'settings.env']);
    expect(summary).toMatchObject({ exitCode: 0, sent: 2, ledger: url.href });
  });

  it('makes the same plan of a file as a ledger in a file', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('june.csv', `${csvOf(20)}a1,Linkus Cloud Service Pro,\nB2,Linkus Cloud Service Pro,\n`);
    const options = ['june.csv', '--dry-run', '--billing-contact', 'ada.keller@example.com'];
    const shared = await place.summary(options, ledgerOf());
    const file = await place.summary(options);
    expect(shared.summary.plan).toBe(file.summary.plan);
    expect(shared.summary.counts).toEqual(file.summary.counts);
  });

  it('after a kill in mid-run goes on with the same command, and places no order twice', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 100 });
    const place = workplace(sandbox);
    const env = ledgerOf();
    place.write('june.csv', csvOf(60));
    const running = place.start(['june.csv', '--timeout', '1s'], env);
    await sandbox.placed(20);
    running.child.kill('SIGKILL');
    await running.ended;
    const { summary } = await place.summary(['june.csv', '--settle', '500ms'], env);
    expect(summary).toMatchObject({ exitCode: 0, counts: { succeeded: 60 } });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
  });

  it('lets one run at a time work on a batch, and says who does', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 200 });
    const place = workplace(sandbox);
    const env = ledgerOf();
    place.write('june.csv', csvOf(15));
    const first = place.start(['june.csv', '--concurrency', '1'], env);
    await sandbox.placed(2);
    const second = await place.summary(['june.csv'], env);
    expect(second.summary).toMatchObject({ exitCode: 5, error: { code: 'ledger_held' } });
    expect(second.stderr).toContain(`The batch "june"`);
    expect(second.stderr).toContain(`process ${first.child.pid} on ${hostname()}, started 20`);
    expect((await place.run(['status', 'june'], env)).stdout).toContain(`process ${first.child.pid}`);
    expect((await first.ended).status).toBe(0);
    expect((await place.run(['status', 'june'], env)).stdout).not.toContain('a run is going');
  });

  it('lets two batches run at once: a PBX that both have is ordered by one, and is a problem of the other', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 50 });
    const place = workplace(sandbox);
    const env = ledgerOf();
    place.write('june.csv', csvOf(40));
    // The other way round, so that they meet in the middle.
    const [header, ...rows] = csvOf(40, { from: 10 }).trim().split('\n');
    place.write('july.csv', [header, ...rows.reverse()].join('\n'));
    const both = await Promise.all(
      ['june', 'july'].map((name) =>
        place.summary([`${name}.csv`, '--concurrency', '2', '--max-failures', '100%'], env),
      ),
    );
    const placed = sandbox.truth().map(({ productNo }) => productNo);
    const ordered = (
      await Promise.all(['june', 'july'].map((name) => place.results(`${name}.results.csv`)))
    ).flat();
    expect(placed).toHaveLength(new Set(placed).size);
    expect(placed).toHaveLength(50);
    expect(both.map(({ summary }) => summary.counts.succeeded + summary.counts.invalid)).toEqual([40, 40]);
    const refused = ordered.filter((row) => row['status'] === 'invalid');
    expect(refused).toHaveLength(30);
    expect(new Set(refused.map((row) => row['errorCode']))).toEqual(new Set(['ordered_in_another_batch']));
    const shared = Array.from({ length: 30 }, (_, i) => serialNumberOf(i + 10));
    expect(refused.map((row) => row['sn']).sort()).toEqual(shared.sort());
  });

  it('keeps the sandbox apart: its orders are in a schema of its own', async () => {
    const place = workplace();
    const env = ledgerOf();
    place.write('june.csv', csvOf(3));
    const { summary } = await place.summary(['june.csv', '--sandbox'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 3 });
    expect((await place.run(['status'], env)).stderr).toContain('There is no ledger');
    expect((await place.run(['status', '--sandbox'], env)).stdout).toContain('3 succeeded');
  });
});

here('a password that was typed', () => {
  it('is in no list of processes and no command, and leads to a warning', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 300 });
    const place = workplace(sandbox);
    place.write('june.csv', csvOf(3));
    const { BATCH_LEDGER: url } = ledgerOf();
    const running = place.start(['june.csv', '--limit', '1', '--ledger', url]);
    await running.says('The password that was typed');
    const shown = readFileSync(`/proc/${running.child.pid}/cmdline`, 'latin1');
    const { stdout, stderr } = await running.ended;
    expect(shown + stdout + stderr).not.toContain(PASSWORD);
    expect(stdout).toContain(`--ledger '${url.replace(`:${PASSWORD}`, '')}'`);
    const again = await place.type(stdout.split('\n').at(-1)?.trim() ?? stdout, { PGPASSWORD: PASSWORD });
    expect(again.stderr).not.toContain('The password that was typed');
    expect(again.status).toBe(0);
  });

  it('is not repeated by a command line that cannot be read', async () => {
    const place = workplace();
    const { BATCH_LEDGER: url } = ledgerOf();
    for (const args of [
      ['--nope', '--ledger', url],
      [`--ledgr=${url}`],
      ['--ledger', url, '--ledger', url],
    ]) {
      const { status, stdout, stderr } = await place.run(['june.csv', ...args]);
      expect([status, stdout + stderr]).toEqual([2, expect.not.stringContaining(PASSWORD)]);
    }
  });
});

here('a database that cannot be used', () => {
  const url = (change: (url: URL) => void): string => {
    const address = new URL(urlWithSchema(randomUUID()));
    change(address);
    return address.href;
  };
  it.each([
    [
      'a wrong password',
      (at: URL) => {
        at.password = 'not-the-password';
      },
      'ledger_login_refused',
    ],
    [
      'no password',
      (at: URL) => {
        at.password = '';
      },
      'ledger_login_refused',
    ],
    [
      'no such database',
      (at: URL) => {
        at.pathname = '/nowhere';
      },
      'ledger_no_database',
    ],
    [
      'no server',
      (at: URL) => {
        at.port = '1';
      },
      'ledger_unreachable',
    ],
    [
      'a host that is unknown',
      (at: URL) => {
        at.hostname = 'no-such-host.invalid';
      },
      'ledger_unreachable',
    ],
    [
      'no TLS where it is asked for',
      (at: URL) => {
        at.searchParams.set('sslmode', 'require');
      },
      'ledger_tls',
    ],
    [
      'a certificate that is not there',
      (at: URL) => {
        at.searchParams.set('sslrootcert', '/none.pem');
      },
      'ledger_tls',
    ],
    [
      'a schema that is not a name',
      (at: URL) => {
        at.searchParams.set('schema', 'a b');
      },
      'wrong_option',
    ],
  ])('%s: nothing is sent, and the reason is one sentence', async (_, change, code) => {
    const place = workplace();
    place.write('june.csv', csvOf(1));
    const env = { BATCH_LEDGER: url(change) };
    for (const args of [['june.csv'], ['status']]) {
      const { status, stdout, stderr } = await place.run([...args, '--json'], env);
      expect(JSON.parse(stdout)).toMatchObject({ exitCode: 2, error: { code, remedy: expect.any(String) } });
      expect([status, stderr]).toEqual([
        2,
        expect.not.stringMatching(/ {4}at |not-the-password|admin-password/),
      ]);
    }
  });

  it('an address that cannot be read is not repeated: the password is in it', async () => {
    const place = workplace();
    const { status, stderr } = await place.run(['june.csv'], {
      BATCH_LEDGER: 'postgres://ada:se/cret@db:x/orders',
    });
    expect(status).toBe(2);
    expect(stderr).not.toContain('se/cret');
    expect(stderr).toContain('%2F');
  });
});

/** The SQL of the document, block by block. */
const documented = [
  ...readFileSync(new URL('../../docs/several-machines.md', import.meta.url), 'utf8').matchAll(
    /^```sql\n([\s\S]*?)^```/gm,
  ),
].map(([, text = '']) => text);

here('a name of a schema that the server keeps for itself', () => {
  it.each([
    ['user', 'is a word of SQL'],
    ['pg_orders', 'is not a plain name'],
  ])('%s is refused in words, before anything is sent', async (schema, said) => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('june.csv', csvOf(1));
    const address = new URL(inject('postgresUrl') ?? '');
    address.searchParams.set('schema', schema);
    const { summary } = await place.summary(['june.csv'], { BATCH_LEDGER: address.href });
    expect(summary).toMatchObject({
      exitCode: 2,
      error: { code: 'wrong_option', message: expect.stringContaining(said) },
    });
  });
});

here('the roles of the document', () => {
  it('have the rights that they need, and no others; what is missing is asked for with its SQL', async () => {
    const name = `r_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const own = (text: string): string =>
      text.replaceAll('yeastar_batch', name).replaceAll(/batch_(owner|worker|reader)/g, `${name}_$1`);
    const admin = new pg.Client({ connectionString: inject('postgresUrl') });
    await admin.connect();
    onTestFinished(() => admin.end());
    const as = (role: 'owner' | 'worker' | 'reader') => {
      const address = new URL(inject('postgresUrl') ?? '');
      address.username = `${name}_${role}`;
      address.password = `${role}-secret`;
      address.searchParams.set('schema', name);
      return { BATCH_LEDGER: address.href };
    };
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('june.csv', csvOf(3));
    const roles = own(documented.find((text) => text.includes('CREATE ROLE')) ?? '').split(';\n');

    await admin.query(roles.filter((line) => line.startsWith('CREATE ROLE')).join(';'));
    const refused = await place.summary(['june.csv'], as('owner'));
    expect(refused.summary).toMatchObject({ exitCode: 2, error: { code: 'ledger_no_schema' } });
    const asked = /CREATE SCHEMA IF NOT EXISTS [^;]*;/.exec(refused.summary.error?.remedy ?? '')?.[0] ?? '';
    await admin.query(asked);
    await admin.query(roles.filter((line) => /^(GRANT|ALTER)/.test(line)).join(';'));

    expect((await place.summary(['june.csv', '--limit', '1'], as('owner'))).summary).toMatchObject({
      sent: 1,
    });
    const worked = await place.summary(['june.csv'], as('worker'));
    expect(worked.summary).toMatchObject({ exitCode: 0, sent: 2 });

    place.write('july.csv', csvOf(100, { from: 10 }));
    const worker = place.start(['work'], as('worker'));
    await worker.says('A worker for the ledger');
    sandbox.setFaults([{ kind: 'delay', ms: 200, share: 1 }]);
    const together = await place.summary(['july.csv', '--concurrency', '6'], as('worker'));
    expect(together.summary).toMatchObject({ exitCode: 0, sent: 100 });
    const lanes = await admin.query(
      `select distinct owner from ${name}.order_row where batch = 'july' and owner <> 'aside'`,
    );
    // The coordinator with its canary, the run and the worker.
    expect(lanes.rows).toHaveLength(3);
    worker.child.kill('SIGINT');
    const left = await worker.ended;
    expect([left.status, left.stderr]).toEqual([130, expect.not.stringContaining('Warning')]);
    expect((await place.run(['reconcile', 'june'], as('worker'))).status).toBe(0);

    expect((await place.run(['status', 'june'], as('reader'))).stdout).toContain('3 succeeded');
    for (const command of ['results', 'report']) {
      expect([command, (await place.run([command, 'june'], as('reader'))).status]).toEqual([command, 0]);
    }
    const writes = await place.summary(['june.csv'], as('reader'));
    expect(writes.summary).toMatchObject({ exitCode: 2, error: { code: 'ledger_no_rights' } });

    const questions = documented.filter((text) => text.startsWith('SELECT')).map(own);
    expect(questions.length).toBeGreaterThan(2);
    for (const question of questions) await admin.query(question);
  });
});

here('a database that goes away', () => {
  it('and comes back as it was started anew ends a run with exit 3, no order left without its intent, and the same command goes on', async () => {
    const server = await startServer();
    onTestFinished(server.end);
    const sandbox = await sandboxForTest({ latencyMs: 100 });
    const place = workplace(sandbox);
    place.write('june.csv', csvOf(60));
    const env = { BATCH_LEDGER: server.url };
    const running = place.start(['june.csv', '--concurrency', '2', '--timeout', '1s', '--json'], env);
    await sandbox.placed(10);
    await server.stop();
    await server.start();
    const ended = await running.ended;
    expect(ended.stderr).not.toContain('    at ');
    expect(JSON.parse(ended.stdout)).toMatchObject({ exitCode: 3 });
    expect(ended.stdout).toContain('was restarted or replaced');
    const placed = sandbox.truth().length;
    const written = "select count(*) as n from order_row where status <> 'not_sent'";
    const [found] = await runOnPostgres(server.url, schemaOf(server.url), [written]);
    expect(Number(found?.['n'])).toBeGreaterThanOrEqual(placed);
    const { summary } = await place.summary(['june.csv', '--settle', '500ms'], env);
    expect(summary).toMatchObject({ exitCode: 0, counts: { succeeded: 60 } });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
  });
});
