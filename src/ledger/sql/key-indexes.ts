import type { Kysely } from 'kysely';

type Database = Pick<Kysely<unknown>, 'schema'>;

/** Finds a row by its serial number: within its batch, where it stands once, and across batches. */
export async function createKeyIndexes(db: Database): Promise<void> {
  await createSerialNumberIndex(db);
  await createUniqueKey(db);
}

/** Whether another batch has ordered for a serial number already. */
export const createSerialNumberIndex = (db: Database): Promise<void> =>
  db.schema.createIndex('order_row_serial_number').on('order_row').column('sn_key').execute();

export const createUniqueKey = (db: Database): Promise<void> =>
  db.schema.createIndex('order_row_key').unique().on('order_row').columns(['batch', 'sn_key']).execute();

export async function dropKeyIndexes(db: Database): Promise<void> {
  await db.schema.dropIndex('order_row_serial_number').execute();
  await db.schema.dropIndex('order_row_key').execute();
}
