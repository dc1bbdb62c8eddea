import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import switchPlan from '../../jobs/switch-plan.js';
import { Problem } from '../../src/common/errors.js';
import { createStop } from '../../src/common/stop.js';
import { findEarlierOrders } from '../../src/evidence/earlier-orders.js';
import { createLooker } from '../../src/evidence/looker.js';
import type { OrderBody } from '../../src/job/define.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { openSqlite } from '../../src/ledger/sqlite/open.js';
import type { Outcome } from '../../src/portal/outcome.js';
import type { RunContext } from '../../src/runner/context.js';
import { type RunEnd, runBatch } from '../../src/runner/run-batch.js';
import { alone } from '../../src/runner/team.js';
import { seededRandom } from '../../src/sandbox/random.js';
import { JUNE, line, load } from './ledger.js';
import { openGate } from './open-gate.js';
import { portalModel } from './portal-model.js';
import { latestMs, type PortalWorld } from './portal-shapes.js';

/** What the program is asked to do in a world, and how often it is unlucky. */
export interface Play {
  readonly rows: number;
  /** The share of orders whose answer is lost, and of these the share that the portal had placed. */
  readonly lost: number;
  readonly placed: number;
  /** The answer to the first order arrives in any case: something to learn from. */
  readonly firstAnswered: boolean;
  readonly canary: number;
  readonly useReference: boolean;
  /** Rows with a purchase-order number of the user's own. */
  readonly ownNumbers: boolean;
  /** After the first run: another one with the same ledger, or with a new one. */
  readonly again: 'same-ledger' | 'lost-ledger' | 'not';
}

export interface Played {
  readonly ends: readonly RunEnd[];
  /** Serial numbers for which the program placed more than one order. */
  readonly twice: readonly string[];
  readonly statuses: readonly string[];
  readonly warnings: readonly string[];
}

const SERIALS = Array.from({ length: 12 }, (_, i) => `3694716673${String(38 + i * 7).padStart(2, '0')}`);

/** Runs the program's evidence and runner against a portal in memory, with a ledger on disk. */
export async function playWorld(given: PortalWorld, play: Play): Promise<Played> {
  const world = readable(given);
  const folder = mkdtempSync(join(tmpdir(), 'world-'));
  const model = portalModel(world);
  const random = seededRandom(world.seed ^ 0x10c7);
  // With a list that forgets, something has to be known from before the first order (docs/safety.md).
  if (world.window !== undefined) for (let i = 0; i < 2; i++) model.placeForeign();
  model.clock.pass(latestMs(world) + 1);
  const warnings: string[] = [];
  const ends: RunEnd[] = [];
  let statuses: string[] = [];
  let orders = 0;

  const placeOrder = async (body: OrderBody): Promise<Outcome> => {
    const order = {
      productNo: body.productNo,
      ...(body.poNumber === undefined ? {} : { poNumber: body.poNumber }),
    };
    const isFirst = orders++ === 0;
    if ((isFirst && play.firstAnswered) || random() >= play.lost) {
      const orderNo = await model.place(order);
      if (orderNo === undefined) throw new Error('the model lost an answer by itself');
      return { kind: 'placed', order: { orderNo, orderStatus: 'succeed' } };
    }
    if (random() < play.placed) await model.place(order, { answerLost: true });
    return { kind: 'unknown', code: 'timeout', message: 'no answer in time' };
  };

  const runOnce = async (opened: Ledger): Promise<void> => {
    const ledger: Ledger = {
      ...opened,
      intend: (intent) => model.clock.during(opened.intend(intent)),
      record: (result) => model.clock.during(opened.record(result)),
    };
    const lines = SERIALS.slice(0, play.rows).map((sn, at) =>
      line(at, sn, play.ownNumbers ? { ownPoNumber: `CUSTOMER-ORDER-2026-11-24-NR-${at}` } : {}),
    );
    const { runNo } = await load(ledger, [lines]);
    const stop = createStop();
    const portal = {
      orderPage: (pageNo: number, size?: number) => {
        if (model.requests().pages > MOST_PAGES) throw new Error(`more than ${MOST_PAGES} pages were read`);
        return model.orderPage(pageNo, size);
      },
      orderDetails: model.orderDetails,
      clock: model.portalClock,
      placeOrder,
    };
    const shared = {
      ledger,
      portal,
      clock: model.clock,
      stop,
      emit: (event: { type: string; message?: string }) => {
        if (event.type === 'warning') warnings.push(event.message ?? '');
      },
    };
    const settings = {
      concurrency: 4,
      timeoutMs: 30_000,
      maxAttempts: 1_000,
      settleMs: latestMs(world) + 5_000,
      onDoubt: 'resend',
      useReference: play.useReference,
      recentOrders: 'refuse',
      lookbackMs: 30 * 86_400_000,
      withoutOrderList: false,
      canary: play.canary,
      maxFailures: { percent: 100 },
      allowRepeat: false,
      limit: undefined,
    };
    const looker = createLooker({ ...shared, concurrency: 4 });
    const context = {
      ...shared,
      batch: JUNE,
      runNo,
      job: switchPlan,
      settings,
      looker,
      gate: openGate(),
      team: alone(ledger, { batch: JUNE, runNo }),
    } as unknown as RunContext;
    if (await isRefused(context)) return;
    ends.push(await runBatch(context));
    stop.request({ kind: 'canary', serialNumber: '', status: 'over' });
    const all = await ledger.read.bySerialNumber({ batch: JUNE, runNo }, '');
    statuses = all.map(({ status }) => status);
  };

  try {
    let ledger = await openSqlite(join(folder, 'one.db'), 'portal', model.clock);
    await runOnce(ledger);
    if (play.again !== 'not') {
      await ledger.close();
      // What is lost with a ledger is seen once the portal lists it.
      model.clock.pass(latestMs(world) + 1);
      const name = play.again === 'same-ledger' ? 'one.db' : 'two.db';
      ledger = await openSqlite(join(folder, name), 'portal', model.clock);
      await runOnce(ledger);
    }
    await ledger.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ours = model.truth().filter(({ productNo }) => SERIALS.includes(productNo));
  const counts = new Map<string, number>();
  for (const { productNo } of ours) counts.set(productNo, (counts.get(productNo) ?? 0) + 1);
  const twice = [...counts].filter(([, count]) => count > 1).map(([sn]) => sn);
  return { ends, twice, statuses, warnings };
}

/** A play in which more is read has come to no end. */
const MOST_PAGES = 100_000;
/** Less than `--settle` takes, and nobody could find an order. */
const LEAST_WINDOW_MS = 120_000;
/** Fewer than are placed at a time, and nobody could. */
const LEAST_NEWEST = 20;

/** What no program can read is left out: a list that grows nearly as fast as it is read, or forgets within seconds. */
function readable(world: PortalWorld): PortalWorld {
  const { unrest, window } = world;
  const arrivals = Math.min(unrest.arrivals, world.maxPageSize / (30 * unrest.burst));
  return { ...world, window: window && lasting(window), unrest: { ...unrest, arrivals } };
}

/** A list shows an order for so long, and so many of them, at least. */
const lasting = (window: NonNullable<PortalWorld['window']>): NonNullable<PortalWorld['window']> =>
  'lastMs' in window
    ? { lastMs: Math.max(window.lastMs, LEAST_WINDOW_MS) }
    : { newest: Math.max(window.newest, LEAST_NEWEST) };

/** Whether the run ends before its first order, because the portal cannot be read. */
async function isRefused(context: RunContext): Promise<boolean> {
  const { ledger, batch, runNo } = context;
  try {
    await findEarlierOrders(
      context,
      async () => (await ledger.read.queue({ batch, runNo }, 'new', -1)).length,
    );
    return false;
  } catch (error) {
    if (error instanceof Problem) return true;
    throw error;
  }
}
