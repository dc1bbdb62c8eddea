import { EXIT, Problem } from '../../common/errors.js';
import type { BatchId } from '../../common/ids.js';
import type { BatchRecord } from '../schema.js';
import {
  COPIED_TABLES,
  type CopiedTable,
  columnsOf,
  copyTables,
  countTables,
  type WholeLedger,
} from './copy.js';
import { type LedgerQueries, ledgerQueries } from './queries.js';

export interface Copied {
  /** Rows of each table. */
  readonly tables: Readonly<Record<CopiedTable, number>>;
  readonly batches: readonly { readonly batch: BatchId; readonly plan: string }[];
}

export interface Copying {
  readonly tell: (text: string) => void;
  /** A hash of what a batch orders: it must be the same on both sides. */
  readonly planOf: (read: LedgerQueries, batch: BatchRecord) => Promise<string>;
}

/**
 * Copies a ledger into another, empty one, whole or not at all. Before it is committed, the rows of each table are counted
 * on both sides, and the hash of each batch's plan is compared.
 */
export async function copyWhole(
  from: WholeLedger,
  to: WholeLedger,
  { tell, planOf }: Copying,
): Promise<Copied> {
  const before = await countTables(to.db);
  if (COPIED_TABLES.some((table) => before[table] > 0)) {
    throw new Problem('ledger_not_empty', `The ledger ${to.name} is not empty.`, {
      remedy:
        'Nothing was copied. Name one that does not exist yet, such as another schema of the database (?schema=).',
    });
  }
  const counts = await countTables(from.db);
  const columns = await columnsOf(to);
  return await to.db.transaction().execute(async (trx) => {
    await copyTables(from, to, trx, columns, (table, rows) =>
      tell(`Copying ${table}: ${rows} of ${counts[table]} rows.`),
    );
    const copied = await countTables(trx);
    for (const table of COPIED_TABLES) assertSame(`rows of ${table}`, counts[table], copied[table]);
    const plans = await plansOf(ledgerQueries(from.db), planOf);
    const copiedPlans = await plansOf(ledgerQueries(trx), planOf);
    for (const [at, { batch, plan }] of plans.entries())
      assertSame(`plan of ${batch}`, plan, copiedPlans[at]?.plan);
    return { tables: copied, batches: plans };
  });
}

async function plansOf(read: LedgerQueries, planOf: Copying['planOf']): Promise<Copied['batches']> {
  const batches = (await read.batches()).sort((a, b) => (a.id < b.id ? -1 : 1));
  const plans = [];
  for (const batch of batches) plans.push({ batch: batch.id, plan: await planOf(read, batch) });
  return plans;
}

function assertSame(what: string, from: unknown, to: unknown): void {
  if (from === to) return;
  throw new Problem('copy_differs', `The copy is not the same: ${what}: ${from} became ${to}.`, {
    remedy: 'Nothing was kept of it, and the old ledger is as it was. Please report this with the ledger.',
    exitStatus: EXIT.stoppedEarly,
  });
}
