import { seededRandom } from '../../src/sandbox/random.js';

/** Draws from one seed, in the order in which they are asked for. */
export interface Chance {
  /** True so often (0 to 1). */
  readonly often: (share: number) => boolean;
  readonly between: (least: number, most: number) => number;
  readonly whole: (least: number, most: number) => number;
  readonly one: <T>(of: readonly T[]) => T;
  /** So many different ones, in any order. */
  readonly some: <T>(of: readonly T[], count: number) => T[];
}

export function chanceFrom(seed: number): Chance {
  const random = seededRandom(seed);
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const some = <T>(of: readonly T[], count: number): T[] => {
    const left = [...of];
    return Array.from({ length: Math.min(count, of.length) }, () =>
      left.splice(whole(0, left.length - 1), 1),
    ).flat();
  };
  return {
    often: (share) => random() < share,
    between: (least, most) => least + random() * (most - least),
    whole,
    one: (of) => of[whole(0, of.length - 1)] as (typeof of)[number],
    some,
  };
}
