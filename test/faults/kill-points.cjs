/**
 * Loaded into the program with `node --require`: kills it, as the system would, at a named point of the
 * ledger's life. `FAULT_KILL_AT=after-intent:7` is the 7th time that the point is passed. The program itself
 * knows nothing of it.
 *
 * before-intent: rows are written as `sending`, the commit has not happened
 * after-intent: the commit is on the disk, the request has not left
 * before-outcome, after-outcome: the same for what became of a row
 */
const { createRequire } = require('node:module');
const Sqlite = createRequire(__filename)('better-sqlite3');

const [point, times] = (process.env['FAULT_KILL_AT'] ?? ':').split(':');
let left = Number(times);
let kinds = new Set();

function reach(name) {
  if (name !== point || --left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal ends the process before it does anything else; this is for the time until it arrives.
  for (;;);
}

function around(sql, parameters, run) {
  if (sql === 'commit' && kinds.size > 0) {
    const done = kinds;
    kinds = new Set();
    for (const kind of done) reach(`before-${kind}`);
    const result = run();
    for (const kind of done) reach(`after-${kind}`);
    return result;
  }
  if (sql.startsWith('update "order_row" set "status"')) {
    kinds.add(parameters.flat().includes('sending') ? 'intent' : 'outcome');
  }
  return run();
}

const prepare = Sqlite.prototype.prepare;
Sqlite.prototype.prepare = function prepareWatched(sql) {
  const statement = prepare.call(this, sql);
  for (const method of ['run', 'all']) {
    const original = statement[method];
    statement[method] = (...parameters) =>
      around(sql, parameters, () => original.apply(statement, parameters));
  }
  return statement;
};
