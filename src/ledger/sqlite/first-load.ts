import type { Transaction } from 'kysely';
import type { SerialKey } from '../../common/ids.js';
import { isOrderable } from '../checked-line.js';
import { duplicateOf } from '../decide-load.js';
import type { LedgerTables } from '../schema.js';
import { createSerialNumberIndex, createUniqueKey, dropKeyIndexes } from '../sql/key-indexes.js';
import { rejectPartners } from '../sql/load-rows.js';
import {
  createLineWriter,
  KNOWN_FIELDS,
  type Known,
  type Loader,
  type LoadOptions,
} from '../sql/write-lines.js';
import { lineStatements } from './line-statements.js';

/** Serial numbers that stand twice, looked up at a time. */
const PORTION = 500;
/** Rows of one serial number read at a time. */
const ROWS = 10_000;

/**
 * Loads a file into a ledger that has no row yet. The indexes by serial number are made afterwards, sorted once: a
 * million serial numbers in no order, each put into its place at once, take four times as long. What stands twice is
 * found then.
 */
export async function createFirstLoader(
  trx: Transaction<LedgerTables>,
  options: LoadOptions,
): Promise<Loader> {
  const statements = lineStatements(trx, options);
  const writer = createLineWriter(trx, options, statements);
  await dropKeyIndexes(trx);
  return {
    load: async (lines) => {
      const rows = lines.filter(isOrderable);
      for (const line of lines) if (!isOrderable(line)) writer.reject(line, line.findings);
      if ((await statements.insert(rows)) < rows.length)
        throw new Error('a line was lost on its way to the ledger');
      await writer.flush();
    },
    finish: async () => {
      await createSerialNumberIndex(trx);
      for await (const snKey of twice(trx)) await rejectTwins(trx, writer, snKey);
      await writer.flush();
      await createUniqueKey(trx);
      await rejectPartners(trx, options, statements);
    },
  };
}

/** The serial numbers that stand in more than one row. */
async function* twice(trx: Transaction<LedgerTables>): AsyncGenerator<SerialKey> {
  for (let after: SerialKey | '' = ''; ; ) {
    const found = await trx
      .selectFrom('order_row')
      .select('sn_key')
      .where('sn_key', '>', after as SerialKey)
      .groupBy('sn_key')
      .having((eb) => eb.fn.countAll<number>(), '>', 1)
      .orderBy('sn_key')
      .limit(PORTION)
      .execute();
    const last = found.at(-1);
    if (last === undefined) return;
    for (const { sn_key } of found) yield sn_key;
    after = last.sn_key;
  }
}

/** All rows of a serial number but the file's first leave the table, in the file's order, and become rejected lines. */
async function rejectTwins(
  trx: Transaction<LedgerTables>,
  { rejectTwin }: ReturnType<typeof createLineWriter>,
  snKey: SerialKey,
): Promise<void> {
  const rowsAfter = (position: number) =>
    trx
      .selectFrom('order_row')
      .select([...KNOWN_FIELDS, 'serial_number'])
      .where('sn_key', '=', snKey)
      .where('position', '>', position)
      .orderBy('position')
      .limit(ROWS)
      .execute();
  const [head, ...others] = await rowsAfter(-1);
  if (head === undefined) return;
  let first: Known = head;
  let twins = others;
  while (twins.length > 0) {
    await trx
      .deleteFrom('order_row')
      .where('sn_key', '=', snKey)
      .where('position', '>', first.position)
      .where('position', '<=', twins.at(-1)?.position ?? 0)
      .execute();
    for (const { plan_id, serial_number, ...row } of twins) {
      const twin = { ...row, snKey, order: { planId: plan_id, serialNumber: serial_number } };
      first = await rejectTwin(twin, duplicateOf(first, twin), first);
    }
    twins = twins.length < ROWS - 1 ? [] : await rowsAfter(first.position);
  }
}
