import { Problem } from '../../src/common/errors.js';
import type { OrderNo } from '../../src/common/ids.js';
import { createSecrets } from '../../src/common/secrets.js';
import { resultOf } from '../../src/portal/answers.js';
import { areOf, type OrderDetails, readOrderDetails } from '../../src/portal/order-details.js';
import { type OrderPage, readOrderPage } from '../../src/portal/order-list.js';
import type { Reply } from '../../src/portal/outcome.js';
import { createPortalClock, type PortalClock } from '../../src/portal/portal-clock.js';
import { DEFAULT_CONTACTS, DEFAULT_PLANS } from '../../src/sandbox/catalog.js';
import type { Answer } from '../../src/sandbox/envelope.js';
import { foreignOrder, olderOrders } from '../../src/sandbox/foreign-orders.js';
import { createOrderBook } from '../../src/sandbox/order-answers.js';
import type { ForeignOrder, PlacedOrder } from '../../src/sandbox/orders.js';
import { createPortalTime } from '../../src/sandbox/portal-time.js';
import { seededRandom } from '../../src/sandbox/random.js';
import type { PortalWorld } from './portal-shapes.js';
import { type RunningClock, runningClock } from './running-clock.js';

/** What an order of the program's says. */
export interface ModelOrder {
  readonly productNo: string;
  readonly planId?: string;
  readonly multiCycle?: number;
  readonly poNumber?: string;
}

/** A portal in memory, behind the client's own reading of its answers. Any request takes time, and things happen. */
export interface PortalModel {
  /** The program's clock; it runs by itself. */
  readonly clock: RunningClock;
  /** The portal's clock as the program knows it, from the `Date` headers. */
  readonly portalClock: PortalClock;
  /**
   * Places an order, at some moment before this ends.
   * @returns its number, or `undefined` where the answer was lost
   */
  readonly place: (
    order: ModelOrder,
    how?: { readonly answerLost?: boolean },
  ) => Promise<OrderNo | undefined>;
  /** An order of a colleague or of another PBX, at once. */
  readonly placeForeign: (order?: Partial<ForeignOrder>) => OrderNo;
  readonly orderPage: (pageNo: number, size?: number) => Promise<OrderPage>;
  /** As the client has it: `undefined` for no such order; rejects with a `Problem` where they cannot be had. */
  readonly orderDetails: (orderNo: OrderNo) => Promise<OrderDetails | 'unreadable' | undefined>;
  /** Every order that there is, foreign ones too, in the order of placing. */
  readonly truth: () => readonly PlacedOrder[];
  /** Requests for pages and for details so far. */
  readonly requests: () => { readonly pages: number; readonly details: number };
}

const ADA = DEFAULT_CONTACTS[0]?.billingContactId ?? '';
const PRO = DEFAULT_PLANS[1]?.planId ?? '';
/** As the client asks. */
const PAGE_SIZE = '100';
const MOST_ARRIVALS = 80;
const secrets = createSecrets();

/** The same world gives the same answers to the same requests. */
export function portalModel(world: PortalWorld): PortalModel {
  const random = seededRandom(world.seed ^ 0x90de1);
  const clock = runningClock(seededRandom(world.seed ^ 0xc10c));
  const portalTime = createPortalTime(world, clock.trueNow);
  const portalClock = createPortalClock();
  const book = createOrderBook({
    shape: world,
    contacts: DEFAULT_CONTACTS,
    seed: world.seed,
    now: clock.trueNow,
    portalNow: portalTime.now,
    pendingShare: 0,
    pendingMs: 0,
    onPlaced: () => undefined,
    onStatus: () => undefined,
  });
  const { orders } = book;
  for (const order of olderOrders({ count: world.older }, world.seed, ADA)) orders.placeForeign(order);

  const placeForeign = (order: Partial<ForeignOrder> = {}): OrderNo =>
    orders.placeForeign(foreignOrder(order, orders.count(), ADA)).orderNo as OrderNo;

  let arrived = 0;
  const happen = unrestOf(world, random, {
    // Arrivals go with requests: without an end, reading a list would make it longer than it was before.
    arrive: () => {
      if (arrived++ < MOST_ARRIVALS) placeForeign();
    },
    depart: () => {
      const gone = orders.at(Math.floor(random() * orders.count()));
      if (gone?.foreign) book.delist(gone.orderNo);
    },
    stepPortal: portalTime.step,
    stepOurs: clock.step,
    pass: clock.pass,
  });

  // Requests that are under way together are served in any order.
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      queueMicrotask(() => {
        const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
        next?.();
      });
    });
  const ask = async (answer: () => Answer): Promise<Reply> => {
    await turn();
    happen();
    const { status, body } = answer();
    const date = new Date(portalTime.date()).toUTCString();
    clock.pass(Math.floor(random() * (world.unrest.latencyMs + 1)));
    portalClock.observe(date, clock.now());
    return { kind: 'answer', status, body };
  };

  const counted = { pages: 0, details: 0 };
  return {
    clock,
    portalClock,
    place: async (order, { answerLost = false } = {}) => {
      await turn();
      happen();
      const { productNo, planId = PRO, multiCycle = 1, poNumber } = order;
      const placed = orders.place({ productNo, planId, billingId: ADA, multiCycle, poNumber });
      clock.pass(Math.floor(random() * (world.unrest.latencyMs + 1)));
      return answerLost ? undefined : (placed.orderNo as OrderNo);
    },
    placeForeign,
    orderPage: async (pageNo, size) => {
      counted.pages++;
      const reply = await ask(() =>
        book.list({ pageNo: String(pageNo), pageSize: size === undefined ? PAGE_SIZE : String(size) }),
      );
      // As in the client: the portal's own word that there is no such page.
      if (reply.kind === 'answer' && reply.status === 404 && pageNo > 1) return { orders: [], count: 0 };
      const page = readOrderPage(resultOf(reply, 'the list of orders', secrets), pageNo);
      if (page === undefined) throw new Problem('foreign_answer', 'This is not a list of orders.');
      return page;
    },
    orderDetails: async (orderNo) => {
      counted.details++;
      const reply = await ask(() => book.details(orderNo));
      if (reply.kind === 'answer' && reply.status === 404) return undefined;
      const details = readOrderDetails(resultOf(reply, `order ${orderNo}`, secrets));
      return areOf(orderNo, details) ? details : 'unreadable';
    },
    truth: () => Array.from({ length: orders.count() }, (_, index) => orders.at(index) as PlacedOrder),
    requests: () => ({ ...counted }),
  };
}

interface Happenings {
  readonly arrive: () => void;
  readonly depart: () => void;
  readonly stepPortal: (ms: number) => void;
  readonly stepOurs: (ms: number) => void;
  readonly pass: (ms: number) => void;
}

/** What happens before a request is served; what has no chance draws nothing. */
function unrestOf({ unrest }: PortalWorld, random: () => number, on: Happenings): () => void {
  const happens = (share: number): boolean => share > 0 && random() < share;
  const step = (): number => Math.round((random() * 2 - 1) * unrest.stepMs);
  return () => {
    on.pass(Math.floor(random() * (unrest.latencyMs + 1)));
    if (happens(unrest.arrivals)) {
      for (let left = 1 + Math.floor(random() * unrest.burst); left > 0; left--) on.arrive();
    }
    if (happens(unrest.departures)) on.depart();
    if (happens(unrest.portalSteps)) on.stepPortal(step());
    if (happens(unrest.ourSteps)) on.stepOurs(step());
  };
}
