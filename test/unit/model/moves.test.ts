import { expect, it } from 'vitest';
import { LEGAL_MOVES, type MoveName } from '../../../src/ledger/moves.js';
import { ROW_STATUSES, type RowStatus } from '../../../src/ledger/schema.js';

/** Whether an order that nobody has credited may stand at the portal for the row. */
interface Stand {
  readonly status: RowStatus;
  readonly maybePlaced: boolean;
}

/**
 * What each move proves about a send: `nothing` that it was not placed or that its order is credited, `sent`
 * that one may be placed from now on, `no news` that all is as before.
 */
const PROVES: Readonly<Record<MoveName, 'settled' | 'sent' | 'no news'>> = {
  intend: 'sent',
  lose: 'no news',
  // The answer proves that nothing was placed.
  refuse: 'settled',
  withdraw: 'settled',
  // The portal was looked at, late enough: the guard is tested with a real ledger.
  release: 'settled',
  // The order itself was seen and is credited to the row.
  place: 'settled',
  find: 'settled',
  adopt: 'settled',
  confirm: 'settled',
  bury: 'settled',
  correct: 'settled',
  overturn: 'settled',
};

const MOVES = Object.entries(LEGAL_MOVES) as [
  MoveName,
  { readonly from: readonly RowStatus[]; readonly to: readonly RowStatus[] },
][];

const key = ({ status, maybePlaced }: Stand): string => `${status} ${maybePlaced}`;

/** Every stand that any sequence of legal moves can lead to, with the way to it. */
function walk(): Map<string, { stand: Stand; way: readonly MoveName[] }> {
  const start: Stand = { status: 'not_sent', maybePlaced: false };
  const seen = new Map([[key(start), { stand: start, way: [] as readonly MoveName[] }]]);
  for (const { stand, way } of seen.values()) {
    for (const [name, { from, to }] of MOVES) {
      if (!from.includes(stand.status)) continue;
      for (const status of to) {
        const proof = PROVES[name];
        const maybePlaced = proof === 'sent' || (proof === 'no news' && stand.maybePlaced);
        const next = { status, maybePlaced };
        if (!seen.has(key(next))) seen.set(key(next), { stand: next, way: [...way, name] });
      }
    }
  }
  return seen;
}

it('lets no path lead from "maybe placed" to a send', () => {
  const sendable = LEGAL_MOVES.intend.from as readonly RowStatus[];
  const wrong = [...walk().values()].filter(
    ({ stand }) => stand.maybePlaced && sendable.includes(stand.status),
  );
  expect(wrong.map(({ way }) => way.join(' '))).toEqual([]);
});

it('keeps "maybe placed" in the two statuses that say so', () => {
  const open = [...walk().values()].filter(({ stand }) => stand.maybePlaced);
  expect(new Set(open.map(({ stand }) => stand.status))).toEqual(new Set(['sending', 'in_doubt']));
});

it('leads out of "sending" and "in_doubt" to a send only by a proof or a look', () => {
  const sendable: readonly RowStatus[] = LEGAL_MOVES.intend.from;
  const ways = MOVES.filter(
    ([, { from, to }]) =>
      from.some((status) => status === 'sending' || status === 'in_doubt') &&
      to.some((status) => sendable.includes(status)),
  ).map(([name, { from }]) => `${name} from ${from.filter((status) => !sendable.includes(status))}`);
  expect(ways.sort()).toEqual([
    'bury from sending,in_doubt,pending',
    'refuse from sending',
    'release from in_doubt',
    'withdraw from sending',
  ]);
});

it('reaches every status, and leaves each: an order that has succeeded can still be cancelled', () => {
  expect(new Set([...walk().values()].map(({ stand }) => stand.status))).toEqual(new Set(ROW_STATUSES));
  const left = new Set(MOVES.flatMap(([, { from }]) => [...from]));
  expect(ROW_STATUSES.filter((status) => !left.has(status))).toEqual([]);
});
