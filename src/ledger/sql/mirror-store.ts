import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../../common/clock.js';
import { type OrderNo, referenceKey, serialKey } from '../../common/ids.js';
import type { ListedOrder } from '../../common/portal-order.js';
import type { DetailsNote, Mirror } from '../mirror.js';
import type { LedgerTables, Place } from '../schema.js';
import { mirrorQueries } from './mirror-queries.js';

/** Orders written in one statement, and statements in one commit: moves of rows wait meanwhile. */
const GROUP = 50;
const GROUPS = 20;

type Writer = Transaction<LedgerTables>;

/** How looks are counted: the number of a look is greater than that of each one that was over when it began. */
export interface Looks {
  readonly begin: () => Promise<number>;
  /** Throws if the look may write nothing any more. */
  readonly assertOpen: (trx: Transaction<LedgerTables>, look: number) => Promise<void>;
  readonly end: Mirror['endLook'];
}

/**
 * Keeps what the portal shows. Everything here is repeatable: an order seen twice is written once.
 * @param saying turns what the database says into what a person can act on
 */
export function createMirror(
  db: Kysely<LedgerTables>,
  looks: Looks,
  clock: Pick<Clock, 'now'>,
  saying: <T>(work: Promise<T>) => Promise<T>,
): Mirror {
  const upsert = async (trx: Writer, look: number, orders: readonly ListedOrder[]): Promise<void> => {
    const now = clock.now();
    const rows = orders.map((order) => ({
      order_no: order.orderNo,
      status: order.orderStatus ?? null,
      create_time: order.createTime ?? null,
      product_id: null,
      transaction_no: order.transactionNo ?? null,
      instance_id: order.instanceId ?? null,
      amount: null,
      currency: null,
      details: 'unread' as const,
      details_tries: 0,
      first_look: look,
      last_look: look,
      first_seen_at: now,
      last_seen_at: now,
    }));
    await trx
      .insertInto('portal_order')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('order_no').doUpdateSet((eb) => ({
          status: eb.fn.coalesce('excluded.status', 'portal_order.status'),
          create_time: eb.fn.coalesce('portal_order.create_time', 'excluded.create_time'),
          last_look: eb.ref('excluded.last_look'),
          last_seen_at: eb.ref('excluded.last_seen_at'),
          // An order that only an answer or its details had shown so far is listed now.
          first_look: eb
            .case()
            .when('portal_order.first_look', '=', 0)
            .then(eb.ref('excluded.first_look'))
            .else(eb.ref('portal_order.first_look'))
            .end(),
        })),
      )
      .execute();
    await noteShown(
      trx,
      'list',
      orders.flatMap(({ orderNo, productNo }) => (productNo === undefined ? [] : [[orderNo, productNo]])),
      orders.flatMap(({ orderNo, references }) => references.map((shown) => [orderNo, shown] as const)),
    );
  };

  const noteShown = async (
    trx: Writer,
    place: Place,
    serials: readonly (readonly [OrderNo, string])[],
    references: readonly (readonly [OrderNo, string])[],
  ): Promise<void> => {
    if (serials.length > 0) {
      await trx
        .insertInto('portal_serial')
        .values(serials.map(([order_no, shown]) => ({ order_no, place, sn_key: serialKey(shown.trim()) })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    if (references.length > 0) {
      await trx
        .insertInto('portal_reference')
        .values(
          references.map(([order_no, shown]) => ({ order_no, place, reference_key: referenceKey(shown) })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  };

  const noteOne = async (trx: Writer, { orderNo, state, details: seen }: DetailsNote): Promise<void> => {
    const now = clock.now();
    const told = {
      status: seen?.orderStatus ?? null,
      create_time: seen?.createTime ?? null,
      product_id: seen?.productId ?? null,
      transaction_no: seen?.transactionNo ?? null,
      instance_id: seen?.instanceId ?? null,
      amount: seen?.amount ?? null,
      currency: seen?.currency ?? null,
    };
    await trx
      .insertInto('portal_order')
      .values({
        order_no: orderNo,
        ...told,
        details: state,
        details_tries: 1,
        first_look: 0,
        last_look: 0,
        first_seen_at: now,
        last_seen_at: now,
      })
      .onConflict((conflict) =>
        conflict.column('order_no').doUpdateSet((eb) => ({
          status: eb.fn.coalesce('excluded.status', 'portal_order.status'),
          create_time: eb.fn.coalesce('portal_order.create_time', 'excluded.create_time'),
          product_id: eb.fn.coalesce('excluded.product_id', 'portal_order.product_id'),
          transaction_no: eb.fn.coalesce('excluded.transaction_no', 'portal_order.transaction_no'),
          instance_id: eb.fn.coalesce('excluded.instance_id', 'portal_order.instance_id'),
          amount: eb.fn.coalesce('excluded.amount', 'portal_order.amount'),
          currency: eb.fn.coalesce('excluded.currency', 'portal_order.currency'),
          details: eb.ref('excluded.details'),
          details_tries: sql<number>`portal_order.details_tries + 1`,
        })),
      )
      .execute();
    if (seen === undefined) return;
    await noteShown(
      trx,
      'details',
      seen.productNos.map((shown) => [orderNo, shown] as const),
      seen.references.map((shown) => [orderNo, shown] as const),
    );
  };

  return {
    ...mirrorQueries(db),
    beginLook: () => saying(looks.begin()),
    noteListed: async (look, orders) => {
      const groups = groupsOf(orders);
      for (let start = 0; start < groups.length; start += GROUPS) {
        const write = db.transaction().execute(async (trx) => {
          await looks.assertOpen(trx, look);
          for (const group of groups.slice(start, start + GROUPS)) await upsert(trx, look, group);
        });
        await saying(write);
      }
    },
    endLook: (no, whole, portalAt) => saying(looks.end(no, whole, portalAt)),
    noteDetails: async (found) => {
      const write = db.transaction().execute(async (trx) => {
        for (const note of found.toSorted(byOrderNo)) await noteOne(trx, note);
      });
      await saying(write);
    },
  };
}

/** By their numbers, so that two writers never wait for each other. */
const byOrderNo = (a: { readonly orderNo: OrderNo }, b: { readonly orderNo: OrderNo }): number =>
  a.orderNo < b.orderNo ? -1 : a.orderNo > b.orderNo ? 1 : 0;

/** A list that slides shows an order twice, and one statement cannot write it twice. */
function groupsOf(orders: readonly ListedOrder[]): readonly (readonly ListedOrder[])[] {
  const groups: ListedOrder[][] = [];
  for (const order of orders.toSorted(byOrderNo)) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= GROUP || last.at(-1)?.orderNo === order.orderNo)
      groups.push([order]);
    else last.push(order);
  }
  return groups;
}
