import type { Clock } from '../common/clock.js';
import type { SandboxContact } from './catalog.js';
import type { FaultRule } from './faults.js';
import type { OlderOrders } from './foreign-orders.js';
import type { AccessFault } from './gate.js';
import type { ForeignOrder, PlacedOrder } from './orders.js';
import type { SandboxPbx } from './pbx-rules.js';
import type { PortalShape } from './portal-shape.js';

export interface SandboxOptions extends Partial<PortalShape> {
  /** Default: any free one. */
  readonly port?: number;
  /** Of everything that is left to chance. */
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
  /** Default 1800 (developer guide). */
  readonly tokenLifetimeSeconds?: number;
  /** A hidden limit over all authenticated requests in any second; above it: 429 (assumption). */
  readonly ratePerSecond?: number;
  /** The form of `Retry-After`, default `seconds`. */
  readonly retryAfter?: 'seconds' | 'date' | 'none';
  /** Foreign orders from before the start; not again if the state file has orders. */
  readonly older?: OlderOrders;
  /** The plans are only told with `productNo` (developer guide); default false (tutorial). */
  readonly requireProductNo?: boolean;
  /** The share of orders that stay `pending` for `pendingMs` (default 3000). */
  readonly pendingShare?: number;
  readonly pendingMs?: number;
  /** Serial numbers that are refused with `product_not_found`. */
  readonly refuse?: readonly string[];
  readonly contacts?: readonly SandboxContact[];
  /** The account's PBXs; default `any`: every serial number is one, and none is listed. */
  readonly pbxs?: readonly SandboxPbx[] | 'any';
  /** Default `sandbox-client`. */
  readonly clientId?: string;
  /** Default `sandbox-secret`. */
  readonly clientSecret?: string;
  /** JSON lines: each order is appended before its answer leaves, and all are loaded at the start. */
  readonly stateFile?: string;
  /** Added to every request. */
  readonly latencyMs?: number;
  /** The true time, for tests that do not wait. */
  readonly clock?: Clock;
}

interface SandboxStats {
  /**
   * By what was asked: token, products, plans, listPrices, finalPrice, contacts, order, list, details, pbxList, pbx,
   * elsewhere, other.
   */
  readonly requests: Record<string, number>;
  readonly ordersInFlightMax: number;
  /** Hits by kind. */
  readonly faults: Record<string, number>;
  /** By the rate limit; the fault `429` is counted with the faults. */
  readonly refused429: number;
  /** Order requests that arrived within one second, at most. */
  readonly startsPerSecondMax: number;
}

export interface Sandbox {
  readonly url: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What was really ordered through the API, in the order of placing. */
  readonly truth: () => readonly PlacedOrder[];
  /** The foreign orders: those from before the start, and those of `placeForeign`. */
  readonly foreign: () => readonly PlacedOrder[];
  /** Resolves once so many orders were placed through the API. */
  readonly placed: (count: number) => Promise<void>;
  /** An order that somebody places at the portal's web page, for this serial number or another PBX. */
  readonly placeForeign: (order: Partial<ForeignOrder>) => PlacedOrder;
  /** Sets the portal's clock forward, or back if below 0. */
  readonly stepClock: (ms: number) => void;
  readonly stats: () => SandboxStats;
  readonly setFaults: (rules: readonly FaultRule[]) => void;
  readonly setRate: (perSecond: number | undefined) => void;
  readonly setOrderStatus: (orderNo: string, status: string) => void;
  /**
   * `secret`: the token endpoint refuses and all tokens die; `ip`: 403 for everything; `permission`: 403
   * for placing orders; `none`: all is well again.
   */
  readonly breakAccess: (kind: AccessFault) => void;
  readonly close: () => Promise<void>;
}
