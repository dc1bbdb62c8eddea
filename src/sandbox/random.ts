/** Numbers from 0 up to 1 that a seed repeats (mulberry32): a run that failed can be had again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from 0 up to 1 that belongs to a seed and an index: asked for at any time, it is the same. */
export const hashOf = (seed: number, index: number): number =>
  seededRandom(Math.imul(seed ^ 0x5eed03, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))();
