import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/common/clock.js';
import { type BatchId, type OrderNo, serialKey } from '../../../../src/common/ids.js';
import type { Ledger } from '../../../../src/ledger/ledger.js';
import type { Intent } from '../../../../src/ledger/moves.js';
import { ledgerHolder, openLedger, takeLedger } from '../../../../src/ledger/open.js';
import { postgresLocation } from '../../../../src/ledger/postgres/location.js';
import { bring, line, load, makeMove, move } from '../../../support/ledger.js';
import { postgresUrl, runOnPostgres, schemaOf, urlWithSchema } from '../../../support/postgres.js';

const here = describe.skipIf(inject('postgresUrl') === undefined);
const MAY = 'may' as BatchId;
const JUNE = 'june' as BatchId;

/** A ledger that several processes share, each with a batch of its own. */
function shared() {
  const url = urlWithSchema(randomUUID());
  const location = postgresLocation(url, '/', 'portal', {});
  const take = async (batch: BatchId, lockWait = 0): Promise<Ledger> => {
    const ledger = await takeLedger(location, { batch, clock: systemClock, lockWait, warn: () => undefined });
    onTestFinished(() => ledger.close());
    return ledger;
  };
  const run = (statement: string) => runOnPostgres(postgresUrl(), schemaOf(url), [statement]);
  return { location, take, run };
}

const intent = (sn: string, batch: BatchId, mayRepeat: boolean): Intent => ({
  ...(move('intend', sn, { batch }) as Intent),
  mayRepeat,
});
const one = (ledger: Ledger, sn: string, batch: BatchId) => ledger.read.row(batch, serialKey(sn));

here('two batches of one ledger', () => {
  /** Both have the PBX, and neither has ordered for it. */
  async function both() {
    const ledgers = shared();
    const may = await ledgers.take(MAY);
    const june = await ledgers.take(JUNE);
    await load(may, [[line(0, 'A'), line(1, 'B')]], { batch: MAY });
    await load(june, [[line(0, 'A'), line(1, 'B', { plan: '2' })]], { batch: JUNE });
    return { ...ledgers, may, june };
  }

  it.each(['sending', 'in_doubt', 'pending', 'succeeded'] as const)(
    'a PBX that is %s in one of them is not sent by the other',
    async (status) => {
      const { may, june, run } = await both();
      await bring(may, 'A', status, { batch: MAY });
      await run(`update order_row set finished_at = ${Date.now()} where finished_at is not null`);
      expect(await june.intend(intent('A', JUNE, false))).toEqual({
        kind: 'ordered_elsewhere',
        batch: MAY,
        status,
        operation: 'switch_plan',
      });
      expect(await one(june, 'A', JUNE)).toMatchObject({ status: 'not_sent', attempts: 0, claim_no: 0 });
      expect(await june.intend(intent('A', JUNE, true))).toMatchObject({ kind: 'intended', claimNo: 1 });
    },
  );

  it.each(['not_sent', 'failed'] as const)(
    'a PBX that is %s in one of them may be sent by the other',
    async (status) => {
      const { may, june } = await both();
      await bring(may, 'A', status, { batch: MAY });
      expect(await june.intend(intent('A', JUNE, false))).toMatchObject({ kind: 'intended' });
    },
  );

  it('an order from before the file was taken over was judged then', async () => {
    const { may, june } = await both();
    await bring(may, 'A', 'succeeded', { batch: MAY });
    expect(await june.intend(intent('A', JUNE, false))).toMatchObject({ kind: 'intended' });
  });

  it('another plan for the same PBX is another order', async () => {
    const { may, june } = await both();
    await bring(may, 'B', 'succeeded', { batch: MAY });
    expect(await june.intend(intent('B', JUNE, false))).toMatchObject({ kind: 'intended' });
  });

  it('of two intents at the same moment one is written', async () => {
    const { may, june } = await both();
    for (let round = 0; round < 20; round++) {
      const sn = `R${round}`;
      await load(may, [[line(0, sn)]], { batch: MAY });
      await load(june, [[line(0, sn)]], { batch: JUNE });
      const results = await Promise.all([
        may.intend(intent(sn, MAY, false)),
        june.intend(intent(sn, JUNE, false)),
      ]);
      expect(results.map(({ kind }) => kind).sort()).toEqual(['intended', 'ordered_elsewhere']);
    }
  });

  it('look at the portal one after the other, each with a number of its own', async () => {
    const { may, june } = await both();
    const first = await may.mirror.beginLook();
    let begun = 0;
    const waiting = june.mirror.beginLook().then((no) => {
      begun = no;
      return no;
    });
    await may.mirror.noteListed(first, []);
    expect(begun).toBe(0);
    await may.mirror.endLook(first, true, undefined);
    const second = await waiting;
    expect(second).toBe(first + 1);
    await june.mirror.endLook(second, true, undefined);
  });

  it('do not wait longer than some seconds for one that is frozen, and it may write nothing when it wakes', async () => {
    const { may, june, run } = await both();
    const frozen = await may.mirror.beginLook();
    // It renews its lease no more: the lease is over.
    await run(`update look set leased_until = 0, ended_at = null where no = ${frozen}`);
    const next = await june.mirror.beginLook();
    expect(next).toBe(frozen + 1);
    const order = { orderNo: 'O-1' as OrderNo, references: [] };
    await expect(may.mirror.noteListed(frozen, [order])).rejects.toMatchObject({ code: 'look_overtaken' });
    await may.mirror.endLook(frozen, false, undefined);
    await june.mirror.noteListed(next, []);
    await june.mirror.endLook(next, true, undefined);
    expect(await june.mirror.order(order.orderNo)).toBeUndefined();
  });

  it('keep their turn for as long as they live, however long that is', async () => {
    const { may, june, run } = await both();
    const first = await may.mirror.beginLook();
    const leased = async () =>
      Number((await run('select max(leased_until) as until from look'))[0]?.['until']);
    const before = await leased();
    const second = june.mirror.beginLook();
    await expect.poll(leased, { timeout: 10_000 }).toBeGreaterThan(before);
    await may.mirror.noteListed(first, []);
    await may.mirror.endLook(first, true, undefined);
    await june.mirror.endLook(await second, true, undefined);
  });

  it('a look that another one has overtaken may not write any more', async () => {
    const { may, run } = await both();
    const look = await may.mirror.beginLook();
    await run(`insert into look (no, began_at, whole) values (${look + 1}, 0, 0)`);
    const order = { orderNo: 'O-1' as OrderNo, references: [] };
    await expect(may.mirror.noteListed(look, [order])).rejects.toMatchObject({ code: 'look_overtaken' });
    expect(await may.mirror.order(order.orderNo)).toBeUndefined();
  });
});

here('a batch of one process', () => {
  it('is refused to a second one, which is told who has it, and had when the first one ends', async () => {
    const { take, location } = shared();
    const first = await take(MAY);
    await expect(take(MAY)).rejects.toMatchObject({
      code: 'ledger_held',
      exitStatus: 5,
      message: expect.stringMatching(new RegExp(`batch "may" .* process ${process.pid} on .*, started 20`)),
    });
    expect(await ledgerHolder(location, MAY, systemClock)).toMatchObject({ pid: process.pid });
    expect(await ledgerHolder(location, JUNE, systemClock)).toBeUndefined();
    const waiting = take(MAY, 30_000);
    await first.close();
    await waiting;
  });

  it('whose connection the server has ended is still its own: it takes the batch again before the next intent', async () => {
    const { take, run, location } = shared();
    const first = await take(MAY);
    await load(first, [[line(0, 'A'), line(1, 'B')]], { batch: MAY });
    await makeMove(first, intent('A', MAY, false));
    const backend = async () => (await run('select backend from holder'))[0]?.['backend'];
    const before = await backend();
    await run("select pg_terminate_backend(backend) from holder where batch = 'may'");
    await expect.poll(backend).not.toBe(before);
    expect(await first.intend(intent('B', MAY, false))).toMatchObject({ kind: 'intended' });
    expect(first.lost()).toBeUndefined();
    expect(await ledgerHolder(location, MAY, systemClock)).toMatchObject({ pid: process.pid });
    await expect(take(MAY)).rejects.toMatchObject({ code: 'ledger_held' });
  });

  it('that another process has had while the connection was broken writes no intent, but what came of a send', async () => {
    const { take, run } = shared();
    const first = await take(MAY);
    await load(first, [[line(0, 'A'), line(1, 'B')]], { batch: MAY });
    await makeMove(first, intent('A', MAY, false));
    await run("update holder set started_at = started_at + 1 where batch = 'may'");
    await run("select pg_terminate_backend(backend) from holder where batch = 'may'");
    await expect.poll(() => first.lost()?.code, { timeout: 10_000 }).toBe('ledger_taken_over');
    await expect(first.intend(intent('B', MAY, false))).rejects.toMatchObject({ exitStatus: 3 });
    expect(await one(first, 'B', MAY)).toMatchObject({ status: 'not_sent', claim_no: 0 });
    expect(await first.record(move('place', 'A', { batch: MAY }) as never)).toBe('done');
  });

  it('that another process has taken over writes no intent, though it has not noticed', async () => {
    const { take, run } = shared();
    const first = await take(MAY);
    await load(first, [[line(0, 'A')]], { batch: MAY });
    await run("update holder set backend = -1 where batch = 'may'");
    await expect(first.intend(intent('A', MAY, false))).rejects.toMatchObject({ exitStatus: 3 });
    expect(await one(first, 'A', MAY)).toMatchObject({ status: 'not_sent', claim_no: 0 });
  });
});

here('times and texts', () => {
  it('are the database’s, whole numbers, and without zero bytes', async () => {
    const { take } = shared();
    const ledger = await take(MAY);
    await load(ledger, [[line(0, 'A')]], { batch: MAY });
    await makeMove(ledger, move('intend', 'A', { batch: MAY, openForMs: 30_000 }));
    const row = await one(ledger, 'A', MAY);
    expect(row?.open_until).toBe((row?.intended_at ?? 0) + 30_000);
    expect(Math.abs((row?.intended_at ?? 0) - Date.now())).toBeLessThan(5_000);
    const lost = move('lose', 'A', { batch: MAY }) as Extract<ReturnType<typeof move>, { move: 'lose' }>;
    await ledger.record({ ...lost, reason: { code: 'why', message: 'a\0b' } });
    expect(await one(ledger, 'A', MAY)).toMatchObject({ error_message: 'ab' });
    expect(await ledger.read.statusCounts({ batch: MAY, runNo: 1 })).toEqual([
      { status: 'in_doubt', rows: 1 },
    ]);
  });

  it('a ledger that is opened to be looked at changes nothing', async () => {
    const { take, location } = shared();
    const ledger = await take(MAY);
    await load(ledger, [[line(0, 'A')]], { batch: MAY });
    const looking = await openLedger(location, systemClock);
    onTestFinished(() => looking.close());
    expect(await one(looking, 'A', MAY)).toMatchObject({ status: 'not_sent' });
    await expect(looking.record(move('bury', 'A', { batch: MAY }) as never)).rejects.toMatchObject({
      code: 'ledger_read_only',
    });
    await expect(looking.intend(intent('A', MAY, false))).rejects.toThrow('without a lock');
  });

  it('serial numbers are in the order of their bytes, whatever the language of the database', async () => {
    const { take } = shared();
    const ledger = await take(MAY);
    const serials = ['B1', 'A2', 'A-1', 'A1', '1B', 'AA'];
    await load(ledger, [serials.map((sn, at) => line(at, sn))], { batch: MAY });
    const terms = await ledger.read.terms({ batch: MAY, runNo: 1 }, '');
    expect(terms.map(({ sn_key }) => sn_key)).toEqual([...serials].sort());
  });
});
