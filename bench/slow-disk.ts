import Sqlite from 'better-sqlite3';

/** Loaded into the program with `--import`: every commit takes so much longer, as on a slow disk. */
const DELAY_MS = Number(process.env['BENCH_COMMIT_MS'] ?? 5);
const clock = new Int32Array(new SharedArrayBuffer(4));
const prepare = Sqlite.prototype.prepare;

Sqlite.prototype.prepare = function slowPrepare(this: Sqlite.Database, sql: string) {
  const statement = prepare.call(this, sql);
  if (sql.trim().toLowerCase() !== 'commit') return statement;
  const run = statement.run.bind(statement) as (...parameters: unknown[]) => Sqlite.RunResult;
  statement.run = (...parameters: unknown[]) => {
    Atomics.wait(clock, 0, 0, DELAY_MS);
    return run(...parameters);
  };
  return statement;
} as typeof prepare;
