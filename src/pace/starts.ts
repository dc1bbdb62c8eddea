/** A request that has left, or is about to. */
export interface Start {
  /** When it left, monotonic ms. */
  at: number;
  /** The portal turned it away: most limits do not count it. */
  refused: boolean;
}

export interface Starts {
  readonly add: (at: number) => Start;
  /** It did not leave after all, or does not count against the portal's limit. */
  readonly remove: (start: Start) => void;
  /** The last one that counts: -Infinity if there was none lately. */
  readonly lastAt: () => number;
  /** How many have left since then, whatever came of them. */
  readonly countSince: (time: number) => number;
  /** How many that count left in the second before it. */
  readonly countBefore: (start: Start) => number;
  /** How many that count left in the second up to the last one. */
  readonly countLast: () => number;
  /** When fewer than so many will have left in the time before it, if none leaves until then. */
  readonly roomAt: (count: number, withinMs: number) => number;
}

const SECOND_MS = 1_000;
/** A refusal that takes longer to arrive says nothing that is still true. */
export const KEPT_MS = 3_000;

/** What has left lately, those without an answer too: they are under way, and most are taken. */
export function createStarts(): Starts {
  let list: Start[] = [];
  let first = 0;

  const forget = (now: number): void => {
    while (first < list.length && (list[first]?.at ?? 0) < now - KEPT_MS) first++;
    // Cut rarely: an array that is shifted for each request costs more than the request.
    if (first > 1_024 && first * 2 > list.length) {
      list = list.slice(first);
      first = 0;
    }
  };

  /** Those that count, the newest first. */
  function* counted(): Generator<Start> {
    for (let i = list.length - 1; i >= first; i--) {
      const start = list[i];
      if (start !== undefined && !start.refused) yield start;
    }
  }

  const before = function* ({ at }: Start): Generator<Start> {
    for (const other of counted()) {
      if (other.at < at - SECOND_MS) return;
      if (other.at < at) yield other;
    }
  };

  return {
    add: (at) => {
      forget(at);
      const start = { at, refused: false };
      list.push(start);
      return start;
    },
    remove: (start) => {
      start.refused = true;
    },
    lastAt: () => {
      const last = counted().next();
      return last.done === true ? Number.NEGATIVE_INFINITY : last.value.at;
    },
    countSince: (time) => {
      let count = 0;
      for (let i = list.length - 1; i >= first && (list[i]?.at ?? 0) > time; i--) count++;
      return count;
    },
    countBefore: (start) => [...before(start)].length,
    countLast: () => {
      const last = list.at(-1);
      return last === undefined ? 0 : [...before(last)].length + (last.refused ? 0 : 1);
    },
    roomAt: (count, withinMs) => {
      let seen = 0;
      for (const start of counted()) if (++seen === count) return start.at + withinMs;
      return Number.NEGATIVE_INFINITY;
    },
  };
}
