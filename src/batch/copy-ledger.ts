import type { Clock } from '../common/clock.js';
import { EXIT, Problem } from '../common/errors.js';
import type { LedgerLocation } from '../ledger/location.js';
import { openWhole } from '../ledger/open.js';
import {
  COPIED_TABLES,
  type CopiedTable,
  columnsOf,
  copyTables,
  countTables,
  type WholeLedger,
} from '../ledger/sql/copy.js';
import { ledgerQueries } from '../ledger/sql/queries.js';
import { planHash } from './plan-hash.js';

export interface Copied {
  /** Rows of each table. */
  readonly tables: Readonly<Record<CopiedTable, number>>;
  readonly batches: readonly { readonly batch: string; readonly plan: string }[];
}

type Database = Parameters<typeof ledgerQueries>[0];

/**
 * Copies a ledger into another, empty one, whole or not at all. Before it is committed, the rows of each table are counted
 * on both sides, and the hash of each batch's plan is compared.
 */
export async function copyLedger(
  source: LedgerLocation,
  target: LedgerLocation,
  clock: Clock,
  tell: (text: string) => void,
): Promise<Copied> {
  const from = await openWhole(source, { clock, as: 'source' });
  try {
    const to = await openWhole(target, { clock, as: 'target' });
    try {
      return await copy(from, to, tell);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function copy(from: WholeLedger, to: WholeLedger, tell: (text: string) => void): Promise<Copied> {
  const before = await countTables(to.db);
  if (COPIED_TABLES.some((table) => before[table] > 0)) {
    throw new Problem('ledger_not_empty', `The ledger ${to.name} is not empty.`, {
      remedy:
        'Nothing was copied. Name one that is not there yet, such as another schema of the database (?schema=).',
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
    const plans = await plansOf(from.db);
    const copiedPlans = await plansOf(trx);
    for (const [at, { batch, plan }] of plans.entries())
      assertSame(`plan of ${batch}`, plan, copiedPlans[at]?.plan);
    return { tables: copied, batches: plans };
  });
}

/** The hash of what each batch orders. */
async function plansOf(db: Database): Promise<Copied['batches']> {
  const read = ledgerQueries(db);
  const plans = [];
  for (const { id, run_no, job, operation } of (await read.batches()).sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )) {
    const terms = { name: job, operation, productId: 0 };
    plans.push({ batch: id, plan: await planHash({ read }, { batch: id, runNo: run_no }, terms, true) });
  }
  return plans;
}

function assertSame(what: string, from: unknown, to: unknown): void {
  if (from === to) return;
  throw new Problem('copy_differs', `The copy is not the same: ${what}: ${from} became ${to}.`, {
    remedy: 'Nothing was kept of it, and the old ledger is as it was. Please report this with the ledger.',
    exitStatus: EXIT.stoppedEarly,
  });
}
