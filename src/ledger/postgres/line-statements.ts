import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Orderable } from '../checked-line.js';
import type { LedgerTables, RejectedLine } from '../schema.js';
import { termsOf } from '../sql/terms.js';
import type { LineStatements, LoadOptions } from '../sql/write-lines.js';

type Column = readonly [name: string, type: 'text' | 'integer', values: readonly unknown[]];

/** A statement costs a journey to the server and back, so each writes a whole chunk: a column is one array. */
export const lineStatements = (
  trx: Transaction<LedgerTables>,
  { batch, runNo }: Pick<LoadOptions, 'batch' | 'runNo'>,
): LineStatements => ({
  insert: async (rows) => {
    const columns = [...keyOf(rows), ...placeOf(rows), ...orderedOf(rows)];
    const inserted = await sql`
      insert into order_row (batch, run_no, ${namesOf(columns)})
      select ${batch}, ${runNo}::integer, ${namesOf(columns)} from ${asTable(columns)}
      on conflict do nothing`.execute(trx);
    return Number(inserted.numAffectedRows ?? 0n);
  },

  rewrite: async (rows, how) => {
    const changed = how === 'keep' ? placeOf(rows) : [...placeOf(rows), ...orderedOf(rows)];
    const sets = changed.map(([name]) => sql`${sql.ref(name)} = given.${sql.ref(name)}`);
    await sql`
      update order_row set run_no = ${runNo}::integer, ${sql.join(sets)}
      from ${asTable([...keyOf(rows), ...changed])}
      where order_row.batch = ${batch} and order_row.sn_key = given.sn_key`.execute(trx);
  },

  reject: async (lines) => {
    const columns = rejectedOf(lines);
    await sql`
      insert into rejected_line (batch, ${namesOf(columns)})
      select ${batch}, ${namesOf(columns)} from ${asTable(columns)}`.execute(trx);
  },
});

const namesOf = (columns: readonly Column[]): RawBuilder<unknown> =>
  sql.join(columns.map(([name]) => sql.ref(name)));

const asTable = (columns: readonly Column[]): RawBuilder<unknown> => {
  const arrays = columns.map(([, type, values]) => sql`${values}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)}) as given (${namesOf(columns)})`;
};

const keyOf = (rows: readonly Orderable[]): Column[] => [['sn_key', 'text', rows.map(({ snKey }) => snKey)]];

const placeOf = (rows: readonly Orderable[]): Column[] => [
  ['position', 'integer', rows.map(({ position }) => position)],
  ['line', 'integer', rows.map(({ line }) => line)],
  ['cells', 'text', rows.map(({ cells }) => cells)],
];

const orderedOf = (rows: readonly Orderable[]): Column[] => {
  const terms = rows.map(termsOf);
  return [
    ['serial_number', 'text', terms.map(({ serial_number }) => serial_number)],
    ['plan_id', 'text', terms.map(({ plan_id }) => plan_id)],
    ['billing_contact_id', 'text', terms.map(({ billing_contact_id }) => billing_contact_id)],
    ['billing_cycle', 'text', terms.map(({ billing_cycle }) => billing_cycle)],
    ['multi_cycle', 'integer', terms.map(({ multi_cycle }) => multi_cycle)],
    ['own_po_number', 'text', terms.map(({ own_po_number }) => own_po_number)],
  ];
};

const rejectedOf = (lines: readonly RejectedLine[]): Column[] => [
  ['position', 'integer', lines.map(({ position }) => position)],
  ['line', 'integer', lines.map(({ line }) => line)],
  ['sn_key', 'text', lines.map(({ sn_key }) => sn_key)],
  ['cells', 'text', lines.map(({ cells }) => cells)],
  ['code', 'text', lines.map(({ code }) => code)],
  ['message', 'text', lines.map(({ message }) => message)],
];
