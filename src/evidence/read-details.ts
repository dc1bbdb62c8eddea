import pLimit from 'p-limit';
import type { Clock } from '../common/clock.js';
import { EXIT, Problem } from '../common/errors.js';
import { someOf } from '../common/sentence.js';
import type { Stop } from '../common/stop.js';
import type { Ledger } from '../ledger/ledger.js';
import type { DetailsNote, SeenOrder } from '../ledger/mirror.js';
import type { Portal } from '../portal/portal.js';
import type { EvidenceEvent } from './events.js';

export interface DetailsOptions {
  readonly ledger: Pick<Ledger, 'mirror'>;
  readonly portal: Pick<Portal, 'orderPage' | 'orderDetails'>;
  /** Requests at most at a time. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly stop: Pick<Stop, 'signal'>;
  readonly emit: (event: EvidenceEvent) => void;
}

export interface DetailsReader {
  /** Reads the details of orders, so many at a time, and takes what they show into the mirror. */
  readonly read: (orders: readonly Pick<SeenOrder, 'orderNo' | 'detailsTries'>[]) => Promise<void>;
  /** Reads those of one order. Throws a `Problem` if the portal does not answer. */
  readonly ask: (orderNo: SeenOrder['orderNo']) => Promise<void>;
}

/** Details written to the ledger in one commit. */
const GROUP = 50;
/** A person who waits is told after this long, and again as often. */
const TELL_EVERY_MS = 2_000;
/** Orders in a row that cannot be read: then no more are asked for now, and if the portal is silent it is said. */
const TRIP_AFTER = 8;
const TOLD_AT_ONCE = 5;
/** A refusal or a gateway's page may be gone after so long, ms. */
const AGAIN_MS = 700;

/** Reads details, each once. One order whose details cannot be read is reported and stops nothing. */
export function createDetailsReader(options: DetailsOptions): DetailsReader {
  const { ledger, portal, clock, stop, emit } = options;
  const limit = pLimit(options.concurrency);

  /** What fails at once may pass: a silent portal was asked again already. */
  const readOne = async (orderNo: SeenOrder['orderNo']): Promise<DetailsNote | Problem> => {
    const found = await tryOne(orderNo);
    const isSilent = found instanceof Problem && found.exitStatus === EXIT.stoppedEarly;
    if (isSilent || (!(found instanceof Problem) && found.state === 'read')) return found;
    await clock.sleep(AGAIN_MS, stop.signal);
    return stop.signal.aborted ? found : await tryOne(orderNo);
  };

  const tryOne = async (orderNo: SeenOrder['orderNo']): Promise<DetailsNote | Problem> => {
    try {
      const details = await portal.orderDetails(orderNo);
      if (details === undefined) return { orderNo, state: 'missing' };
      if (details === 'unreadable') return { orderNo, state: 'failed' };
      return { orderNo, state: 'read', details };
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  };

  return {
    ask: async (orderNo) => {
      const found = await readOne(orderNo);
      if (found instanceof Problem) throw found;
      await ledger.mirror.noteDetails([found]);
    },

    read: async (orders) => {
      let waiting: DetailsNote[] = [];
      const broken: SeenOrder['orderNo'][] = [];
      let failedInARow = 0;
      let read = 0;
      let toldAt = clock.monotonic();

      const write = async (): Promise<void> => {
        const notes = waiting;
        waiting = [];
        if (notes.length > 0) await ledger.mirror.noteDetails(notes);
      };

      const readAndNote = async ({ orderNo, detailsTries }: (typeof orders)[number]): Promise<void> => {
        if (failedInARow >= TRIP_AFTER || stop.signal.aborted) return;
        const found = await readOne(orderNo);
        failedInARow = found instanceof Problem ? failedInARow + 1 : 0;
        const note = found instanceof Problem ? { orderNo, state: 'failed' as const } : found;
        if (note.state === 'failed' && detailsTries === 0) broken.push(orderNo);
        waiting.push(note);
        read++;
        if (waiting.length >= GROUP) await write();
        if (clock.monotonic() - toldAt < TELL_EVERY_MS) return;
        toldAt = clock.monotonic();
        emit({ type: 'reading-details', read, of: orders.length });
      };

      await limit.map([...orders], readAndNote);
      await write();
      // A portal that still lists its orders is not silent: then it is these orders that cannot be read.
      if (failedInARow >= TRIP_AFTER) await portal.orderPage(1);
      if (broken.length > 0) emit({ type: 'warning', message: sayBroken(broken) });
    },
  };
}

const sayBroken = (orderNos: readonly string[]): string =>
  `The portal does not show the details of ${orderNos.length === 1 ? 'order' : 'orders'} ` +
  `${someOf(orderNos, TOLD_AT_ONCE)}. Whether they are for a PBX of this file is not known.`;
