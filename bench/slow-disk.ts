import Sqlite from 'better-sqlite3';

/** Loaded into the program with `--import`: every commit takes so much longer, as on a slow disk. */
const DELAY_MS = Number(process.env['BENCH_COMMIT_MS'] ?? 5);
const clock = new Int32Array(new SharedArrayBuffer(4));
const wait = (): void => void Atomics.wait(clock, 0, 0, DELAY_MS);
const { prepare, transaction } = Sqlite.prototype;

Sqlite.prototype.prepare = function slowPrepare(this: Sqlite.Database, sql: string) {
  const statement = prepare.call(this, sql);
  if (sql.trim().toLowerCase() !== 'commit') return statement;
  const run = statement.run.bind(statement) as (...parameters: unknown[]) => Sqlite.RunResult;
  statement.run = (...parameters: unknown[]) => {
    wait();
    return run(...parameters);
  };
  return statement;
} as typeof prepare;

Sqlite.prototype.transaction = function slowTransaction(
  this: Sqlite.Database,
  work: (...of: unknown[]) => unknown,
) {
  return transaction.call(this, (...of: unknown[]) => {
    const result = work(...of);
    wait();
    return result;
  });
} as typeof transaction;
