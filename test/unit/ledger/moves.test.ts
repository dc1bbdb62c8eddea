import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchId, type OrderNo, serialKey } from '../../../src/common/ids.js';
import type { Ledger } from '../../../src/ledger/ledger.js';
import { type Intent, LEGAL_MOVES, type MoveName, type Result } from '../../../src/ledger/moves.js';
import { ROW_STATUSES, type RowStatus } from '../../../src/ledger/schema.js';
import {
  addLooks,
  bring,
  EVERY_MOVE,
  JUNE,
  line,
  load,
  makeMove,
  move,
  newLedger,
  OPEN_UNTIL,
  SETTLE_MS,
} from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

type Lost = Extract<Result, { move: 'lose' }>;

const folder = temporaryFolder();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await newLedger(folder);
  const near = Array.from({ length: 31 }, (_, i) => SETTLE_MS - 5 + i);
  await addLooks(ledger, [0, OPEN_UNTIL, OPEN_UNTIL + SETTLE_MS - 1, OPEN_UNTIL + SETTLE_MS, ...near]);
  await addLooks(ledger, [OPEN_UNTIL + SETTLE_MS + 1], false);
});
afterAll(() => ledger.close());

/** What the promise asks for, written down again: from which status a move may be made. */
const MAY: Record<MoveName, readonly RowStatus[]> = {
  intend: ['not_sent', 'failed'],
  place: ['sending', 'in_doubt'],
  refuse: ['sending'],
  withdraw: ['sending'],
  lose: ['sending'],
  find: ['in_doubt'],
  release: ['in_doubt'],
  adopt: ['not_sent', 'failed'],
  confirm: ['pending'],
  bury: ['not_sent', 'sending', 'pending', 'failed', 'in_doubt'],
  correct: ['pending', 'succeeded'],
  overturn: ['succeeded'],
};
const LEADS_TO: Record<MoveName, RowStatus | 'its fate'> = {
  intend: 'sending',
  place: 'its fate',
  refuse: 'failed',
  withdraw: 'not_sent',
  lose: 'in_doubt',
  find: 'its fate',
  release: 'not_sent',
  adopt: 'its fate',
  confirm: 'its fate',
  bury: 'failed',
  correct: 'its fate',
  overturn: 'failed',
};

const WALK = ROW_STATUSES.flatMap((status) =>
  EVERY_MOVE.map(([name, fate]) => ({ status, name, fate, legal: MAY[name].includes(status) })),
);
/** The steps of the walk that are legal, or that are not, each behind the words for it. */
const steps = (legal: boolean) =>
  WALK.filter((step) => step.legal === legal).map((step) => {
    const words = step.fate === undefined ? step.name : `${step.name} as ${step.fate}`;
    return [`${step.status}: ${words}`, step] as const;
  });
const snOf = (step: (typeof WALK)[number]): string => `W${WALK.indexOf(step)}`;
const rowOf = (sn: string, batch = JUNE) => ledger.read.row(batch, serialKey(sn));

describe('the walk over every status and every move', () => {
  beforeAll(async () => {
    await load(ledger, [WALK.map((step, i) => line(i, snOf(step)))]);
    await Promise.all(
      WALK.map((step) => bring(ledger, snOf(step), step.status, { orderNo: `first ${snOf(step)}` })),
    );
  });

  it.each(steps(true))('%s is legal', async (_, step) => {
    const sn = snOf(step);
    expect(await makeMove(ledger, move(step.name, sn, { fate: step.fate, orderNo: `next ${sn}` }))).toBe(
      'done',
    );
    const to = LEADS_TO[step.name];
    expect((await rowOf(sn))?.status).toBe(to === 'its fate' ? step.fate : to);
  });

  it.each(steps(false))('%s is refused and leaves the row as it stood', async (_, step) => {
    const sn = snOf(step);
    const before = await rowOf(sn);
    await expect(
      makeMove(ledger, move(step.name, sn, { fate: step.fate, orderNo: `next ${sn}` })),
    ).rejects.toThrow(`the move "${step.name}" of june/${sn} is not legal`);
    expect(await rowOf(sn)).toStrictEqual(before);
  });

  it('a refused move credits no order either', async () => {
    const refused = WALK.filter((step) => !step.legal).map((step) => `next ${snOf(step)}` as OrderNo);
    expect([...(await ledger.read.credited(refused))]).toStrictEqual([]);
  });

  it('the table in the code names the same moves', () => {
    const table = Object.fromEntries(
      Object.entries(LEGAL_MOVES).map(([name, { from }]) => [name, [...from].sort()]),
    );
    expect(table).toStrictEqual(
      Object.fromEntries(Object.entries(MAY).map(([name, from]) => [name, [...from].sort()])),
    );
  });
});

describe('a move', () => {
  let rows = 0;
  const newRow = async (status: RowStatus = 'not_sent', terms = {}): Promise<string> => {
    const sn = `R${++rows}`;
    await load(ledger, [[line(0, sn)]], { batch: sn as BatchId });
    await bring(ledger, sn, status, { batch: sn as BatchId, ...terms });
    return sn;
  };
  const make = (name: MoveName, sn: string, terms: Parameters<typeof move>[2] = {}) =>
    makeMove(ledger, move(name, sn, { batch: sn as BatchId, ...terms }));
  const row = (sn: string) => rowOf(sn, sn as BatchId);

  it('of a row that is not there is refused', async () => {
    await expect(makeMove(ledger, move('intend', 'NOBODY'))).rejects.toThrow('not legal');
  });

  it('reaches one row alone: the same serial number in another batch stays as it is', async () => {
    const sn = await newRow();
    await load(ledger, [[line(0, sn)]], { batch: 'other' as BatchId });
    await make('intend', sn);
    expect((await rowOf(sn, 'other' as BatchId))?.status).toBe('not_sent');
  });

  it('intend writes down what is about to leave, and clears what an earlier send left', async () => {
    const sn = await newRow('failed');
    await make('intend', sn, { runNo: 4, submittedAt: 123, openForMs: 456 });
    expect(await row(sn)).toMatchObject({
      status: 'sending',
      reference: `REF-${sn}`,
      submitted_at: 123,
      open_until: 456,
      finished_at: null,
      error_code: null,
      error_message: null,
      request_id: null,
    });
  });

  it('intend counts sends in all and in the run', async () => {
    const sn = await newRow();
    for (const runNo of [1, 1, 2]) {
      await make('intend', sn, { runNo });
      await make('withdraw', sn);
    }
    expect(await row(sn)).toMatchObject({ attempts: 3, run_attempts: 1, sent_run: 2 });
  });

  it('withdraw gives an attempt back where the request never left', async () => {
    const sn = await newRow();
    await make('intend', sn);
    await make('withdraw', sn, { counts: false });
    expect(await row(sn)).toMatchObject({
      status: 'not_sent',
      attempts: 0,
      run_attempts: 0,
      error_code: 'why',
    });
  });

  it('place writes down the order, all of it', async () => {
    const sn = await newRow('sending');
    await make('place', sn, { orderNo: `O-${sn}` });
    expect(await row(sn)).toMatchObject({
      status: 'succeeded',
      order_no: `O-${sn}`,
      order_status: 'succeed',
      transaction_no: 'T-1',
      instance_id: 'I-1',
      request_id: 'req-1',
      finished_at: 80_000,
      open_until: null,
      error_code: null,
    });
  });

  it('bury keeps a row that needs a person from ever being sent again', async () => {
    const sn = await newRow('in_doubt');
    await make('bury', sn, { needsPerson: true });
    expect(await row(sn)).toMatchObject({ status: 'failed', needs_person: 1 });
    await expect(make('intend', sn)).rejects.toThrow('not legal');
    expect((await row(sn))?.status).toBe('failed');
  });

  it('overturn keeps a row from ever being sent again by itself', async () => {
    const sn = await newRow('succeeded');
    await make('overturn', sn, { orderNo: `order of ${sn}` });
    expect(await row(sn)).toMatchObject({ status: 'failed', needs_person: 1, error_code: 'why' });
    await expect(make('intend', sn)).rejects.toThrow('not legal');
  });

  it('bury lets a row that needs no person be sent again', async () => {
    const sn = await newRow('pending');
    await make('bury', sn, { needsPerson: false });
    expect(await make('intend', sn)).toBe('done');
  });

  it('lose keeps the time that the intent named, if it is not told another', async () => {
    const sn = await newRow('sending', { openForMs: 456 });
    const { openForMs: _, ...lost } = move('lose', sn, { batch: sn as BatchId }) as Lost;
    await ledger.record(lost);
    expect(await row(sn)).toMatchObject({ status: 'in_doubt', open_until: 456 });
  });

  it('lose remembers the first send whose answer was lost, through later sends', async () => {
    const sn = await newRow('in_doubt', { submittedAt: 1_000 });
    await make('release', sn);
    await make('intend', sn, { submittedAt: 5_000 });
    await make('lose', sn, { openForMs: 6_000 });
    expect(await row(sn)).toMatchObject({ doubt_since: 1_000, submitted_at: 5_000, open_until: 6_000 });
  });

  it.each([
    ['one millisecond before the settle time is over', OPEN_UNTIL + SETTLE_MS - 1],
    ['at the moment of the loss', OPEN_UNTIL],
    ['before the loss', 0],
  ])('release is refused when the look began %s', async (_, lookedAt) => {
    const sn = await newRow('in_doubt');
    const before = await row(sn);
    await expect(make('release', sn, { lookedAt })).rejects.toThrow('not legal');
    expect(await row(sn)).toStrictEqual(before);
  });

  it('release is refused after a look that was not whole, however late it began', async () => {
    const sn = await newRow('in_doubt');
    await expect(make('release', sn, { lookedAt: OPEN_UNTIL + SETTLE_MS + 1 })).rejects.toThrow('not legal');
  });

  it('release is refused after a look that nobody has made', async () => {
    const sn = await newRow('in_doubt');
    await expect(make('release', sn, { lookedAt: 999_999_999 })).rejects.toThrow('not legal');
  });

  it('a later send keeps the look before the first send whose answer was lost', async () => {
    const own = await newLedger(folder);
    const look = async (): Promise<number> => {
      const no = await own.mirror.beginLook();
      await own.mirror.endLook(no, true, undefined);
      return no;
    };
    const lookBefore = async () => (await own.read.row(JUNE, serialKey('A')))?.look_before;
    await load(own, [[line(0, 'A')]]);
    await look();
    const first = await look();
    // A look that is still under way may show an order of this send.
    const underWay = await own.mirror.beginLook();
    await bring(own, 'A', 'in_doubt', { openForMs: -SETTLE_MS });
    expect(await lookBefore()).toBe(first);
    // The next one has its turn when this one has ended.
    await own.mirror.endLook(underWay, false, undefined);
    await makeMove(own, move('release', 'A', { lookedAt: await look() }));
    await makeMove(own, move('intend', 'A'));
    expect(await lookBefore()).toBe(first);
    await own.close();
  });

  it('release is made when the look began right when the settle time was over', async () => {
    const sn = await newRow('in_doubt');
    expect(await make('release', sn, { lookedAt: OPEN_UNTIL + SETTLE_MS })).toBe('done');
  });
});

describe('each send has its number', () => {
  const batch = 'sends' as BatchId;
  let rows = 0;
  const newRow = async (): Promise<string> => {
    const sn = `S${++rows}`;
    await load(ledger, [[line(0, sn)]], { batch: `sends ${sn}` as BatchId });
    return sn;
  };
  const of = (sn: string) => ({ batch: `${batch} ${sn}` as BatchId });
  const intend = (sn: string) => ledger.intend(move('intend', sn, of(sn)) as Intent);

  it('which only grows, also if a send does not count', async () => {
    const sn = await newRow();
    expect(await intend(sn)).toMatchObject({ claimNo: 1 });
    await makeMove(ledger, move('withdraw', sn, { ...of(sn), counts: false, claimNo: 1 }));
    expect(await intend(sn)).toMatchObject({ claimNo: 2 });
    expect(await rowOf(sn, of(sn).batch)).toMatchObject({ attempts: 1, claim_no: 2 });
  });

  it.each(['refuse', 'withdraw', 'lose'] as const)(
    'a late %s of an earlier send changes nothing',
    async (name) => {
      const sn = await newRow();
      await intend(sn);
      await makeMove(ledger, move('withdraw', sn, of(sn)));
      await intend(sn);
      const before = await rowOf(sn, of(sn).batch);
      await expect(makeMove(ledger, move(name, sn, { ...of(sn), claimNo: 1 }))).rejects.toThrow('not legal');
      expect(await rowOf(sn, of(sn).batch)).toStrictEqual(before);
      expect(await makeMove(ledger, move(name, sn, { ...of(sn), claimNo: 2 }))).toBe('done');
    },
  );

  it('a late release of an earlier send changes nothing', async () => {
    const sn = await newRow();
    await bring(ledger, sn, 'in_doubt', of(sn));
    const release = (claimNo: number) => makeMove(ledger, move('release', sn, { ...of(sn), claimNo }));
    await expect(release(0)).rejects.toThrow('not legal');
    expect(await release(1)).toBe('done');
  });
});

describe('an order belongs to one row', () => {
  const batch = 'credits' as BatchId;
  const at = (sn: string) => rowOf(sn, batch);
  beforeAll(() => load(ledger, [Array.from({ length: 9 }, (_, i) => line(i, `C${i}`))], { batch }));

  it.each([
    ['place', 'C0', 'C1', 'sending'],
    ['find', 'C2', 'C3', 'in_doubt'],
    ['adopt', 'C4', 'C5', 'not_sent'],
    ['bury', 'C6', 'C7', 'in_doubt'],
  ] as const)(
    '%s of an order that another row has is taken and changes nothing',
    async (name, owner, second, status) => {
      const orderNo = `shared ${name}`;
      await bring(ledger, owner, 'succeeded', { batch, orderNo });
      await bring(ledger, second, status, { batch });
      const before = await at(second);
      expect(await makeMove(ledger, move(name, second, { batch, orderNo }))).toBe('taken');
      expect(await at(second)).toStrictEqual(before);
      expect((await at(owner))?.order_no).toBe(orderNo);
    },
  );

  it('its own row may name it again', async () => {
    await bring(ledger, 'C8', 'pending', { batch, orderNo: 'mine' });
    expect(await makeMove(ledger, move('confirm', 'C8', { batch, orderNo: 'mine' }))).toBe('done');
  });

  it('also when two rows ask for it in the same moment', async () => {
    const two = 'two' as BatchId;
    await load(ledger, [[line(0, 'D0'), line(1, 'D1')]], { batch: two });
    await Promise.all(['D0', 'D1'].map((sn) => bring(ledger, sn, 'sending', { batch: two })));
    const results = await Promise.all(
      ['D0', 'D1'].map((sn) => makeMove(ledger, move('place', sn, { batch: two, orderNo: 'twice' }))),
    );
    expect(results.toSorted()).toStrictEqual(['done', 'taken']);
  });
});

describe('a row whose send may have placed an order', () => {
  const PROOFS: ReadonlySet<MoveName> = new Set([
    'place',
    'refuse',
    'withdraw',
    'find',
    'adopt',
    'confirm',
    'bury',
    'correct',
    'overturn',
  ]);
  let walks = 0;

  it('is never sent again without a proof, or a look that came late enough', async () => {
    const steps = fc.array(
      fc.record({
        name: fc.constantFrom(...EVERY_MOVE.map(([name]) => name)),
        fate: fc.constantFrom('succeeded' as const, 'pending' as const),
        openForMs: fc.integer({ min: 0, max: 20 }),
        lookedAt: fc.integer({ min: SETTLE_MS - 5, max: SETTLE_MS + 25 }),
        needsPerson: fc.boolean(),
      }),
      { minLength: 5, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (walk) => {
        const sn = `P${++walks}`;
        const batch = sn as BatchId;
        await load(ledger, [[line(0, sn)]], { batch });
        let unproven = false;
        let openUntil = 0;
        for (const { name, ...terms } of walk) {
          const made = await makeMove(ledger, move(name, sn, { batch, orderNo: `O-${sn}`, ...terms })).then(
            (result) => result === 'done',
            () => false,
          );
          if (!made) continue;
          if (name === 'intend') {
            expect(unproven).toBe(false);
            unproven = true;
          }
          if (name === 'intend' || name === 'lose') openUntil = terms.openForMs;
          if (name === 'release') expect(terms.lookedAt).toBeGreaterThanOrEqual(openUntil + SETTLE_MS);
          if (PROOFS.has(name) || name === 'release') unproven = false;
        }
      }),
      { numRuns: 60 },
    );
  });
});
