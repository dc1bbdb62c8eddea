import { describe, expect, inject, it } from 'vitest';
import { contradictions, csvOf } from '../support/program.js';
import { team } from '../support/team.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);

here('several workers', () => {
  it('send the rows of one run together, each row once, and the run tells what all of them did', async () => {
    const { sandbox, place, env, ask, work } = await team(300, 120);
    const workers = [await work(), await work()];
    const { summary } = await place.summary(['june.csv', '--concurrency', '12'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 300, counts: { succeeded: 300 } });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(300);
    const owners = await ask("select distinct owner from order_row where owner <> 'aside'");
    // The canary is the coordinator's.
    expect(owners.length).toBeGreaterThanOrEqual(3);
    for (const worker of workers) worker.child.kill('SIGINT');
    for (const worker of workers) expect((await worker.ended).status).toBe(130);
  });

  it('send the rows of a job of the user’s own, and take no part where its file is not on their machine', async () => {
    const { sandbox, place, env, ask, work } = await team(60, 120);
    const definition = {
      name: 'my-switch',
      summary: 'switches',
      productId: 9,
      operation: 'switch_plan',
      cycles: { annually: [1, 5] },
    };
    place.write('my-switch.mjs', `export default ${JSON.stringify(definition)};`);
    const worker = await work();
    const { summary } = await place.summary(
      ['june.csv', '--job', './my-switch.mjs', '--concurrency', '8'],
      env,
    );
    expect(summary).toMatchObject({ exitCode: 0, sent: 60, job: 'my-switch' });
    const owners = await ask("select distinct owner from order_row where owner <> 'aside'");
    expect(owners.length).toBeGreaterThanOrEqual(2);
    place.write('july.csv', csvOf(30, { from: 100 }));
    const job = place.write(
      'other.mjs',
      `export default ${JSON.stringify({ ...definition, name: 'other' })};`,
    );
    const running = place.start(['july.csv', '--job', job, '--concurrency', '1'], env);
    await sandbox.placed(62);
    await ask("update batch set job_file = '/not/here.mjs' where id = 'july'");
    const late = await work();
    await late.says('takes no part in the batch july');
    expect((await running.ended).status).toBe(0);
    for (const one of [worker, late]) one.child.kill('SIGINT');
    expect(sandbox.truth()).toHaveLength(90);
  });

  it('go on when the run that they help is killed, and another command finishes the paperwork', async () => {
    const { sandbox, place, env, work } = await team(200, 60);
    const worker = await work();
    const run = place.start(['june.csv', '--concurrency', '8', '--timeout', '1s', '--settle', '1s'], env);
    await sandbox.placed(30);
    run.child.kill('SIGKILL');
    await run.ended;
    await worker.says('The batch june is over');
    const results = await place.run(['results', 'june', '--json'], env);
    expect(JSON.parse(results.stdout)).toMatchObject({ counts: { succeeded: 200 } });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(200);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).status).toBe(143);
  });

  it('start no order after --until, also if the run that was told so is gone', async () => {
    const { sandbox, place, env, ask, work } = await team(400, 120);
    const worker = await work();
    const run = place.start(['june.csv', '--until', '8s', '--timeout', '2s'], env);
    await sandbox.placed(20);
    run.child.kill('SIGKILL');
    await worker.says('The batch june is over');
    expect(await ask('select stop from batch')).toEqual([{ stop: expect.stringContaining('"until"') }]);
    expect(sandbox.truth().length).toBeLessThan(400);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('work with roles whose sessions have short patience and another time zone', async () => {
    const { sandbox, place, env, ask } = await team(120, 120);
    const options = encodeURIComponent(
      '-c TimeZone=Asia/Tokyo -c idle_session_timeout=500 -c lock_timeout=1',
    );
    const worker = place.start(['work'], { BATCH_LEDGER: `${env.BATCH_LEDGER}&options=${options}` });
    await worker.says('A worker for the ledger');
    const { summary } = await place.summary(['june.csv'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 120 });
    const owners = await ask("select distinct owner from order_row where owner <> 'aside'");
    expect(owners.length).toBeGreaterThanOrEqual(3);
    expect(sandbox.truth()).toHaveLength(120);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('take no part in a run for another account of the portal', async () => {
    const { sandbox, place, env, ask, work } = await team(30);
    const run = place.start(['june.csv', '--rate', '10'], env);
    await sandbox.placed(2);
    await ask(
      `update batch set settings = jsonb_set(settings::jsonb, '{account,client}', '"another"')::text`,
    );
    const worker = await work();
    await worker.says('takes no part in the batch june. Its orders are for another account');
    expect((await run.ended).status).toBe(0);
    expect(await ask("select distinct owner from order_row where owner <> 'aside'")).toHaveLength(2);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('stop together: Ctrl-C in the run lets nobody send another order, and all that is in flight is written', async () => {
    const { sandbox, place, env, work } = await team(300, 60);
    await work();
    const run = place.start(['june.csv', '--concurrency', '6', '--json'], env);
    await sandbox.placed(30);
    run.child.kill('SIGINT');
    const { status, stdout } = await run.ended;
    expect(status).toBe(130);
    const placed = sandbox.truth().length;
    expect(JSON.parse(stdout)).toMatchObject({ sent: placed, counts: { succeeded: placed, in_doubt: 0 } });
    const again = await place.summary(['june.csv'], env);
    expect(again.summary).toMatchObject({ exitCode: 0, counts: { succeeded: 300 } });
    expect(sandbox.truth()).toHaveLength(300);
  });

  it('leave a batch at once that is stopped while the portal does not answer, and send nothing of it', async () => {
    const { sandbox, place, env, work } = await team(300, 150);
    const worker = await work();
    const run = place.start(['june.csv', '--concurrency', '6', '--timeout', '1s', '--settle', '1s'], env);
    await worker.says('takes part in the batch');
    await sandbox.placed(20);
    sandbox.setFaults([{ kind: '502', share: 1, when: 'before', on: 'any' }]);
    await worker.says('all orders wait');
    const placed = sandbox.truth().length;
    run.child.kill('SIGINT');
    expect((await run.ended).status).toBe(130);
    // The portal stays away.
    await worker.says('The batch june is over for this worker.');
    sandbox.setFaults([]);
    worker.child.kill('SIGINT');
    expect((await worker.ended).status).toBe(130);
    expect(sandbox.truth()).toHaveLength(placed);
  });

  it('keep to --rate together, whoever sends, and ask for one token', async () => {
    const { sandbox, place, env, work } = await team(80);
    const workers = [await work(), await work()];
    const { summary } = await place.summary(['june.csv', '--rate', '20', '--concurrency', '9'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 80 });
    const { startsPerSecondMax, requests } = sandbox.stats();
    // A rate of their own each would be 60. On a busy machine what left one by one arrives in bunches of up to a quarter of
    // a second; that it leaves so in every second is proven by a property (test/unit/pace/shared/rate.test.ts).
    expect(startsPerSecondMax).toBeLessThanOrEqual(25);
    expect(requests['token']).toBe(1);
    for (const worker of workers) worker.child.kill('SIGINT');
    await Promise.all(workers.map(({ ended }) => ended));
  });

  it('are shown by status: who works on what, and since when', async () => {
    const { sandbox, place, env, work } = await team(200, 150);
    await work();
    const idle = await place.run(['status', '--json'], env);
    expect(JSON.parse(idle.stdout)).toMatchObject({ workers: [{ batch: null, lanes: 0 }] });
    const run = place.start(['june.csv', '--concurrency', '6'], env);
    await sandbox.placed(20);
    const { stdout } = await place.run(['status', 'june'], env);
    expect(stdout).toMatch(/worker: process \d+ on \S+, \d at a time of the batch june.*since/);
    expect(stdout).toContain('and looks after the run');
    const reconcile = await place.run(['reconcile', 'june'], env);
    expect([reconcile.status, reconcile.stderr]).toEqual([5, expect.stringContaining('is in use by')]);
    run.child.kill('SIGINT');
    await run.ended;
  });

  it('keep to --limit, whoever sends', async () => {
    const { sandbox, place, env, work } = await team(60);
    await work();
    const { summary } = await place.summary(['june.csv', '--limit', '25'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 25, counts: { succeeded: 25, not_sent: 35 } });
    expect(sandbox.truth()).toHaveLength(25);
  });

  it('send a canary again whose answer was lost', async () => {
    const { sandbox, place, env } = await team(5);
    sandbox.setFaults([{ kind: 'reset', when: 'before', share: 1, times: 1 }]);
    const { summary } = await place.summary(['june.csv', '--timeout', '1s', '--settle', '1s'], env);
    expect(summary).toMatchObject({ exitCode: 0, sent: 5, counts: { succeeded: 5 } });
    expect(sandbox.truth()).toHaveLength(5);
  });

  it('take over what a killed one had reserved, and it counts in --limit once', async () => {
    const { sandbox, place, env, ask, work } = await team(80, 200);
    const worker = await work();
    const run = place.start(['june.csv', '--limit', '60', '--concurrency', '4', '--canary', '0'], env);
    await worker.says('takes part in the batch');
    while (Number((await ask('select count(*) as n from order_row where owner is not null'))[0]?.['n']) < 40)
      await sandbox.placed(sandbox.truth().length + 1);
    worker.child.kill('SIGKILL');
    expect((await run.ended).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(60);
  });

  it('ends with exit 3 if what it shares with the others cannot be written any more, also with --limit', async () => {
    const { sandbox, place, env, ask } = await team(120, 120);
    const run = place.start(['june.csv', '--limit', '100', '--json'], env);
    await sandbox.placed(10);
    await ask('alter table worker rename to gone');
    const { status, stdout } = await run.ended;
    expect([status, JSON.parse(stdout)]).toEqual([
      3,
      expect.objectContaining({ stopped: expect.anything() }),
    ]);
    expect(sandbox.truth().length).toBeLessThan(100);
    expect(await ask('select work_state from batch')).toEqual([{ work_state: 'stopped' }]);
  });

  it('a worker needs a ledger that several machines share, and says so', async () => {
    const { place } = await team(1);
    const { status, stderr } = await place.run(['work']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('several machines share')]);
  });
});
