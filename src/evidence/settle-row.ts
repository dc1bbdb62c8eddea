import { referenceKey } from '../common/ids.js';
import { someOf } from '../common/sentence.js';
import type { OrderRow } from '../ledger/schema.js';
import type { UnclearCode, Verdict } from './absence.js';
import type { EvidenceContext } from './context.js';
import { creditOrder } from './credit.js';
import type { LostRow } from './recognise.js';

export interface SettleCallbacks {
  /** The row's order was found, or nothing more can be done for it in this run. */
  readonly ended: (
    row: OrderRow,
    status: 'succeeded' | 'pending' | 'failed' | 'in_doubt',
    code?: string,
  ) => void;
  /** It is proven that the portal has no order of the row: it waits to be sent again. */
  readonly released: (row: OrderRow) => void;
  /** The portal does not answer: resolves when it does again, or when the run is stopped. */
  readonly untilPortalAnswers: (why: string) => Promise<void>;
}

/** The code of a row whose answer named an order that another row has. */
export const ANOTHERS_NUMBER = 'order_number_of_another_row';

/** Looks that came late enough and proved nothing, before a row is left in doubt. */
const USELESS_LOOKS = 6;
/** The same if all that can be read of the orders in question was read. */
const SETTLED_LOOKS = 2;

/** Serial numbers that a warning names. */
const TOLD_AT_ONCE = 5;

/** Why a look that came late enough proved nothing. */
export interface Reason {
  readonly code: UnclearCode | 'list_unreadable';
  readonly why: string;
  readonly settled: boolean;
}

/** A row whose order is looked for. */
export interface Watched {
  readonly row: OrderRow;
  readonly lost: LostRow;
  /** From when on a look may prove its order absent, in the ledger's own time. */
  readonly dueAt: number;
  useless: number;
}

/** What its order is recognised by. */
export const lostRow = (
  row: OrderRow,
  { settings, portal, clock }: Pick<EvidenceContext, 'settings' | 'portal' | 'clock'>,
): LostRow => ({
  snKey: row.sn_key,
  reference: row.reference === null ? undefined : referenceKey(row.reference),
  referenceIsOurs: row.own_po_number === null || row.own_po_number !== row.reference,
  namedAnothers: row.error_code === ANOTHERS_NUMBER,
  adopts: settings.recentOrders === 'adopt',
  lookBefore: row.look_before,
  earliest: portal.clock.earliest(row.doubt_since ?? row.submitted_at ?? clock.now()),
});

/** What follows for one row from what a look proved. */
export interface RowSettler {
  readonly found: (item: Watched, verdict: Extract<Verdict, { kind: 'found' }>) => Promise<void>;
  readonly absent: (item: Watched, look: number) => Promise<void>;
  readonly giveUpAfterSome: (item: Watched, reason: Reason) => void;
  /** Reports the rows that this look left in doubt. */
  readonly sayLeftInDoubt: () => void;
}

/** @param forget ends the watching of a row */
export function createRowSettler(
  context: EvidenceContext,
  callbacks: SettleCallbacks,
  forget: (row: OrderRow) => void,
): RowSettler {
  const { batch, settings, ledger, clock, emit } = context;
  /** Serial numbers by the reason for which this look left them in doubt. */
  const leftInDoubt = new Map<string, string[]>();

  const found = async (
    { row }: Watched,
    { order, twins }: Extract<Verdict, { kind: 'found' }>,
  ): Promise<void> => {
    if (twins > 0) warnOfTwins(row, twins);
    const credited = await creditOrder(ledger, 'find', { batch, snKey: row.sn_key }, order, clock.now());
    if (credited === 'taken') return;
    forget(row);
    callbacks.ended(row, credited.status, credited.code);
  };

  const absent = async ({ row }: Watched, look: number): Promise<void> => {
    const attempts = row.sent_run === context.runNo ? row.run_attempts : 0;
    const mayResend = row.run_no === context.runNo && settings.onDoubt === 'resend';
    if (!mayResend || attempts >= settings.maxAttempts) {
      forget(row);
      callbacks.ended(row, 'in_doubt', row.error_code ?? undefined);
      return;
    }
    const { settleMs } = settings;
    const send = { batch, snKey: row.sn_key, claimNo: row.claim_no };
    await ledger.record({ move: 'release', ...send, look, settleMs });
    emit({ type: 'released', serialNumber: row.serial_number });
    // Not before it is on the disk: a run with nothing to watch and nothing to send is over.
    forget(row);
    callbacks.released(row);
  };

  const giveUpAfterSome = (item: Watched, { code, why, settled }: Reason): void => {
    item.useless++;
    if (item.useless < (settled ? SETTLED_LOOKS : USELESS_LOOKS)) return;
    const { row } = item;
    leftInDoubt.set(why, [...(leftInDoubt.get(why) ?? []), row.serial_number]);
    forget(row);
    callbacks.ended(row, 'in_doubt', code);
  };

  const warnOfTwins = (row: OrderRow, twins: number): void =>
    emit({
      type: 'warning',
      message:
        `The portal shows ${twins + 1} orders that may all be those of the row ${row.serial_number}: look at them ` +
        'there, and cancel all but one.',
    });

  const sayLeftInDoubt = (): void => {
    for (const [why, serials] of leftInDoubt) emit({ type: 'warning', message: sayLeft(serials, why) });
    leftInDoubt.clear();
  };

  return { found, absent, giveUpAfterSome, sayLeftInDoubt };
}

const sayLeft = (serials: readonly string[], why: string): string => {
  const rows = serials.length === 1 ? 'One row stays' : `${serials.length} rows stay`;
  return `${rows} in doubt (${someOf(serials, TOLD_AT_ONCE)}), because ${why}.`;
};
