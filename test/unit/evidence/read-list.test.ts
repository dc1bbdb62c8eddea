import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedOrder } from '../../../src/common/portal-order.js';
import { type ListReading, readEndsOfList, readWholeList } from '../../../src/evidence/read-list.js';
import type { OrderPage } from '../../../src/portal/order-list.js';
import { orderNamed, ordersUpTo, portalList, seededRandom } from '../../support/listed-orders.js';

const names = (result: ListReading): string[] => result.orders.map(({ orderNo }) => orderNo).sort();
const namesOf = (list: readonly ListedOrder[]): string[] => list.map(({ orderNo }) => orderNo).sort();

describe('a reading of a list that stands still', () => {
  it('of an empty list is whole after one page', async () => {
    const portal = portalList([], { pageSize: 5 });
    expect(await readWholeList(portal.page)).toStrictEqual({
      orders: [],
      ended: true,
      whole: true,
      pages: 1,
    });
  });

  it('sees every order of every page, each once, and is whole', async () => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5, random: seededRandom(1) });
    const result = await readWholeList(portal.page);
    expect(result).toMatchObject({ ended: true, whole: true });
    expect(names(result)).toStrictEqual(namesOf(portal.list));
    // Once to the end, which is seen as the page behind it, and once back.
    expect([...portal.served].sort()).toStrictEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]);
  });

  it.each([
    ['counts the page as its total', ({ count }: OrderPage) => ({ total: count, totalPage: 1 })],
    ['says nothing of its length', () => ({ total: undefined, totalPage: undefined })],
    ['counts its pages by a size that it does not keep', () => ({ totalPage: 2 })],
    ['says that it has more pages than it shows', () => ({ totalPage: 40 })],
  ] as const)('is whole also if the list %s', async (_, lie) => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5, lie });
    const result = await readWholeList(portal.page);
    expect(result).toMatchObject({ ended: true, whole: true });
    expect(names(result)).toStrictEqual(namesOf(portal.list));
  });

  it('is not whole if the list says that it has more orders than it shows', async () => {
    const portal = portalList(ordersUpTo(12), { pageSize: 5, lie: () => ({ total: 13 }) });
    const result = await readWholeList(portal.page);
    expect(result).toMatchObject({ ended: true, whole: false });
    expect(names(result)).toStrictEqual(namesOf(portal.list));
  });

  it('is not whole if an order in it cannot be read: it may be the one that is looked for', async () => {
    const portal = portalList(ordersUpTo(12), {
      pageSize: 5,
      lie: ({ orders, count }) => ({ orders: orders.slice(1), count }),
    });
    expect(await readWholeList(portal.page)).toMatchObject({ ended: true, whole: false });
  });

  it('ends where the portal repeats its last page', async () => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5 });
    const result = await readWholeList((pageNo) => portal.page(Math.min(pageNo, 5)));
    expect(result).toMatchObject({ ended: true, whole: true });
    expect(names(result)).toStrictEqual(namesOf(portal.list));
  });

  it('does not end where the portal shows its first page for every number: there may be others', async () => {
    const portal = portalList(ordersUpTo(23), { pageSize: 5, lie: () => ({ pageSize: 5 }) });
    expect(await readWholeList(() => portal.page(1))).toMatchObject({ ended: false, whole: false });
  });

  it('fails with the page that fails', async () => {
    await expect(readWholeList(() => Promise.reject(new Error('portal is away')))).rejects.toThrow(
      'portal is away',
    );
  });

  it('asks for a few pages at a time', async () => {
    let open = 0;
    let most = 0;
    const portal = portalList(ordersUpTo(100), { pageSize: 5 });
    await readWholeList(async (pageNo) => {
      most = Math.max(most, ++open);
      const page = await portal.page(pageNo);
      open--;
      return page;
    });
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('the ends of a long list', () => {
  it.each([
    ['first', (list: ListedOrder[], order: ListedOrder) => list.unshift(order)],
    ['last', (list: ListedOrder[], order: ListedOrder) => list.push(order)],
  ])('show a new order that the list has %s, and prove nothing absent', async (_, insert) => {
    const portal = portalList(ordersUpTo(100), { pageSize: 5 });
    insert(portal.list, orderNamed('new'));
    const result = await readEndsOfList(portal.page, 2);
    expect(names(result)).toContain('new');
    expect(result).toMatchObject({ whole: false });
    expect(result.pages).toBeLessThanOrEqual(5);
  });
});

describe('a reading comes to a whole end while orders are being placed', () => {
  it.each([
    ['first', (list: ListedOrder[], order: ListedOrder) => list.unshift(order)],
    ['last', (list: ListedOrder[], order: ListedOrder) => list.push(order)],
  ])('in a list that shows the newest %s, with one order more at every page', async (_, insert) => {
    let added = 0;
    const portal = portalList(ordersUpTo(2_000), {
      pageSize: 100,
      beforePage: (list) => insert(list, orderNamed(`N${++added}`)),
    });
    expect(await readWholeList(portal.page)).toMatchObject({ whole: true });
  });

  it('but not in a list that slides, one order leaving as one comes, before it stands still', async () => {
    let now = 1_000;
    let slides = true;
    const portal = portalList(
      Array.from({ length: 150 }, (_, i) => orderNamed(`O${i}`)),
      {
        pageSize: 25,
        beforePage: (orders) => {
          if (!slides) return;
          orders.push(orderNamed(`N${++now}`));
          orders.shift();
        },
      },
    );
    expect(await readWholeList(portal.page)).toMatchObject({ ended: true, whole: false });
    slides = false;
    expect(await readWholeList(portal.page)).toMatchObject({ ended: true, whole: true });
  });
});

describe('a whole reading never misses an order that was listed all the time', () => {
  const places = {
    'the list shows the newest first': (list: ListedOrder[], order: ListedOrder) => list.unshift(order),
    'the list shows the newest last': (list: ListedOrder[], order: ListedOrder) => list.push(order),
    'new orders come at either end': (list: ListedOrder[], order: ListedOrder, random: () => number) =>
      random() < 0.5 ? list.push(order) : list.unshift(order),
    'new orders come anywhere': (list: ListedOrder[], order: ListedOrder, random: () => number) =>
      list.splice(Math.floor(random() * (list.length + 1)), 0, order),
  };
  const leaving = {
    'none leaves': () => undefined,
    'the first leaves': (list: ListedOrder[]) => list.shift(),
    'the last leaves': (list: ListedOrder[]) => list.pop(),
  };
  const worlds = Object.entries(places).flatMap(([coming, come]) =>
    Object.entries(leaving).map(([going, go]) => [coming, going, come, go] as const),
  );

  it.each(worlds)('%s, and %s, while pages are served in any order', async (_, __, come, go) => {
    const world = fc.record({
      seed: fc.integer(),
      atFirst: fc.integer({ min: 0, max: 90 }),
      pageSize: fc.integer({ min: 1, max: 7 }),
      chance: fc.constantFrom(0.02, 0.1, 0.4),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, atFirst, pageSize, chance }) => {
        const random = seededRandom(seed);
        let added = 0;
        const left = new Set<string>();
        const list = ordersUpTo(atFirst).map((order, i) => ({ ...order, createTime: i }));
        const portal = portalList(list, {
          pageSize,
          random,
          beforePage: (orders) => {
            if (random() >= chance) return;
            come(orders, orderNamed(`N${++added}`, { createTime: 1_000 + added }), random);
            const gone = go(orders);
            if (gone !== undefined) left.add(gone.orderNo);
          },
        });
        const existed = namesOf(portal.list);
        const result = await readWholeList(portal.page);
        if (!result.whole) return;
        const seen = new Set(names(result));
        expect(existed.filter((name) => !seen.has(name) && !left.has(name))).toStrictEqual([]);
      }),
      // An order that moved on to the next page looked like a last page that the portal repeats.
      {
        numRuns: 150,
        examples: [
          [{ seed: -1426365642, atFirst: 4, pageSize: 1, chance: 0.4 }],
          [{ seed: -16, atFirst: 9, pageSize: 1, chance: 0.4 }],
        ],
      },
    );
  });
});
