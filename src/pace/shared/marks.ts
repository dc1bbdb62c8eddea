import { KEPT_MS } from '../starts.js';

/** What leaves at one moment of the store's time: how many that count, and how many were refused. Survives JSON. */
export type Mark = readonly [at: number, counted: number, refused: number];

const SECOND_MS = 1_000;
/** Starts that are reported afterwards need no finer time, ms. */
const REPORT_MS = 10;

export const reportTime = (at: number): number => Math.floor(at / REPORT_MS) * REPORT_MS;

/** With more that leave at these moments. Pure; the oldest first. */
export function marked(marks: readonly Mark[], moments: readonly number[]): readonly Mark[] {
  const byTime = new Map(marks.map((mark) => [mark[0], mark]));
  for (const at of moments) {
    const [, counted, refused] = byTime.get(at) ?? [at, 0, 0];
    byTime.set(at, [at, counted + 1, refused]);
  }
  return [...byTime.values()].sort(([one], [other]) => one - other);
}

/** One of that moment does not count. Pure. */
export const unmarked = (marks: readonly Mark[], moment: number): readonly Mark[] =>
  marks.map((mark) => {
    const [at, counted, refused] = mark;
    return at === moment && counted > 0 ? [at, counted - 1, refused + 1] : mark;
  });

/** Without those that are too old to say anything. Pure. */
export const keptMarks = (marks: readonly Mark[], now: number): readonly Mark[] =>
  marks.filter(([at]) => at >= now - KEPT_MS);

/** The last one that counts: -Infinity if there was none lately. Pure. */
export const lastAt = (marks: readonly Mark[]): number =>
  marks.findLast(([, counted]) => counted > 0)?.[0] ?? Number.NEGATIVE_INFINITY;

/** How many that count left in the second before. Pure. */
export const countBefore = (marks: readonly Mark[], moment: number): number =>
  marks.reduce((sum, [at, counted]) => (at < moment && at >= moment - SECOND_MS ? sum + counted : sum), 0);

/** When fewer than so many will have left in the time before it, if none leaves until then. Pure. */
export function roomAt(marks: readonly Mark[], count: number, withinMs: number): number {
  let seen = 0;
  for (const [at, counted] of [...marks].reverse()) {
    seen += counted;
    if (count > 0 && seen >= count) return at + withinMs;
  }
  return Number.NEGATIVE_INFINITY;
}

/** What a pace needs to know of them. */
export const recentOf = (marks: readonly Mark[]) => ({
  /** How many have left since then, whatever came of them. */
  countSince: (time: number): number =>
    marks.reduce((sum, [at, counted, refused]) => (at > time ? sum + counted + refused : sum), 0),
  /** How many that count left in the second up to the last one. */
  countLast: (): number => {
    const last = marks.at(-1);
    return last === undefined ? 0 : countBefore(marks, last[0]) + last[1];
  },
});
