import { Problem } from '../common/errors.js';
import type { Ledger } from '../ledger/ledger.js';
import type { EndedLook, SeenOrder } from '../ledger/mirror.js';
import type { Portal } from '../portal/portal.js';
import { newcomersOf } from './newcomers.js';
import { createDetailsReader, type DetailsOptions } from './read-details.js';
import { readEndsOfList, readWholeList } from './read-list.js';
import { knowsSerials, LEARN_FROM, learnTraits, type PortalTraits } from './traits.js';

/** A look that is over, with what the portal was seen to be like by then. */
export interface Looked {
  readonly look: EndedLook;
  /** The list was read to its end, though it may have moved meanwhile. */
  readonly ended: boolean;
  readonly traits: PortalTraits;
}

/** Names the orders whose details are to be read, once the list was. */
type Wants = (traits: PortalTraits) => Promise<readonly SeenOrder[]>;

export interface Looker {
  /**
   * Reads the portal's list into the mirror, and the details of the orders that `wants` names. One look at a time:
   * whoever asks during a look gets the next one.
   * @param how `ends`: the newest orders alone, whichever end of the list they are at; it proves nothing absent
   */
  readonly look: (how: 'whole' | 'ends', wants?: Wants) => Promise<Looked>;
  /** What the portal is like, as far as our orders have shown it by now. */
  readonly traits: () => Promise<PortalTraits>;
  /** Each waiting row was compared with the portal's orders of this look and of earlier ones. */
  readonly guarded: (look: number) => void;
  /** That look; undefined: they were not yet. */
  readonly guardedUpTo: () => number | undefined;
  /** Serial numbers of orders that came to light since then: see `newcomersOf`. */
  readonly newcomers: () => ReadonlySet<string>;
  /** Asks for one order and takes what its details show into the mirror. Throws if the portal does not answer. */
  readonly ask: (orderNo: SeenOrder['orderNo']) => Promise<SeenOrder | undefined>;
}

interface LookerOptions extends DetailsOptions {
  readonly ledger: Pick<Ledger, 'mirror' | 'time'>;
  readonly portal: Pick<Portal, 'orderPage' | 'orderDetails' | 'clock'>;
}

/** Pages read at either end of the list: at full speed an order does not stay on the outermost one. */
const REACH = 2;
/** How often a look may lose its turn to another process before the run gives up. */
const TURNS = 5;

/** The one component that reads the portal's orders: everything else asks the mirror. */
export function createLooker(options: LookerOptions): Looker {
  const { ledger, portal, clock, emit } = options;
  const { mirror, time } = ledger;
  const details = createDetailsReader(options);
  let line: Promise<unknown> = Promise.resolve();
  let confirmed = false;
  let guardedUpTo: number | undefined;
  let newcomers: ReadonlySet<string> = new Set();

  const traits = async (): Promise<PortalTraits> => learnTraits(await mirror.ownOrders(LEARN_FROM));

  /** A process that was killed may have left orders of ours whose details nobody has read. */
  const learnFromOwn = async (): Promise<void> => {
    const own = await mirror.ownOrders(LEARN_FROM);
    const newest = own[0]?.seen;
    if (newest !== undefined && !knowsSerials(learnTraits(own))) await details.read([newest]);
  };

  const read = (how: 'whole' | 'ends') =>
    how === 'whole' ? readWholeList(portal.orderPage) : readEndsOfList(portal.orderPage, REACH);

  const look = async (how: 'whole' | 'ends', wants: Wants | undefined): Promise<Looked> => {
    const no = await mirror.beginLook();
    /** Whoever else looks waits for the end of this look. */
    const endIfFailed = async (error: unknown): Promise<never> => {
      await mirror.endLook(no, false, undefined).catch(() => undefined);
      throw error;
    };
    const reading = await read(how).catch(endIfFailed);
    const portalNow = portal.clock.lastShown();
    if (!confirmed && portalNow !== undefined) {
      confirmed = true;
      time.confirm(clock.now(), portalNow);
    }
    await mirror.noteListed(no, reading.orders).catch(endIfFailed);
    const ended = await mirror.endLook(no, reading.whole, portalNow);
    emit({ type: 'look', look: no, whole: reading.whole, pages: reading.pages });
    await learnFromOwn();
    if (wants !== undefined) await details.read(await wants(await traits()));
    if (guardedUpTo !== undefined) newcomers = newcomersOf(await mirror.newSince(guardedUpTo));
    return { look: ended, ended: reading.ended, traits: await traits() };
  };

  /** A process that was frozen in its look has lost its turn: what it read is void, and it looks again. */
  const lookInTurn = async (how: 'whole' | 'ends', wants: Wants | undefined): Promise<Looked> => {
    for (let tries = 1; ; tries++) {
      try {
        return await look(how, wants);
      } catch (error) {
        const overtaken = error instanceof Problem && error.code === 'look_overtaken';
        if (!overtaken || tries === TURNS || options.stop.signal.aborted) throw error;
      }
    }
  };

  return {
    look: (how, wants) => {
      const looked = line.then(() => lookInTurn(how, wants));
      line = looked.catch(() => undefined);
      return looked;
    },
    traits,
    guarded: (upTo) => {
      guardedUpTo = upTo;
    },
    guardedUpTo: () => guardedUpTo,
    newcomers: () => newcomers,
    ask: async (orderNo) => {
      await details.ask(orderNo);
      return mirror.order(orderNo);
    },
  };
}
