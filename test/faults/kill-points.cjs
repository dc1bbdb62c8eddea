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

const { prepare, transaction } = Sqlite.prototype;

Sqlite.prototype.prepare = function prepareWatched(sql) {
  const statement = prepare.call(this, sql);
  if (!sql.startsWith('update "order_row" set "status"')) return statement;
  for (const method of ['run', 'get']) {
    const original = statement[method];
    statement[method] = (...parameters) => {
      // The first is where the row goes; where it came from stands among the others.
      kinds.add(parameters[0] === 'sending' ? 'intent' : 'outcome');
      return original.apply(statement, parameters);
    };
  }
  return statement;
};

Sqlite.prototype.transaction = function transactionWatched(work) {
  const { immediate } = transaction.call(this, (...given) => {
    const result = work(...given);
    for (const kind of kinds) reach(`before-${kind}`);
    return result;
  });
  const watched = (...given) => {
    kinds = new Set();
    const result = immediate(...given);
    for (const kind of kinds) reach(`after-${kind}`);
    return result;
  };
  return { immediate: watched };
};
