import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Cut, linkTo } from '../faults/database-link.js';
import { contradictions } from '../support/program.js';
import { team } from '../support/team.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);
const WAITS = 'It is tried again for a minute; no order is sent meanwhile.';

async function linkedTeam(rows: number, latencyMs: number) {
  const all = await team(rows, latencyMs);
  const link = await linkTo(all.env.BATCH_LEDGER);
  onTestFinished(link.close);
  return { ...all, link };
}

here('a connection to the database that breaks', () => {
  it.each<Cut>(['reset', 'silent'])(
    'for three seconds in mid-run (%s) is survived by the run: its worker goes on, each row is ordered once, exit 0',
    async (how) => {
      const { sandbox, place, link, work } = await linkedTeam(150, 150);
      const worker = await work();
      const run = place.start(['june.csv', '--concurrency', '6', '--json'], { BATCH_LEDGER: link.url });
      await worker.says('takes part in the batch');
      await sandbox.placed(20);
      link.cut(how);
      const placed = sandbox.truth().length;
      await sleep(3_000);
      expect(sandbox.truth().length).toBeGreaterThan(placed);
      link.restore();
      const { status, stdout, stderr } = await run.ended;
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('Run the same command')]);
      expect(JSON.parse(stdout)).toMatchObject({ sent: 150, counts: { succeeded: 150 } });
      if (how === 'reset') expect(stderr.split(WAITS)).toHaveLength(2);
      expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
      expect(sandbox.truth()).toHaveLength(150);
      worker.child.kill('SIGINT');
      expect((await worker.ended).status).toBe(130);
    },
  );

  it('for all of them at once, again and again, is survived by all of them', async () => {
    const { sandbox, place, link, work } = await linkedTeam(150, 120);
    const worker = await work(link.url);
    const run = place.start(
      ['june.csv', '--concurrency', '6', '--timeout', '2s', '--settle', '1s', '--json'],
      { BATCH_LEDGER: link.url },
    );
    await worker.says('takes part in the batch');
    for (const placed of [15, 40, 70]) {
      await sandbox.placed(placed);
      link.cut('reset');
      link.restore();
    }
    const { status, stdout } = await run.ended;
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ sent: 150, counts: expect.objectContaining({ succeeded: 150 }) }),
    ]);
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(150);
    worker.child.kill('SIGINT');
    expect((await worker.ended).status).toBe(130);
  });

  it('and that the database refuses from then on ends the run, which names the command that writes the results', async () => {
    const { sandbox, place, env, ask } = await team(60, 100);
    const role = `cut_${randomUUID().slice(0, 8)}`;
    await ask(`create role ${role} superuser login password 'secret'`);
    onTestFinished(async () => void (await ask(`drop owned by ${role} cascade; drop role ${role}`)));
    const own = new URL(env.BATCH_LEDGER);
    own.username = role;
    own.password = 'secret';
    const run = place.start(['june.csv', '--json', '--timeout', '1s'], { BATCH_LEDGER: own.href });
    await sandbox.placed(10);
    await ask(`alter role ${role} nologin`);
    await ask(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
    const { status, stdout, stderr } = await run.ended;
    expect([status, JSON.parse(stdout)]).toEqual([
      3,
      expect.objectContaining({ sent: null, counts: null, results: null }),
    ]);
    const { next } = JSON.parse(stdout) as { next: string[] };
    expect(next.at(-1)).toMatch(/results june$/);
    expect(stderr).toContain(next.at(-1));
    expect((await place.run(['results', 'june'], env)).status).toBe(0);
    expect(place.results('june.results.csv')).toHaveLength(60);
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
  });

  it('is survived by a worker that waits for runs', async () => {
    const { sandbox, place, env, link, work } = await linkedTeam(60, 250);
    const worker = await work(link.url);
    link.cut('reset');
    await worker.says(WAITS);
    link.restore();
    const run = place.start(['june.csv', '--concurrency', '2'], env);
    await worker.says('takes part in the batch');
    expect((await run.ended).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(60);
    worker.child.kill('SIGINT');
    expect((await worker.ended).status).toBe(130);
  });
});
