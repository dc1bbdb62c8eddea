import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrderSweeper, type SweepResult } from '../../../src/evidence/read-list.js';
import type { ListedOrder } from '../../../src/portal/order-list.js';
import { orderNamed, ordersUpTo, portalList, seededRandom } from '../../support/listed-orders.js';

const names = (result: SweepResult): string[] => result.orders.map(({ orderNo }) => orderNo).sort();
const namesOf = (list: readonly ListedOrder[]): string[] => list.map(({ orderNo }) => orderNo).sort();

describe('a whole reading of the list', () => {
  it('of an empty list is complete', async () => {
    const portal = portalList([], { pageSize: 5 });
    expect(await createOrderSweeper(portal.page).sweep(0)).toStrictEqual({
      orders: [],
      complete: true,
      pages: 1,
    });
  });

  it('sees every order of every page, each once', async () => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5, random: seededRandom(1) });
    const result = await createOrderSweeper(portal.page).sweep(0);
    expect(result).toMatchObject({ complete: true, pages: 5 });
    expect(names(result)).toStrictEqual(namesOf(portal.list));
    expect([...portal.served].sort()).toStrictEqual([1, 2, 3, 4, 5]);
  });

  it('leaves out orders from before the time, and keeps those without one', async () => {
    const list = [
      orderNamed('old', { createTime: 99 }),
      orderNamed('just', { createTime: 100 }),
      { orderNo: orderNamed('timeless').orderNo, references: [] },
    ];
    const result = await createOrderSweeper(portalList(list, { pageSize: 5 }).page).sweep(100);
    expect(names(result)).toStrictEqual(['just', 'timeless']);
  });

  it('with a later time than before still knows the earlier ones, with an earlier time reads anew', async () => {
    const list = [orderNamed('old', { createTime: 50 }), orderNamed('new', { createTime: 100 })];
    const sweeper = createOrderSweeper(portalList(list, { pageSize: 5 }).page);
    expect(names(await sweeper.sweep(100))).toStrictEqual(['new']);
    expect(names(await sweeper.sweep(10))).toStrictEqual(['new', 'old']);
    expect(names(await sweeper.sweep(100))).toStrictEqual(['new', 'old']);
  });

  it('shows the newest word on an order that it saw before', async () => {
    const list = [orderNamed('O1', { orderStatus: 'pending' })];
    const sweeper = createOrderSweeper(portalList(list, { pageSize: 5 }).page);
    await sweeper.sweep(0);
    list[0] = orderNamed('O1', { orderStatus: 'succeed' });
    expect((await sweeper.sweep(0)).orders).toStrictEqual(list);
  });

  it('reads again when pages shifted under it', async () => {
    let moved = false;
    const portal = portalList(ordersUpTo(20), {
      pageSize: 5,
      // The first order leaves for the end while page 2 is read: what stood first on page 3 is passed over.
      beforePage: (list) => {
        if (moved || portal.served.length !== 2) return;
        moved = true;
        list.push(...list.splice(0, 1));
      },
    });
    const result = await createOrderSweeper(portal.page).sweep(0);
    expect(result.complete).toBe(true);
    expect(names(result)).toStrictEqual(namesOf(portal.list));
    expect(result.pages).toBeGreaterThan(4);
  });

  it('is complete however the list is shuffled between pages, once all was seen', async () => {
    const random = seededRandom(7);
    const portal = portalList(ordersUpTo(12), {
      pageSize: 5,
      random,
      beforePage: (list) => void list.sort(() => random() - 0.5),
    });
    const sweeper = createOrderSweeper(portal.page);
    for (let i = 0; i < 5; i++) {
      const result = await sweeper.sweep(0);
      if (result.complete) expect(names(result)).toStrictEqual(namesOf(portal.list));
    }
  });

  it('reads as many pages as there are where the portal gives fewer orders a page than asked for', async () => {
    const portal = portalList(ordersUpTo(60), { pageSize: 25 });
    expect(await createOrderSweeper(portal.page).sweep(0)).toMatchObject({ complete: true, pages: 3 });
  });

  it('is incomplete where the portal counts its pages by a size that it does not keep', async () => {
    const portal = portalList(ordersUpTo(60), { pageSize: 25, lie: () => ({ totalPage: 1 }) });
    expect(await createOrderSweeper(portal.page).sweep(0)).toMatchObject({ complete: false });
  });

  it('is incomplete where the portal counts more orders than it shows', async () => {
    const portal = portalList(ordersUpTo(12), { pageSize: 5, lie: () => ({ total: 13 }) });
    const result = await createOrderSweeper(portal.page).sweep(0);
    expect(result.complete).toBe(false);
    expect(names(result)).toStrictEqual(namesOf(portal.list));
    expect(result.pages).toBeLessThanOrEqual(12);
  });

  it('is incomplete where an order in it cannot be read: it may be the one that is looked for', async () => {
    const portal = portalList(ordersUpTo(12), {
      pageSize: 5,
      lie: ({ orders, count }) => ({ orders: orders.slice(1), count }),
    });
    expect(await createOrderSweeper(portal.page).sweep(0)).toMatchObject({ complete: false });
  });

  it('goes on to the first empty page where the portal does not say how many there are', async () => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5, lie: () => ({ totalPage: undefined }) });
    const result = await createOrderSweeper(portal.page).sweep(0);
    expect(result.complete).toBe(true);
    expect(names(result)).toStrictEqual(namesOf(portal.list));
  });

  it('fails with the page that fails', async () => {
    const failing = createOrderSweeper(() => Promise.reject(new Error('portal is away')));
    await expect(failing.sweep(0)).rejects.toThrow('portal is away');
  });

  it('asks for a few pages at a time', async () => {
    let open = 0;
    let most = 0;
    const portal = portalList(ordersUpTo(100), { pageSize: 5 });
    await createOrderSweeper(async (pageNo) => {
      most = Math.max(most, ++open);
      const page = await portal.page(pageNo);
      open--;
      return page;
    }).sweep(0);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('later readings of a long list', () => {
  const PAGE = 5;
  async function readOnce(count = 100) {
    const portal = portalList(ordersUpTo(count), { pageSize: PAGE });
    const sweeper = createOrderSweeper(portal.page);
    await sweeper.sweep(0);
    return { portal, sweeper };
  }

  it('read the two ends alone when nothing is new', async () => {
    const { portal, sweeper } = await readOnce();
    const result = await sweeper.sweep(0);
    expect(result.complete).toBe(true);
    expect(result.pages).toBeLessThanOrEqual(2);
    for (const pageNo of portal.served.slice(-result.pages)) expect([1, 20]).toContain(pageNo);
  });

  it.each([
    ['first', (list: ListedOrder[], order: ListedOrder) => list.unshift(order)],
    ['last', (list: ListedOrder[], order: ListedOrder) => list.push(order)],
    ['in the second place', (list: ListedOrder[], order: ListedOrder) => list.splice(1, 0, order)],
  ])('find exactly the new orders where the list shows them %s', async (_, insert) => {
    const { portal, sweeper } = await readOnce();
    for (let i = 0; i < 12; i++) insert(portal.list, orderNamed(`N${i}`));
    const result = await sweeper.sweep(0);
    expect(result.complete).toBe(true);
    expect(names(result)).toStrictEqual(namesOf(portal.list));
    expect(result.pages).toBeLessThan(12);
  });

  it('read the whole list again where a new order stands at neither end', async () => {
    const { portal, sweeper } = await readOnce();
    portal.list.splice(50, 0, orderNamed('hidden'));
    const result = await sweeper.sweep(0);
    expect(result.complete).toBe(true);
    expect(names(result)).toContain('hidden');
  });

  it('read the whole list again where it has become shorter', async () => {
    const { portal, sweeper } = await readOnce();
    portal.list.splice(10, 3);
    expect((await sweeper.sweep(0)).pages).toBeGreaterThan(10);
  });
});

describe('a sweep comes to a complete end while orders are being placed', () => {
  it.each([
    ['first', (list: ListedOrder[], order: ListedOrder) => list.unshift(order)],
    ['last', (list: ListedOrder[], order: ListedOrder) => list.push(order)],
  ])('in a list that shows the newest %s, with one order more at every page', async (_, insert) => {
    let added = 0;
    const portal = portalList(ordersUpTo(5_000), {
      pageSize: 100,
      random: seededRandom(3),
      beforePage: (list) => insert(list, orderNamed(`N${++added}`)),
    });
    const sweeper = createOrderSweeper(portal.page);
    const results: SweepResult[] = [];
    for (let i = 0; i < 5; i++) {
      results.push(await sweeper.sweep(0));
      for (let j = 0; j < 120; j++) insert(portal.list, orderNamed(`N${++added}`));
    }
    expect(results.map(({ complete }) => complete)).toStrictEqual([true, true, true, true, true]);
    for (const { pages } of results.slice(1)) expect(pages).toBeLessThan(20);
  });
});

describe('a complete sweep never misses an order that existed when it began', () => {
  it('although an order comes in between the first page and the last, in a list with the newest last', async () => {
    let late: ListedOrder | undefined;
    const portal = portalList(ordersUpTo(59), {
      pageSize: 5,
      beforePage: (list) => {
        if (late === undefined || portal.served.at(-1) !== 1) return;
        list.push(late);
        late = undefined;
      },
    });
    const sweeper = createOrderSweeper(portal.page);
    await sweeper.sweep(0);
    for (const name of ['N1', 'N2', 'N3', 'N4']) portal.list.push(orderNamed(name));
    late = orderNamed('late');
    const result = await sweeper.sweep(0);
    if (result.complete) expect(names(result)).toContain('N1');
    const next = await sweeper.sweep(0);
    expect(next.complete).toBe(true);
    expect(names(next)).toStrictEqual(namesOf(portal.list));
  });

  it('also not one that an earlier sweep passed over as too old', async () => {
    let swap = false;
    const list = ordersUpTo(20).map((order, i) => ({ ...order, createTime: i < 10 ? 500 : 2_000 }));
    const portal = portalList(list, {
      pageSize: 5,
      // While the list is read again, its first order moves to its end: what stood behind a page's end is passed over.
      beforePage: (orders) => {
        if (!swap || portal.served.at(-1) !== 1) return;
        swap = false;
        orders.push(...orders.splice(0, 1));
      },
    });
    const sweeper = createOrderSweeper(portal.page);
    expect((await sweeper.sweep(1_000)).orders).toHaveLength(10);
    swap = true;
    const result = await sweeper.sweep(0);
    if (result.complete) expect(names(result)).toStrictEqual(namesOf(list));
  });

  const places = {
    'the list shows the newest first': (list: ListedOrder[], order: ListedOrder) => list.unshift(order),
    'the list shows the newest last': (list: ListedOrder[], order: ListedOrder) => list.push(order),
    'new orders come at either end': (list: ListedOrder[], order: ListedOrder, random: () => number) =>
      random() < 0.5 ? list.push(order) : list.unshift(order),
    'new orders come anywhere': (list: ListedOrder[], order: ListedOrder, random: () => number) =>
      list.splice(Math.floor(random() * (list.length + 1)), 0, order),
  };

  it.each(Object.entries(places))(
    '%s, while orders come in and pages are served in any order',
    async (_, insert) => {
      const world = fc.record({
        seed: fc.integer(),
        atFirst: fc.integer({ min: 0, max: 90 }),
        pageSize: fc.integer({ min: 1, max: 7 }),
        chance: fc.constantFrom(0.02, 0.1, 0.4),
        between: fc.integer({ min: 0, max: 9 }),
      });
      await fc.assert(
        fc.asyncProperty(world, async ({ seed, atFirst, pageSize, chance, between }) => {
          const random = seededRandom(seed);
          let added = 0;
          const add = (list: ListedOrder[]): void => void insert(list, orderNamed(`N${++added}`), random);
          const portal = portalList(ordersUpTo(atFirst), {
            pageSize,
            random,
            beforePage: (list) => void (random() < chance && add(list)),
          });
          const sweeper = createOrderSweeper(portal.page);
          for (let sweep = 0; sweep < 3; sweep++) {
            const existed = namesOf(portal.list);
            const result = await sweeper.sweep(0);
            if (result.complete)
              expect(new Set(names(result))).toEqual(new Set([...names(result), ...existed]));
            for (let i = 0; i < between; i++) add(portal.list);
          }
        }),
        { numRuns: 250 },
      );
    },
  );
});
