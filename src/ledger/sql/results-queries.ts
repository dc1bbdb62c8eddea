import { type Kysely, sql } from 'kysely';
import type { OrderNo } from '../../common/ids.js';
import type { LedgerTables, OrderRow, RunKey } from '../schema.js';
import { PORTION } from './portions.js';
import { rejectedLines } from './rejected-lines.js';

/** Every column read costs, and a results file reads every row. */
const ORDER_FIELDS = [
  'order_no',
  'transaction_no',
  'order_status',
  'instance_id',
  'plan_id',
  'billing_contact_id',
  'reference',
  'attempts',
  'request_id',
  'submitted_at',
  'finished_at',
] as const satisfies readonly (keyof OrderRow)[];

const RESULTS_FIELDS = [
  'position',
  'cells',
  'status',
  'error_code',
  'error_message',
  ...ORDER_FIELDS,
] as const satisfies readonly (keyof OrderRow)[];

const BRIEF_FIELDS = [
  'position',
  'cells',
  'plan_id',
  'billing_contact_id',
] as const satisfies readonly (keyof OrderRow)[];

type BriefRow = Pick<OrderRow, (typeof BRIEF_FIELDS)[number]>;
type FullRow = Pick<OrderRow, (typeof RESULTS_FIELDS)[number]>;
/** What is absent has nothing to tell: the row was never sent and never refused. */
export type ResultsRow = BriefRow & Partial<FullRow>;

/** What an order cost, as its details show it. */
export interface OrderAmount {
  readonly amount: string;
  readonly currency: string | null;
}

/** What the results of a run tell, in the file's order. */
export function resultsQueries(db: Kysely<LedgerTables>) {
  return {
    /** What the results tell, in the file's order, in portions. */
    rowsByPosition: async ({ batch, runNo }: RunKey, after: number): Promise<ResultsRow[]> => {
      const portion = db
        .selectFrom('order_row')
        .where('batch', '=', batch)
        .where('run_no', '=', runNo)
        .where('position', '>', after)
        .orderBy('position')
        .limit(PORTION);
      // After a dry run no row has more to tell, and every column read costs.
      const brief = await portion
        .select([...BRIEF_FIELDS])
        .select(
          sql<number | boolean>`status <> 'not_sent' or attempts > 0 or error_code is not null`.as('touched'),
        )
        .execute();
      if (brief.every(({ touched }) => Number(touched) === 0)) return brief;
      return await portion.select([...RESULTS_FIELDS]).execute();
    },

    /** What orders cost, as far as their details showed it. */
    amounts: async (orderNos: readonly OrderNo[]): Promise<ReadonlyMap<OrderNo, OrderAmount>> => {
      if (orderNos.length === 0) return new Map();
      const found = await db
        .selectFrom('portal_order')
        .select(['order_no', 'amount', 'currency'])
        .where('order_no', 'in', orderNos)
        .where('amount', 'is not', null)
        .execute();
      return new Map(
        found.flatMap(({ order_no, amount, currency }) =>
          amount === null ? [] : [[order_no, { amount, currency }] as const],
        ),
      );
    },

    /** What the orders of a run's file cost, as far as their details showed it: how many cost how much. */
    costs: async ({ batch, runNo }: RunKey) => {
      const costs = await db
        .selectFrom('order_row')
        .innerJoin('portal_order', 'portal_order.order_no', 'order_row.order_no')
        .select((eb) => [
          'portal_order.amount',
          'portal_order.currency',
          eb.fn.countAll<number>().as('orders'),
        ])
        .where('order_row.batch', '=', batch)
        .where('order_row.run_no', '=', runNo)
        .where('order_row.status', 'in', ['succeeded', 'pending'])
        .where('portal_order.amount', 'is not', null)
        .groupBy(['portal_order.amount', 'portal_order.currency'])
        .execute();
      return costs.flatMap(({ amount, ...cost }) => (amount === null ? [] : [{ ...cost, amount }]));
    },

    /** Orders of a run whose cost nobody has asked about yet, in portions. */
    ordersToAsk: ({ batch, runNo }: RunKey, after: OrderNo | '') =>
      db
        .selectFrom('order_row')
        .leftJoin('portal_order', 'portal_order.order_no', 'order_row.order_no')
        .select(['order_row.order_no', 'portal_order.details'])
        .where('order_row.batch', '=', batch)
        .where('order_row.sent_run', '=', runNo)
        .where('order_row.status', 'in', ['succeeded', 'pending'])
        .where('order_row.order_no', '>', after as OrderNo)
        .where((eb) =>
          eb.or([eb('portal_order.details', 'is', null), eb('portal_order.details', '!=', 'read')]),
        )
        .orderBy('order_row.order_no')
        .limit(PORTION)
        .execute(),

    /** Whether the details of any order showed what it cost: if not, none has to be looked for. */
    anyAmount: async (): Promise<boolean> => {
      const any = db.selectFrom('portal_order').select('order_no').where('amount', 'is not', null).limit(1);
      return (await any.executeTakeFirst()) !== undefined;
    },

    /** Lines that were rejected, in the file's order, in portions; with the order of an earlier run, if any. */
    rejectedByPosition: (run: RunKey, after: number) =>
      rejectedLines(db, run)
        .select(['rejected_line.position', 'rejected_line.cells', 'code', 'message', 'order_row.status'])
        .select([...ORDER_FIELDS])
        .where('rejected_line.position', '>', after)
        .orderBy('rejected_line.position')
        .limit(PORTION)
        .execute(),
  };
}

export type RejectedRow = Awaited<
  ReturnType<ReturnType<typeof resultsQueries>['rejectedByPosition']>
>[number];
