/**
 * Loaded into the program with `node --require`: kills it, as the system would, at a named point of the
 * ledger's life. `FAULT_KILL_AT=after-intent:7` is the 7th time that the point is passed. The program itself
 * knows nothing of it.
 *
 * before-intent: rows are written as `sending`, the commit has not happened; on PostgreSQL nothing has left for it
 * sent-intent: on PostgreSQL alone, the statement has left and its answer has not come
 * after-intent: the commit is on the disk, the request has not left
 * before-outcome, sent-outcome, after-outcome: the same for what became of a row
 */
const { createRequire } = require('node:module');
const load = createRequire(__filename);
const Sqlite = load('better-sqlite3');
const { Client } = load('pg');

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

const { query } = Client.prototype;
Client.prototype.query = function queryWatched(asked, ...rest) {
  const text = typeof asked === 'string' ? asked : asked.text;
  const move = /\/\* move (\w+) \*\//.exec(text ?? '')?.[1];
  if (move === undefined) return query.call(this, asked, ...rest);
  const kind = move === 'intend' ? 'intent' : 'outcome';
  reach(`before-${kind}`);
  const answer = query.call(this, asked, ...rest);
  // By now the driver has written it to its socket, if the connection was free.
  setImmediate(reach, `sent-${kind}`);
  return answer.then((result) => {
    reach(`after-${kind}`);
    return result;
  });
};
