import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import type { ListedOrder } from '../../../src/common/portal-order.js';
import { shownReference, shownSerial, shownTime } from '../../../src/sandbox/shown.js';
import { type PortalModel, portalModel } from '../../support/portal-model.js';
import {
  aPortal,
  latestMs,
  type PortalWorld,
  portalShape,
  wellBehaved,
} from '../../support/portal-shapes.js';

const CALM = aPortal().unrest;
const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);

async function placeSome(portal: PortalModel, count: number): Promise<void> {
  for (let row = 0; row < count; row++) {
    await portal.place({ productNo: `36947166733${row}`, poNumber: `JUNE-ABCDEFGHIJKLMNO${row}` });
  }
}

/** Pages to the first that is empty or missing, or that repeats another. */
async function readAll(portal: PortalModel): Promise<ListedOrder[]> {
  const seen = new Map<string, ListedOrder>();
  for (let pageNo = 1; ; pageNo++) {
    const orders = await portal.orderPage(pageNo).then(
      (page) => page.orders,
      () => [],
    );
    if (orders.every(({ orderNo }) => seen.has(orderNo))) return [...seen.values()];
    for (const order of orders) seen.set(order.orderNo, order);
  }
}

it('shows in list and details what the shape says, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(portalShape(), async (drawn) => {
      const world: PortalWorld = { ...drawn, unrest: CALM };
      const portal = portalModel(world);
      await placeSome(portal, 6);
      portal.clock.pass(latestMs(world) + 1);
      const truth = new Map(portal.truth().map((order) => [order.orderNo, order]));
      for (const listed of await readAll(portal)) {
        const order = truth.get(listed.orderNo);
        const poNumber = shownReference(world.referenceForm, order?.poNumber ?? '').trim();
        const expected = {
          references: world.reference !== 'list' || poNumber === '' ? [] : [poNumber],
          productNo: shownSerial(world.listSerial, order?.productNo ?? '', order?.productId ?? ''),
          createTime: shownTime(world.createTime, order?.createTime ?? 0),
        };
        const { references, productNo, createTime } = listed;
        expect({ references, productNo, createTime }).toEqual(expected);

        const details = await portal.orderDetails(listed.orderNo).catch(() => undefined);
        if (details === undefined || details === 'unreadable') {
          expect(world.failingDetails).toBeDefined();
          if (world.failingDetails?.foreignOnly) expect(order?.foreign).toBe(true);
          continue;
        }
        const serial = shownSerial(world.detailsSerial, order?.productNo ?? '', order?.productId ?? '');
        expect(details).toMatchObject({
          orderNos: [listed.orderNo],
          productNos: serial === undefined ? [] : [serial],
          references: world.reference === 'nowhere' || poNumber === '' ? [] : [poNumber],
        });
      }
    }),
    { numRuns: RUNS },
  );
});

it('of a well-behaved portal lists every order that was placed, in the order that it keeps', async () => {
  await fc.assert(
    fc.asyncProperty(wellBehaved(), async (drawn) => {
      const portal = portalModel({ ...drawn, unrest: CALM });
      await placeSome(portal, 6);
      portal.clock.pass(latestMs(drawn) + 1);
      const listed = (await readAll(portal)).map(({ orderNo }) => orderNo);
      expect([...listed].sort()).toEqual(portal.truth().map(({ orderNo }) => orderNo));
      if (drawn.listOrder === 'newest-first') expect(listed).toEqual([...listed].sort().reverse());
      if (drawn.listOrder === 'oldest-first') expect(listed).toEqual([...listed].sort());
      expect((await readAll(portal)).map(({ orderNo }) => orderNo)).toEqual(listed);
    }),
    { numRuns: RUNS },
  );
});

it('gives the same answers to the same requests, whatever goes on there', async () => {
  const play = async (world: PortalWorld): Promise<unknown[]> => {
    const portal = portalModel(world);
    await placeSome(portal, 3);
    const pages = await Promise.allSettled([1, 2, 3, 4].map((pageNo) => portal.orderPage(pageNo)));
    return [pages, portal.truth(), portal.clock.now()];
  };
  await fc.assert(
    fc.asyncProperty(portalShape(), async (world) => {
      expect(await play(world)).toEqual(await play(world));
    }),
    { numRuns: RUNS },
  );
});

it('places an order whose answer is lost', async () => {
  const portal = portalModel(aPortal());
  expect(await portal.place({ productNo: 'A1' }, { answerLost: true })).toBeUndefined();
  const orderNo = await portal.place({ productNo: 'A2' });
  expect(portal.truth().map((order) => [order.productNo, order.foreign])).toEqual([
    ['A1', false],
    ['A2', false],
  ]);
  expect((await portal.orderPage(1)).orders.map((order) => order.orderNo)).toContain(orderNo);
});

it('has orders come and go, and clocks set, between any two requests', async () => {
  const unrest = {
    arrivals: 1,
    burst: 2,
    departures: 0.5,
    portalSteps: 1,
    ourSteps: 1,
    stepMs: 60_000,
    latencyMs: 100,
  };
  const portal = portalModel(aPortal({ older: 5, unrest }));
  const listed: number[] = [];
  const ours: number[] = [];
  for (let look = 0; look < 20; look++) {
    listed.push((await portal.orderPage(1)).count);
    ours.push(portal.clock.now() - portal.clock.trueNow());
  }
  const placed = portal.truth().length;
  expect(placed).toBeGreaterThanOrEqual(5 + 20);
  expect(listed.at(-1)).toBeLessThan(placed);
  expect(new Set(ours).size).toBe(20);
  const times = portal.truth().map(({ createTime }) => createTime);
  expect(times).not.toEqual([...times].sort((a, b) => a - b));
});

it('serves requests that are under way together in any order', async () => {
  const orders = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const portal = portalModel(aPortal({ seed }));
    const served: number[] = [];
    await Promise.all([1, 2, 3].map((pageNo) => portal.orderPage(pageNo).then(() => served.push(pageNo))));
    orders.add(served.join());
  }
  expect(orders.size).toBe(6);
});

it('knows no order that it does not show yet, and none that there is not', async () => {
  const portal = portalModel(aPortal({ listLagMs: 1_000, unrest: { ...CALM, latencyMs: 0 } }));
  const orderNo = (await portal.place({ productNo: 'A1' })) as OrderNo;
  expect(await portal.orderDetails(orderNo)).toBeUndefined();
  await portal.clock.sleep(1_000);
  expect(await portal.orderDetails(orderNo)).toMatchObject({ productNos: ['A1'] });
  expect(await portal.orderDetails('SO999' as OrderNo)).toBeUndefined();
  expect(portal.requests()).toEqual({ pages: 0, details: 3 });
});
