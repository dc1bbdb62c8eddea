import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import switchPlan from '../../jobs/switch-plan.js';
import type { BillingCycle } from '../../src/common/billing-cycle.js';
import type { Clock } from '../../src/common/clock.js';
import type { Finding } from '../../src/common/finding.js';
import {
  type BatchId,
  type BillingContactId,
  type OrderNo,
  type PlanId,
  type Reference,
  type SerialNumber,
  serialKey,
} from '../../src/common/ids.js';
import type { CheckedLine } from '../../src/ledger/checked-line.js';

import type { JobOfBatch, Ledger } from '../../src/ledger/ledger.js';
import type { Move, MoveName, MoveResult } from '../../src/ledger/moves.js';
import type { RowStatus } from '../../src/ledger/schema.js';

import { openSqlite } from '../../src/ledger/sqlite/open.js';
import { ledgerOnPostgres, postgresUrl, runOnPostgres, schemaOf } from './postgres.js';
import { virtualClock } from './virtual-clock.js';

export const JUNE = 'june' as BatchId;
export const SETTLE_MS = 30_000;
/** By when the sends of `move` have ended: the time of these ledgers stands still at 0. */
export const OPEN_UNTIL = 100_000;

let ledgers = 0;

/** So many runs of a property: a ledger on PostgreSQL takes longer to make than a file. */
export const runs = (inFiles: number): number =>
  process.env['TEST_LEDGER'] === 'postgres' ? Math.ceil(inFiles / 8) : inFiles;

/** A ledger of its own: in a file, or on PostgreSQL if this run tries that. */
export function newLedger(
  folder: string,
  path = join(folder, `ledger-${++ledgers}.db`),
  clock: Clock = virtualClock(),
): Promise<Ledger> {
  return process.env['TEST_LEDGER'] === 'postgres'
    ? ledgerOnPostgres(path, clock)
    : openSqlite(path, 'portal', clock);
}

/** Whole looks that began at these times of the ledger's; the number of each is its time. */
export async function addLooks(ledger: Ledger, times: readonly number[], whole = true): Promise<void> {
  const insert = (time: number): string =>
    `INSERT INTO look (no, began_at, whole) VALUES (${time}, ${time}, ${whole ? 1 : 0})`;
  if (process.env['TEST_LEDGER'] === 'postgres') {
    await runOnPostgres(postgresUrl(), schemaOf(ledger.name), times.map(insert));
    return;
  }
  const db = new Sqlite(ledger.name);
  db.exec(['BEGIN', ...times.map(insert), 'COMMIT'].join(';'));
  db.close();
}

/** A line of a file: its serial number and plan, without findings unless they are given. */
export function line(position: number, sn: string, more: Partial<LineTerms> = {}): CheckedLine {
  const findings = (more.findings ?? []).map(
    (message): Finding => ({
      line: position + 2,
      code: 'unknown_plan',
      message,
    }),
  );
  return {
    position,
    line: position + 2,
    cells: JSON.stringify([sn, more.plan ?? '1', `cell ${position}`]),
    snKey: sn === '' ? undefined : serialKey(sn),
    order:
      findings.length > 0 || sn === ''
        ? undefined
        : {
            serialNumber: sn as SerialNumber,
            planId: (more.plan ?? '1') as PlanId,
            billingContactId: (more.contact ?? '7') as BillingContactId,
            billingCycle: more.billingCycle ?? 'annually',
            multiCycle: more.multiCycle ?? 1,
            ownPoNumber: more.ownPoNumber,
          },
    findings,
  };
}

interface LineTerms {
  plan: string;
  contact: string;
  billingCycle: BillingCycle;
  multiCycle: number;
  ownPoNumber: string;
  findings: readonly string[];
}

export interface Loaded {
  readonly runNo: number;
  readonly findings: readonly Finding[];
}

/** Loads a file of these chunks as the batch's next run. */
export async function load(
  ledger: Ledger,
  chunks: readonly (readonly CheckedLine[])[],
  options: { batch?: BatchId; allowRepeat?: boolean; job?: JobOfBatch } = {},
): Promise<Loaded> {
  const findings: Finding[] = [];
  const runNo = await ledger.load({
    batch: options.batch ?? JUNE,
    job: options.job ?? switchPlan,
    file: '/data/june.csv',
    dialect: JSON.stringify({ delimiter: ',', bom: false, newline: '\n' }),
    columns: ['sn', 'plan', 'note'],
    allowRepeat: options.allowRepeat ?? false,
    onFinding: (finding) => findings.push(finding),
    lines: each(chunks),
  });
  return { runNo, findings };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Every move there is, with the fate or the order's end that it can bring. */
export const EVERY_MOVE = [
  ['intend', undefined],
  ['place', 'succeeded'],
  ['place', 'pending'],
  ['refuse', undefined],
  ['withdraw', undefined],
  ['lose', undefined],
  ['find', 'succeeded'],
  ['find', 'pending'],
  ['release', undefined],
  ['adopt', 'succeeded'],
  ['adopt', 'pending'],
  ['confirm', 'succeeded'],
  ['confirm', 'pending'],
  ['bury', undefined],
  ['correct', 'succeeded'],
  ['correct', 'pending'],
  ['overturn', undefined],
] as const satisfies readonly (readonly [MoveName, 'succeeded' | 'pending' | undefined])[];

export interface MoveTerms {
  batch?: BatchId;
  fate?: 'succeeded' | 'pending' | undefined;
  orderNo?: string;
  openForMs?: number;
  /** With `release`: the look that `addLooks` made for this time. */
  lookedAt?: number;
  needsPerson?: boolean;
  counts?: boolean;
  runNo?: number;
  submittedAt?: number;
  claimNo?: number;
}

/** A move with everything that it needs filled in. */
export function move(name: MoveName, sn: string, terms: MoveTerms = {}): Move {
  const key = { batch: terms.batch ?? JUNE, snKey: serialKey(sn) };
  const order = {
    orderNo: (terms.orderNo ?? `order of ${sn}`) as OrderNo,
    orderStatus: 'succeed',
    transactionNo: 'T-1',
    instanceId: 'I-1',
    requestId: 'req-1',
  };
  const reason = { code: 'why', message: 'because', requestId: 'req-2' };
  const openForMs = terms.openForMs ?? OPEN_UNTIL;
  const send = { ...key, ...(terms.claimNo === undefined ? {} : { claimNo: terms.claimNo }) };
  switch (name) {
    case 'intend':
      return {
        move: name,
        ...key,
        runNo: terms.runNo ?? 1,
        reference: `REF-${sn}` as Reference,
        submittedAt: terms.submittedAt ?? 70_000,
        openForMs,
        mayRepeat: true,
      };
    case 'place':
    case 'find':
    case 'adopt':
    case 'confirm':
    case 'correct':
      return { move: name, ...key, fate: terms.fate ?? 'succeeded', order, at: 80_000 };
    case 'refuse':
      return { move: name, ...send, reason, at: 80_000 };
    case 'withdraw':
      return { move: name, ...send, reason, counts: terms.counts ?? true };
    case 'lose':
      return { move: name, ...send, reason, openForMs };
    case 'release':
      return { move: name, ...send, look: terms.lookedAt ?? OPEN_UNTIL + SETTLE_MS, settleMs: SETTLE_MS };
    case 'overturn':
      return { move: name, ...key, order, reason, at: 80_000 };
    case 'bury':
      return { move: name, ...key, order, reason, at: 80_000, needsPerson: terms.needsPerson ?? false };
  }
}

/** Makes any move. */
export async function makeMove(ledger: Pick<Ledger, 'intend' | 'record'>, move: Move): Promise<MoveResult> {
  if (move.move !== 'intend') return await ledger.record(move);
  const { kind } = await ledger.intend(move);
  if (kind !== 'intended') throw new Error(`the intent was refused: ${kind}`);
  return 'done';
}

/** The shortest way of a new row to each status. */
const WAYS: Record<RowStatus, readonly (readonly [MoveName, 'succeeded' | 'pending' | undefined])[]> = {
  not_sent: [],
  sending: [['intend', undefined]],
  succeeded: [
    ['intend', undefined],
    ['place', 'succeeded'],
  ],
  pending: [
    ['intend', undefined],
    ['place', 'pending'],
  ],
  failed: [
    ['intend', undefined],
    ['refuse', undefined],
  ],
  in_doubt: [
    ['intend', undefined],
    ['lose', undefined],
  ],
};

/** Brings a new row to a status by legal moves. */
export async function bring(
  ledger: Ledger,
  sn: string,
  status: RowStatus,
  terms: MoveTerms = {},
): Promise<void> {
  for (const [name, fate] of WAYS[status]) await makeMove(ledger, move(name, sn, { ...terms, fate }));
}
