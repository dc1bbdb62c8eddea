import type { PublicStatus } from '../output/public-status.js';
import { quantile, type Send } from './facts.js';

/** A stretch of time, with what was sent in it. */
export interface Bucket {
  readonly from: number;
  readonly counts: Readonly<Partial<Record<PublicStatus, number>>>;
  readonly medianMs: number | undefined;
  /** 95 of 100 rows were as fast or faster. */
  readonly slowMs: number | undefined;
  /** Sends of these rows before their last one. */
  readonly again: number;
  /** Before this stretch nothing was sent for so long, and the time axis leaves that out; else 0. */
  readonly pauseMs: number;
}

export interface Timeline {
  readonly buckets: readonly Bucket[];
  readonly bucketMs: number;
  /** Time in which orders were sent, without the pauses. */
  readonly activeMs: number;
}

const WANTED_BUCKETS = 60;
/** A batch may be sent on several days: hours in which nothing was sent would leave no room for the rest. */
const PAUSE_MS = 10 * 60_000;
const SECOND = 1000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];

/** The sends in stretches of equal length, as many as a chart can show. Pure. */
export function timelineOf(sends: readonly Send[]): Timeline {
  const parts = withoutPauses(sends);
  const activeMs = parts.reduce((sum, part) => sum + lengthOf(part), 0);
  const ideal = activeMs / WANTED_BUCKETS / SECOND;
  const step = STEPS.find((seconds) => seconds >= ideal) ?? Math.ceil(ideal / 86_400) * 86_400;
  const bucketMs = step * SECOND;
  const buckets: Bucket[] = [];
  let endOfLast: number | undefined;
  for (const part of parts) {
    const start = part[0]?.at ?? 0;
    const first = Math.floor(start / bucketMs);
    const grouped = new Map<number, Send[]>();
    for (const send of part) {
      const place = Math.floor(send.at / bucketMs);
      const group = grouped.get(place);
      if (group === undefined) grouped.set(place, [send]);
      else group.push(send);
    }
    const last = Math.floor((part.at(-1)?.at ?? 0) / bucketMs);
    for (let place = first; place <= last; place++) {
      const pauseMs = place === first && endOfLast !== undefined ? start - endOfLast : 0;
      buckets.push(bucketOf(place * bucketMs, grouped.get(place) ?? [], pauseMs));
    }
    endOfLast = part.at(-1)?.at;
  }
  return { buckets, bucketMs, activeMs };
}

const lengthOf = (part: readonly Send[]): number => {
  const last = part.at(-1);
  return (last?.at ?? 0) + (last?.tookMs ?? 0) - (part[0]?.at ?? 0);
};

function withoutPauses(sends: readonly Send[]): Send[][] {
  const parts: Send[][] = [];
  let before: number | undefined;
  for (const send of sends) {
    if (before === undefined || send.at - before > PAUSE_MS) parts.push([send]);
    else parts.at(-1)?.push(send);
    before = send.at;
  }
  return parts;
}

function bucketOf(from: number, sends: readonly Send[], pauseMs: number): Bucket {
  const counts: Partial<Record<PublicStatus, number>> = {};
  for (const { status } of sends) counts[status] = (counts[status] ?? 0) + 1;
  const took = sends.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs])).sort((a, b) => a - b);
  return {
    from,
    counts,
    medianMs: quantile(took, 0.5),
    slowMs: quantile(took, 0.95),
    again: sends.reduce((sum, { again }) => sum + again, 0),
    pauseMs,
  };
}
