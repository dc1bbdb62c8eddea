import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';

import switchPlan from '../../../jobs/switch-plan.js';
import type {
  BatchId,
  BillingContactId,
  OrderNo,
  PlanId,
  Reference,
  SerialKey,
  SerialNumber,
} from '../../../src/common/ids.js';

import type { Ledger } from '../../../src/ledger/ledger.js';
import { LEGAL_MOVES, type Move, type MoveName } from '../../../src/ledger/moves.js';
import type { RowStatus } from '../../../src/ledger/schema.js';
import { addLooks, makeMove, newLedger, runs } from '../../support/ledger.js';

const folder = mkdtempSync(join(tmpdir(), 'model-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BATCH = 'orders' as BatchId;
const LATEST_LOOK = 200;
const ROWS = ['AAA1', 'BBB2'] as const;
type Row = (typeof ROWS)[number];

/** What a row is, as simply as it can be said. */
interface ModelRow {
  status: RowStatus;
  needsPerson: boolean;
  /** A send of it may have placed an order that nobody has credited or ruled out. */
  maybePlaced: boolean;
  /** While in doubt: when its last send can have been under way at the latest. */
  openUntil: number;
  attempts: number;
}

interface Model {
  rows: Record<Row, ModelRow>;
  /** Which row each order is credited to. */
  credits: Map<string, Row>;
  run: number;
}

interface Real {
  ledger: Ledger;
  readonly path: string;
}

const lines = async function* () {
  yield ROWS.map((sn, position) => ({
    position,
    line: position + 2,
    cells: '[]',
    snKey: sn as string as SerialKey,
    order: {
      serialNumber: sn as string as SerialNumber,
      planId: '1' as PlanId,
      billingContactId: '2' as BillingContactId,
      billingCycle: 'annually' as const,
      multiCycle: 1,
      ownPoNumber: undefined,
    },
    findings: [],
  }));
};

const load = (ledger: Ledger, findings: string[] = []): Promise<number> =>
  ledger.load({
    batch: BATCH,
    job: switchPlan,
    file: 'orders.csv',
    dialect: '{}',
    columns: [],
    allowRepeat: false,
    lines: lines(),
    onFinding: ({ code }) => void findings.push(code),
  });

const rowOf = async (ledger: Ledger, row: Row) => {
  const found = await ledger.read.row(BATCH, row as string as SerialKey);
  if (found === undefined) throw new Error(`${row} is gone`);
  return found;
};

/** Any move, legal where the row stands or not. */
class Make implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly row: Row,
    readonly move: Move,
  ) {}
  check = (): boolean => true;

  async run(model: Model, { ledger }: Real): Promise<void> {
    const row = model.rows[this.row];
    const move: Move = this.move.move === 'intend' ? { ...this.move, runNo: model.run } : this.move;
    const expected = expect_(model, row, move, this.row);
    const result = await makeMove(ledger, move).catch(() => 'illegal');
    expect(result).toBe(expected);
    if (result === 'done') apply(model, row, move, this.row);
    const found = await rowOf(ledger, this.row);
    expect([found.status, found.needs_person === 1, found.attempts]).toEqual([
      row.status,
      row.needsPerson,
      row.attempts,
    ]);
    const credited = await ledger.read.credited(ORDERS);
    expect(new Set(credited)).toEqual(new Set(model.credits.keys()));
  }

  toString = (): string => JSON.stringify(this.move);
}

function expect_(model: Model, row: ModelRow, move: Move, name: Row): 'done' | 'taken' | 'illegal' {
  if ('order' in move && (model.credits.get(move.order.orderNo) ?? name) !== name) return 'taken';
  if (!(LEGAL_MOVES[move.move].from as readonly RowStatus[]).includes(row.status)) return 'illegal';
  if (move.move === 'intend' && row.needsPerson) return 'illegal';
  if (move.move === 'release' && move.look < row.openUntil + move.settleMs) return 'illegal';
  return 'done';
}

function apply(model: Model, row: ModelRow, move: Move, name: Row): void {
  if (move.move === 'intend') {
    // The promise itself: nothing is sent for a row that may have been placed.
    expect(row.maybePlaced).toBe(false);
    row.attempts++;
  }
  if (move.move === 'withdraw' && !move.counts) row.attempts--;
  if ('openForMs' in move) row.openUntil = move.openForMs ?? row.openUntil;
  if (move.move !== 'lose') row.maybePlaced = move.move === 'intend';
  if ('order' in move) {
    model.credits.set(move.order.orderNo, name);
    row.needsPerson = move.move === 'overturn' || (move.move === 'bury' && move.needsPerson);
  }
  row.status = 'fate' in move ? move.fate : LEGAL_MOVES[move.move].to[0];
}

/** The process dies, whatever was under way, and the same command is run again. */
class Restart implements fc.AsyncCommand<Model, Real> {
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await real.ledger.close();
    real.ledger = await newLedger(folder, real.path);
    const findings: string[] = [];
    model.run = await load(real.ledger, findings);
    const needy = ROWS.filter((row) => model.rows[row].needsPerson);
    expect(findings).toEqual(needy.map(() => 'order_needs_a_person'));
    for (const row of ROWS) expect((await rowOf(real.ledger, row)).status).toBe(model.rows[row].status);
    const waiting = [
      ...(await real.ledger.read.queue({ batch: BATCH, runNo: model.run }, 'new', -1)),
      ...(await real.ledger.read.queue({ batch: BATCH, runNo: model.run }, 'failed-before', -1)),
    ];
    for (const { sn_key } of waiting) {
      const { status, maybePlaced, needsPerson } = model.rows[sn_key as string as Row];
      expect([maybePlaced, needsPerson]).toEqual([false, false]);
      expect(LEGAL_MOVES.intend.from).toContain(status);
    }
  }
  toString = (): string => 'restart';
}

const ORDERS = ['SO1', 'SO2', 'SO3'] as string[] as OrderNo[];
const time = fc.nat(100);
const reason = { code: 'some_code', message: 'something' };

const moveOf = (name: MoveName, row: Row): fc.Arbitrary<Move> => {
  const rowKey = { batch: BATCH, snKey: row as string as SerialKey };
  const order = fc.constantFrom(...ORDERS).map((orderNo) => ({ orderNo, orderStatus: 'succeed' }));
  const fate = fc.constantFrom('succeeded' as const, 'pending' as const);
  switch (name) {
    case 'intend':
      return fc.record({ submittedAt: time, openForMs: time }).map((times) => ({
        ...rowKey,
        move: name,
        runNo: 1,
        reference: `R-${row}` as Reference,
        ...times,
      }));
    case 'place':
    case 'find':
    case 'adopt':
    case 'confirm':
    case 'correct':
      return fc.record({ fate, order, at: time }).map((rest) => ({ ...rowKey, move: name, ...rest }));
    case 'refuse':
      return time.map((at) => ({ ...rowKey, move: name, reason, at }));
    case 'withdraw':
      return fc.boolean().map((counts) => ({ ...rowKey, move: name, reason, counts }));
    case 'lose':
      return fc.option(time, { nil: undefined }).map((openForMs) => ({
        ...rowKey,
        move: name,
        reason,
        ...(openForMs === undefined ? {} : { openForMs }),
      }));
    case 'release':
      return fc
        .record({ look: fc.nat(LATEST_LOOK), settleMs: time })
        .map((rest) => ({ ...rowKey, move: name, ...rest }));
    case 'overturn':
      return fc.record({ order, at: time }).map((rest) => ({ ...rowKey, move: name, reason, ...rest }));
    case 'bury':
      return fc
        .record({ order, at: time, needsPerson: fc.boolean() })
        .map((rest) => ({ ...rowKey, move: name, reason, ...rest }));
  }
};

const row = fc.constantFrom(...ROWS);
const moves = (Object.keys(LEGAL_MOVES) as MoveName[]).map((name) =>
  row.chain((which) => moveOf(name, which).map((move) => new Make(which, move))),
);
/** The ordinary life of a row comes more often, so that most sequences get somewhere. */
const life = (['intend', 'intend', 'lose', 'release'] as const).map((name) =>
  row.chain((which) => moveOf(name, which).map((move) => new Make(which, move))),
);

it('keeps to the model of a row under any sequence of moves, kills and further runs', {
  timeout: 120_000,
}, async () => {
  let ledgers = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.commands([...moves, ...life, fc.constant(new Restart())], { maxCommands: 40 }),
      async (commands) => {
        const path = join(folder, `ledger-${++ledgers}.db`);
        const fresh = (): ModelRow => ({
          status: 'not_sent',
          needsPerson: false,
          maybePlaced: false,
          openUntil: 0,
          attempts: 0,
        });
        const real: Real = { path, ledger: await newLedger(folder, path) };
        await addLooks(
          real.ledger,
          Array.from({ length: LATEST_LOOK + 1 }, (_, time) => time),
        );
        const model: Model = {
          rows: { AAA1: fresh(), BBB2: fresh() },
          credits: new Map(),
          run: await load(real.ledger),
        };
        try {
          await fc.asyncModelRun(() => ({ model, real }), commands);
        } finally {
          await real.ledger.close();
          for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
        }
      },
    ),
    { numRuns: runs(200) },
  );
});
