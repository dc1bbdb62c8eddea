import type { BatchId, OrderNo, SerialKey } from '../common/ids.js';
import type { DetailedOrder, ListedOrder } from '../common/portal-order.js';
import type { CreditRecord, OrderRow, PortalOrderRecord } from './schema.js';

/** How asking for an order's details ended. */
export interface DetailsNote {
  readonly orderNo: OrderNo;
  readonly state: 'read' | 'missing' | 'failed';
  /** With `read`. */
  readonly details?: DetailedOrder;
}

/** An order of the portal, with all that was ever seen of it. Serial numbers and references as they are compared. */
export interface SeenOrder {
  readonly orderNo: OrderNo;
  readonly status: string | undefined;
  readonly createTime: number | undefined;
  readonly productId: string | undefined;
  readonly transactionNo: string | undefined;
  readonly instanceId: string | undefined;
  readonly amount: string | undefined;
  /** `missing`: the portal does not know the order; `failed`: the details could not be read. */
  readonly details: PortalOrderRecord['details'];
  readonly detailsTries: number;
  readonly firstLook: number;
  readonly lastLook: number;
  readonly serials: Readonly<Record<'list' | 'details', readonly string[]>>;
  readonly references: Readonly<Record<'list' | 'details', readonly string[]>>;
}

/** An order that is surely ours, because an answer named it or it bears our reference, with the row it is for. */
export interface OwnOrder {
  readonly seen: SeenOrder;
  readonly snKey: SerialKey;
  /** `evidence`: it is known as ours by its reference. */
  readonly namedBy: CreditRecord['named_by'];
  /** What travelled in `poNumber`, as references are compared; `undefined`: nothing. */
  readonly reference: string | undefined;
}

/** A row that waits to be sent, with an order for its serial number that no row of this ledger is credited with. */
export interface ForeignOrder {
  readonly row: OrderRow;
  readonly orderNo: OrderNo;
}

/** A look that is over. */
export interface EndedLook {
  readonly no: number;
  /** In the ledger's own time. */
  readonly beganAt: number;
  readonly whole: boolean;
}

/** What the portal was seen to show, kept in the ledger: it survives the run. */
export interface Mirror {
  /** Begins a look at the list. @returns its number: greater than that of any earlier one */
  readonly beginLook: () => Promise<number>;
  readonly noteListed: (look: number, orders: readonly ListedOrder[]) => Promise<void>;
  /** @param portalAt what the portal's clock shows, epoch ms; `undefined`: unknown */
  readonly endLook: (look: number, whole: boolean, portalAt: number | undefined) => Promise<EndedLook>;
  readonly noteDetails: (found: readonly DetailsNote[]) => Promise<void>;

  readonly order: (orderNo: OrderNo) => Promise<SeenOrder | undefined>;
  /** Orders that no row is credited with and that no look up to this one had shown. */
  readonly newSince: (look: number) => Promise<SeenOrder[]>;
  /**
   * Uncredited orders whose details are to be read, the newest first.
   * @param createdSince by the clock of the orders, epoch ms; those without a time count as new
   */
  readonly withoutDetails: (createdSince: number, limit: number) => Promise<SeenOrder[]>;
  /** Whether a look showed any order that this or an earlier look had shown first; `unknown`: none had shown any. */
  readonly showsAnyOf: (upTo: number, look: number) => Promise<'shown' | 'gone' | 'unknown'>;
  /** Orders that were created since then and that no row is credited with. */
  readonly uncreditedSince: (createdSince: number) => Promise<SeenOrder[]>;
  /** Uncredited orders under the given references, as references are compared. */
  readonly underReferencesLike: (prefix: string) => Promise<SeenOrder[]>;
  /** Rows of a run that wait to be sent and have an uncredited order for their serial number since then. */
  readonly foreignOrders: (
    run: { readonly batch: BatchId; readonly runNo: number },
    createdSince: number,
  ) => Promise<ForeignOrder[]>;
  /** The newest orders that are surely ours and that a look has shown. */
  readonly ownOrders: (limit: number) => Promise<OwnOrder[]>;
  /**
   * An order of ours that a look does not show: the last one that an answer named in this time of the ledger's, if it
   * is that one, or any of them.
   */
  readonly notShown: (
    which: 'last' | 'any',
    answered: { readonly from: number; readonly to: number },
    look: number,
  ) => Promise<OrderNo | undefined>;
}
