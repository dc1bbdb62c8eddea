import { systemClock } from '../common/clock.js';
import { Problem } from '../common/errors.js';
import { DEFAULT_CONTACTS } from './catalog.js';
import { addControl } from './control.js';
import { openElsewhere } from './elsewhere.js';
import { createFaults } from './faults.js';
import { foreignOrder, olderOrders } from './foreign-orders.js';
import { createGate } from './gate.js';
import type { Sandbox, SandboxOptions } from './options.js';
import { createOrderBook } from './order-answers.js';
import type { ForeignOrder, Orders, PlacedOrder } from './orders.js';
import { createPbxs } from './pbxs.js';
import { addPortalRoutes } from './portal-routes.js';
import { DEFAULT_SHAPE, type PortalShape } from './portal-shape.js';
import { createPortalTime } from './portal-time.js';
import { createServer } from './server.js';
import { openStateFile, type StateFile } from './state-file.js';
import { createTokens } from './tokens.js';

export type { FaultRule } from './faults.js';
export type { Sandbox, SandboxOptions } from './options.js';
export type { PlacedOrder } from './orders.js';

/** Starts a simulated Partner Portal on loopback (tutorial, developer guide; assumptions are marked as such). */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clientId = 'sandbox-client', clientSecret = 'sandbox-secret', seed = 1 } = options;
  const { contacts = DEFAULT_CONTACTS } = options;
  const { clock = systemClock } = options;
  const shape: PortalShape = { ...DEFAULT_SHAPE, ...options };
  const portalTime = createPortalTime(shape, clock.now);
  const known = {
    contactIds: new Set(contacts.map((contact) => contact.billingContactId)),
  };
  const refused = new Set(options.refuse?.map((serial) => serial.toUpperCase()));
  const isRefused = (productNo: string): boolean => refused.has(productNo.toUpperCase());

  let state: StateFile | undefined;
  const book = createOrderBook({
    shape,
    contacts,
    seed,
    now: clock.now,
    portalNow: portalTime.now,
    pendingShare: options.pendingShare ?? 0,
    pendingMs: options.pendingMs ?? 3000,
    onPlaced: (order) => state?.order(order),
    onStatus: (orderNo, status) => state?.status(orderNo, status),
  });
  const { orders } = book;
  if (options.stateFile !== undefined) {
    state = await openStateFile(options.stateFile, { order: orders.restore, status: orders.restoreStatus });
  }
  const billingId = contacts[0]?.billingContactId ?? '';
  if (options.older !== undefined && orders.count() === 0) {
    for (const order of olderOrders(options.older, seed, billingId)) orders.placeForeign(order);
  }

  const elsewhere = await openElsewhere(() => gate.count('elsewhere'));
  const faults = createFaults(seed, options.faults ?? []);
  const tokens = createTokens(clientId, clientSecret, options.tokenLifetimeSeconds ?? 1800, clock.monotonic);
  const otherOrder = (asked: string): PlacedOrder | undefined => {
    // The last few are enough to find another PBX's among them.
    for (let index = orders.count() - 1; index >= Math.max(0, orders.count() - 50); index--) {
      const order = orders.at(index);
      if (order === undefined) continue;
      const names = [order.productNo, order.orderNo, order.id].map((name) => name.toUpperCase());
      if (!names.includes(asked.toUpperCase())) return order;
    }
    return undefined;
  };
  const gate = createGate(
    {
      tokens,
      faults,
      latencyMs: options.latencyMs ?? 0,
      retryAfter: options.retryAfter ?? 'seconds',
      portalDate: portalTime.date,
      clock,
      surroundings: { elsewhere: elsewhere.url, otherOrder },
    },
    options.ratePerSecond,
  );

  const app = await createServer(gate.count, portalTime.date);
  addPortalRoutes(app, gate, {
    tokens,
    book,
    known,
    contacts,
    pbxs: createPbxs({
      orders,
      pbxs: options.pbxs ?? 'any',
      isRefused,
      maxPageSize: shape.maxPageSize,
    }),
    requireProductNo: options.requireProductNo ?? false,
    prices: shape.prices,
  });

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    gate.close();
    await app.close();
    await elsewhere.close();
    state?.close();
    state = undefined;
  };
  const running = {
    clientId,
    clientSecret,
    truth: () => allOf(orders).filter(({ foreign }) => !foreign),
    foreign: () => allOf(orders).filter(({ foreign }) => foreign),
    placed: orders.placed,
    placeForeign: (order: Partial<ForeignOrder>) =>
      orders.placeForeign(foreignOrder(order, orders.count(), billingId)),
    stepClock: portalTime.step,
    stats: () => ({ ...gate.stats(), faults: faults.counts() }),
    setFaults: faults.set,
    setRate: gate.setRate,
    setOrderStatus: orders.setStatus,
    breakAccess: gate.setAccess,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
  // Before listening: what the control endpoints use of it does not depend on the port.
  addControl(app, { ...running, url: '', port: 0 }, orders);
  let url: string;
  try {
    url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  } catch (error) {
    await close();
    throw cannotListen(options.port ?? 0, error);
  }
  return { ...running, url, port: Number(new URL(url).port) };
}

const allOf = (orders: Orders): PlacedOrder[] =>
  Array.from({ length: orders.count() }, (_, index) => orders.at(index) as PlacedOrder);

const cannotListen = (port: number, cause: unknown): Problem =>
  new Problem(
    'sandbox_port',
    `The sandbox cannot listen on port ${port}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    { remedy: 'Choose another with --port, or leave it out for any free one.', cause },
  );
