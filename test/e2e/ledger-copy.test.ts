import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { urlWithSchema } from '../support/postgres.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);

here('a ledger that is taken over to PostgreSQL', () => {
  it('has all that it had: a row in doubt is settled there, and nothing is ordered again', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 30 });
    const place = workplace(sandbox);
    const env = { BATCH_LEDGER: urlWithSchema(randomUUID()) };
    place.write('june.csv', `${csvOf(40)}not a number,,\n`);
    const options = ['june.csv', '--skip-invalid', '--timeout', '1s', '--settle', '1s'];
    const running = place.start([...options, '--rate', '40']);
    await sandbox.placed(15);
    running.child.kill('SIGKILL');
    await running.ended;
    const copied = await place.summary(['ledger', 'copy', '.batch/ledger.db', env.BATCH_LEDGER]);
    expect(copied.status).toBe(0);
    expect(copied.summary).toMatchObject({
      from: `${place.folder}/.batch/ledger.db`,
      to: env.BATCH_LEDGER.replace(':admin-password', ''),
      tables: { batch: 1, order_row: 40, rejected_line: 1 },
      batches: [{ batch: 'june', plan: expect.stringMatching(/^[0-9a-f]{32}$/) }],
    });
    expect(copied.stdout + copied.stderr).not.toContain('admin-password');
    const goesOn = await place.summary(options, env);
    expect(goesOn.summary.counts).toMatchObject({ succeeded: 40, invalid: 1 });
    expect(contradictions(place.results('june.results.csv'), sandbox.truth())).toEqual([]);

    const results = place.read('june.results.csv');
    expect((await place.run(['ledger', 'copy', env.BATCH_LEDGER, 'back.db'])).status).toBe(0);
    expect((await place.run(['results', 'june', '--ledger', 'back.db', '--out', 'back.csv'])).status).toBe(0);
    expect(place.read('back.csv')).toBe(results);
  });

  it('is refused while a run uses either of them, into one that is not empty, and into itself', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 200 });
    const place = workplace(sandbox);
    const shared = urlWithSchema(randomUUID());
    place.write('june.csv', csvOf(8));
    place.write('july.csv', csvOf(8, { from: 20 }));
    const errorOf = async (from: string, to: string) =>
      (await place.summary(['ledger', 'copy', from, to])).summary;
    const inFile = place.start(['june.csv', '--concurrency', '1']);
    await sandbox.placed(1);
    expect(await errorOf('.batch/ledger.db', shared)).toMatchObject({
      exitCode: 5,
      error: { code: 'ledger_held' },
    });
    await inFile.ended;
    const inDatabase = place.start(['july.csv', '--concurrency', '1'], { BATCH_LEDGER: shared });
    await sandbox.placed(9);
    expect(await errorOf(shared, 'new.db')).toMatchObject({ exitCode: 5, error: { code: 'ledger_held' } });
    await inDatabase.ended;
    expect(await errorOf('.batch/ledger.db', shared)).toMatchObject({
      exitCode: 2,
      error: { code: 'ledger_not_empty' },
    });
    expect(await errorOf('.batch/ledger.db', './.batch/ledger.db')).toMatchObject({
      error: { code: 'same_file' },
    });
    expect(await errorOf('none.db', shared)).toMatchObject({ exitCode: 2, error: { code: 'no_ledger' } });
  });
});
