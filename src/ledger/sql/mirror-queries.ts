import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { type OrderNo, referenceKey } from '../../common/ids.js';
import type { Mirror, OwnOrder, SeenOrder } from '../mirror.js';
import type { LedgerTables, Place, PortalOrderRecord } from '../schema.js';

type MirrorQueries = Omit<Mirror, 'beginLook' | 'noteListed' | 'endLook' | 'noteDetails'>;
type Orders = SelectQueryBuilder<LedgerTables, 'portal_order', PortalOrderRecord>;

/** Order numbers named in one statement. */
const PORTION = 500;

/** The row's own reference, which is made here and in upper case, stands on the order it is credited with. */
const bearsOurReference = (eb: ExpressionBuilder<LedgerTables, 'credit' | 'order_row'>) =>
  eb.and([
    eb('order_row.own_po_number', 'is', null),
    eb.exists(
      eb
        .selectFrom('portal_reference')
        .select('portal_reference.order_no')
        .whereRef('portal_reference.order_no', '=', 'credit.order_no')
        .whereRef('portal_reference.reference_key', '=', 'order_row.reference'),
    ),
  ]);

/** What is read from the mirror. */
export function mirrorQueries(db: Kysely<LedgerTables>): MirrorQueries {
  const uncredited = (): Orders =>
    db
      .selectFrom('portal_order')
      .selectAll('portal_order')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('credit')
              .select('credit.order_no')
              .whereRef('credit.order_no', '=', 'portal_order.order_no'),
          ),
        ),
      );

  const since = (orders: Orders, createdSince: number): Orders =>
    orders.where((eb) => eb.or([eb('create_time', 'is', null), eb('create_time', '>=', createdSince)]));

  const shownOn = async (orderNos: readonly OrderNo[]) => {
    const serials = new Map<OrderNo, Record<Place, string[]>>();
    const references = new Map<OrderNo, Record<Place, string[]>>();
    const add = (to: typeof serials, orderNo: OrderNo, place: Place, shown: string): void => {
      const own = to.get(orderNo) ?? { list: [], details: [] };
      own[place].push(shown);
      to.set(orderNo, own);
    };
    for (let at = 0; at < orderNos.length; at += PORTION) {
      const some = orderNos.slice(at, at + PORTION);
      const shown = await db
        .selectFrom('portal_serial')
        .selectAll()
        .where('order_no', 'in', some)
        .orderBy('sn_key')
        .execute();
      for (const { order_no, place, sn_key } of shown) add(serials, order_no, place, sn_key);
      const named = await db
        .selectFrom('portal_reference')
        .selectAll()
        .where('order_no', 'in', some)
        .orderBy('reference_key')
        .execute();
      for (const { order_no, place, reference_key } of named) add(references, order_no, place, reference_key);
    }
    return { serials, references };
  };

  const whole = async (records: readonly PortalOrderRecord[]): Promise<SeenOrder[]> => {
    const { serials, references } = await shownOn(records.map(({ order_no }) => order_no));
    const none = { list: [], details: [] };
    return records.map((record) => ({
      orderNo: record.order_no,
      status: record.status ?? undefined,
      createTime: record.create_time ?? undefined,
      productId: record.product_id ?? undefined,
      transactionNo: record.transaction_no ?? undefined,
      instanceId: record.instance_id ?? undefined,
      amount: record.amount ?? undefined,
      details: record.details,
      detailsTries: record.details_tries,
      firstLook: record.first_look,
      lastLook: record.last_look,
      serials: serials.get(record.order_no) ?? none,
      references: references.get(record.order_no) ?? none,
    }));
  };

  return {
    order: async (orderNo) => {
      const found = db.selectFrom('portal_order').selectAll().where('order_no', '=', orderNo);
      return (await whole(await found.execute()))[0];
    },

    newSince: async (look) => whole(await uncredited().where('first_look', '>', look).execute()),

    showsAnyOf: async (upTo, look) => {
      const earlier = db
        .selectFrom('portal_order')
        .select('order_no')
        .where('first_look', '>', 0)
        .where('first_look', '<=', upTo)
        .limit(1);
      if ((await earlier.executeTakeFirst()) === undefined) return 'unknown';
      const shown = await earlier.where('last_look', '>=', look).executeTakeFirst();
      return shown === undefined ? 'gone' : 'shown';
    },

    withoutDetails: async (createdSince, limit) =>
      whole(
        await since(uncredited(), createdSince)
          .where('details', '!=', 'read')
          .orderBy(sql`coalesce(create_time, 9000000000000)`, 'desc')
          .orderBy('order_no', 'desc')
          .limit(limit)
          .execute(),
      ),

    uncreditedSince: async (createdSince) => whole(await since(uncredited(), createdSince).execute()),

    underReferencesLike: async (prefix) => {
      const named = db
        .selectFrom('portal_reference')
        .select('order_no')
        .where('reference_key', '>=', prefix)
        .where('reference_key', '<', `${prefix}\uffff`);
      return whole(await uncredited().where('portal_order.order_no', 'in', named).execute());
    },

    foreignOrders: async ({ batch, runNo }, createdSince) => {
      const rows = await since(uncredited(), createdSince)
        .innerJoin('portal_serial', 'portal_serial.order_no', 'portal_order.order_no')
        .innerJoin('order_row', 'order_row.sn_key', 'portal_serial.sn_key')
        .clearSelect()
        .selectAll('order_row')
        .select('portal_order.order_no as foreign_no')
        .where(sql<string>`order_row.batch || ''`, '=', batch)
        .where(sql<number>`order_row.run_no + 0`, '=', runNo)
        .where('order_row.status', 'in', ['not_sent', 'failed'])
        .where('order_row.needs_person', '=', 0)
        .orderBy('order_row.position')
        .distinct()
        .execute();
      return rows.map(({ foreign_no, ...row }) => ({ row, orderNo: foreign_no }));
    },

    ownOrders: async (limit): Promise<OwnOrder[]> => {
      const own = await db
        .selectFrom('credit')
        .innerJoin('portal_order', 'portal_order.order_no', 'credit.order_no')
        .innerJoin('order_row', (join) =>
          join.onRef('order_row.batch', '=', 'credit.batch').onRef('order_row.sn_key', '=', 'credit.sn_key'),
        )
        .selectAll('portal_order')
        .select(['credit.sn_key', 'credit.named_by', 'order_row.reference'])
        .where((eb) => eb.or([eb('credit.named_by', '=', 'answer'), bearsOurReference(eb)]))
        .where('portal_order.last_look', '>', 0)
        .orderBy('credit.at', 'desc')
        .limit(limit)
        .execute();
      const seen = await whole(own);
      return own.flatMap(({ sn_key, named_by, reference }, at) => {
        const order = seen[at];
        const sent = reference === null ? undefined : referenceKey(reference);
        return order === undefined
          ? []
          : [{ seen: order, snKey: sn_key, namedBy: named_by, reference: sent }];
      });
    },

    notShown: async (which, { from, to }, look) => {
      const answered = db
        .selectFrom('credit')
        .leftJoin('portal_order', 'portal_order.order_no', 'credit.order_no')
        .select(['credit.order_no', 'portal_order.last_look'])
        .where('credit.named_by', '=', 'answer')
        .where('credit.at', '>=', from)
        .where('credit.at', '<=', to)
        .orderBy('credit.at', 'desc')
        .limit(1);
      const isNotShown = (eb: ExpressionBuilder<LedgerTables, 'portal_order'>) =>
        eb.or([eb('portal_order.last_look', 'is', null), eb('portal_order.last_look', '<', look)]);
      if (which === 'any') return (await answered.where(isNotShown).executeTakeFirst())?.order_no;
      const last = await answered.executeTakeFirst();
      return last !== undefined && (last.last_look ?? 0) < look ? last.order_no : undefined;
    },
  };
}
