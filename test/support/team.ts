import { randomUUID } from 'node:crypto';
import { runOnPostgres, schemaOf, urlWithSchema } from './postgres.js';
import { csvOf, workplace } from './program.js';
import { sandboxForTest } from './sandbox.js';

/** A sandbox, a folder and a shared ledger for several processes. */
export async function team(rows: number, latencyMs = 30) {
  const sandbox = await sandboxForTest({ latencyMs });
  const place = workplace(sandbox);
  const url = urlWithSchema(randomUUID());
  const env = { BATCH_LEDGER: url };
  place.write('june.csv', csvOf(rows));
  const ask = (sql: string) => runOnPostgres(url, schemaOf(url), [sql]);
  const work = async (ledger = url) => {
    const worker = place.start(['work'], { BATCH_LEDGER: ledger });
    await worker.says('A worker for the ledger');
    return worker;
  };
  return { sandbox, place, env, ask, work };
}
