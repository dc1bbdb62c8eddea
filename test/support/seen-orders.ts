import type { OrderNo, SerialKey } from '../../src/common/ids.js';
import type { LostRow } from '../../src/evidence/recognise.js';
import type { PortalTraits } from '../../src/evidence/traits.js';
import type { OwnOrder, SeenOrder } from '../../src/ledger/mirror.js';

export const SN = '369471667338';
export const OTHER_SN = '369471667412';
export const OUR_REFERENCE = 'JUNE-ABCDEFGHIJKLMNOP';
/** When the row was sent, by the portal's clock. */
export const SENT_AT = 1_000_000;

interface Shown {
  orderNo?: string;
  status?: string;
  createTime?: number | undefined;
  productId?: string;
  details?: SeenOrder['details'];
  firstLook?: number;
  lastLook?: number;
  listSerial?: string;
  detailsSerial?: string;
  listReference?: string;
  detailsReference?: string;
}

const list = (text: string | undefined): string[] => (text === undefined ? [] : [text]);

/** An order as the mirror holds it: new since the row's send, its details read, and nothing else shown. */
export function seenOrder(shown: Shown = {}): SeenOrder {
  return {
    orderNo: (shown.orderNo ?? 'SO1') as OrderNo,
    status: shown.status ?? 'succeed',
    createTime: 'createTime' in shown ? shown.createTime : SENT_AT + 10,
    productId: shown.productId,
    transactionNo: undefined,
    instanceId: undefined,
    amount: undefined,
    details: shown.details ?? 'read',
    detailsTries: 1,
    firstLook: shown.firstLook ?? 5,
    lastLook: shown.lastLook ?? 5,
    serials: { list: list(shown.listSerial), details: list(shown.detailsSerial) },
    references: { list: list(shown.listReference), details: list(shown.detailsReference) },
  };
}

/** A row whose answer was lost after look 3. */
export function lostRow(more: Partial<LostRow> = {}): LostRow {
  return {
    snKey: SN as SerialKey,
    reference: OUR_REFERENCE,
    referenceIsOurs: true,
    namedAnothers: false,
    adopts: false,
    lookBefore: 3,
    earliest: SENT_AT,
    ...more,
  };
}

export function ownOrder(shown: Shown, namedBy: OwnOrder['namedBy'] = 'answer'): OwnOrder {
  return { seen: seenOrder(shown), snKey: SN as SerialKey, namedBy, reference: OUR_REFERENCE };
}

/** A portal of which nothing is known yet. */
export const UNKNOWN: PortalTraits = {
  serials: { list: 'unknown', details: 'unknown' },
  references: { list: false, details: false },
};

/** The portal as it is documented: serial numbers in the details alone, and no reference comes back. */
export const DOCUMENTED: PortalTraits = {
  serials: { list: 'other', details: 'whole' },
  references: { list: false, details: false },
};

/** A portal that shows our reference in the list. */
export const ECHOING: PortalTraits = {
  serials: { list: 'other', details: 'whole' },
  references: { list: true, details: true },
};
