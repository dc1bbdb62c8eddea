import { describe, expect, it } from 'vitest';
import { csvOf, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

describe('what is typed', () => {
  it.each([['--failures'], ['--out'], ['--report'], ['--log-file']])(
    'is refused where %s names the input: the customer’s list is never written over',
    async (option) => {
      const place = workplace(await sandboxForTest());
      place.write('orders.csv', csvOf(3));
      const { status, stderr } = await place.run(['orders.csv', option, './orders.csv']);
      expect(status).toBe(2);
      expect(stderr).toMatch(new RegExp(`${option} and the input are the same file|the input.*${option}`));
      expect(place.read('orders.csv')).toBe(csvOf(3));
    },
  );

  it.each([
    ['--fault', 'reset:30%'],
    ['--portal', 'reference=nowhere'],
  ])('is refused where %s is wanted of the real portal', async (option, value) => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const { status, stderr } = await place.run(['orders.csv', option, value]);
    expect({ status, placed: sandbox.truth().length }).toEqual({ status: 2, placed: 0 });
    expect(stderr).toContain(`${option} works only with --sandbox`);
  });

  it('with --sandbox is against the portal that --portal says', async () => {
    const place = workplace();
    place.write('orders.csv', csvOf(3));
    const wrong = await place.run(['orders.csv', '--sandbox', '--portal', 'reference=everywhere']);
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.stderr).toContain('reference is nowhere | details | list');
    const options = ['--sandbox', '--portal', 'older=7', '--portal', 'details-serial=masked'];
    expect((await place.summary(['orders.csv', ...options])).status).toBe(0);
    // The sandbox's orders stand beside its ledger.
    const kept = place.read('.batch/ledger.sandbox.orders.jsonl').trim().split('\n');
    expect(kept).toHaveLength(10);
  });

  it.each([
    ['an option without its value', ['orders.csv', '--limit'], '--limit needs a value.'],
    ['a misspelt option', ['orders.csv', '--concurency', '3'], 'Did you mean --concurrency?'],
    ['the beginning of an option', ['orders.csv', '--billing', 'ada'], 'Did you mean --billing-contact?'],
    ['nothing at all', [], 'The CSV file is missing, as in'],
    ['an env file that is not there', ['orders.csv', '--env-file', 'none.env'], 'none.env cannot be read'],
    ['a misspelt command', ['stauts'], 'Did you mean the command status?'],
    ['a file that is not there', ['none.csv'], 'none.csv" does not exist. Check'],
  ])('is refused in words, not in a stack trace: %s', async (_, args, words) => {
    const place = workplace(await sandboxForTest());
    place.write('orders.csv', csvOf(3));
    const { status, stderr } = await place.run(args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

it('a misspelt variable is warned of', async () => {
  const place = workplace(await sandboxForTest());
  place.write('orders.csv', csvOf(1));
  const { stderr } = await place.run(['orders.csv', '--dry-run'], { BATCH_MAX_ATEMPTS: '3' });
  expect(stderr).toContain('Unknown variable BATCH_MAX_ATEMPTS. Did you mean BATCH_MAX_ATTEMPTS?');
});

/** The command that the summary says to type next. */
const nextCommand = (stdout: string): string => /\n {9}(node .+)$/m.exec(stdout)?.[1] ?? '';

describe('what the summary says to type next', () => {
  const typeNext = async (place: Workplace, stdout: string) => place.type(nextCommand(stdout));

  it('after a dry run places exactly that, with the same ledger and contact', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('June orders.csv', 'sn,plan\n369471667338,Linkus Cloud Service Pro\n');
    const options = ['--ledger', 'own.db', '--billing-contact', 'Ada Keller'];
    const dry = await place.run(['June orders.csv', '--dry-run', ...options]);
    const placed = await typeNext(place, dry.stdout);
    expect(placed.status).toBe(0);
    expect(sandbox.truth()).toHaveLength(1);
    expect(place.exists('.batch')).toBe(false);
  });

  it('after failures sends the fixed file as a part of the same batch', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', `${csvOf(3).trim()}\nOTHER1,No such plan,ada.keller@example.com\n`);
    const first = await place.run(['orders.csv', '--skip-invalid', '--failures', 'open.csv']);
    expect(first.status).toBe(1);
    place.write('open.csv', place.read('open.csv').replace('No such plan', 'Linkus Cloud Service Pro'));
    expect((await typeNext(place, first.stdout)).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(4);
    const { stdout } = await place.run(['status', 'orders']);
    expect(stdout).toMatch(
      /^orders {2}4 rows, 4 succeeded, last run .*of these, 1 row, 1 succeeded in the last file/s,
    );
  });
});

it('dry runs that could not be checked leave no batch behind', async () => {
  const place = workplace(await sandboxForTest());
  place.write('columns.csv', 'serial;what\nA1;B\n');
  place.write('header.csv', 'sn,plan\n');
  place.write('empty.csv', '');
  place.write('orders.csv', csvOf(3));
  const dry = async (args: readonly string[], env?: Record<string, string>) =>
    (await place.run([...args, '--dry-run'], env)).status;
  expect(await dry(['columns.csv'])).toBe(2);
  expect(await dry(['header.csv'])).toBe(2);
  expect(await dry(['empty.csv'])).toBe(2);
  expect(await dry(['none.csv'])).toBe(2);
  expect(await dry(['orders.csv'], { YEASTAR_CLIENT_SECRET: 'wrong' })).toBe(2);
  expect(await dry(['orders.csv'], { YEASTAR_CLIENT_SECRET: '' })).toBe(2);
  expect((await place.run(['status'])).stdout).toMatch(/ledger\.db has no batches yet\.\n$/);
});

it('the shell completes options, batches of the ledger and choices', async () => {
  const place = workplace(await sandboxForTest());
  place.write('june.csv', csvOf(1));
  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout, stderr } = await place.run(['--get-yargs-completions', 'yeastar-batch', ...words]);
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  };
  expect(await complete('status', '')).toEqual([]);
  await place.run(['june.csv']);
  expect(await complete('status', '')).toEqual(['june']);
  expect(await complete('june.csv', '--dry')).toEqual(['--dry-run']);
  expect(await complete('june.csv', '--on-doubt', 'h')).toEqual(['hold']);
  expect((await place.run(['completion'])).stdout).toContain('complete -o bashdefault');
});
