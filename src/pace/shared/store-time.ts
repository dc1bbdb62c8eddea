/** The store's clock as this process knows it. Times are ms. */
export interface StoreTime {
  /** False until an answer came, and while it is in doubt. */
  readonly isKnown: () => boolean;
  /** The store's time at this moment of ours (monotonic); NaN before the first answer. */
  readonly at: (local: number) => number;
  /** By how much that may be wrong, in either direction. */
  readonly errorAt: (local: number) => number;
  readonly toLocal: (storeTime: number) => number;
  /**
   * An answer with the store's time.
   * @returns false if it contradicts what was known: the store's clock was set, or this machine slept
   */
  readonly answered: (sentAt: number, receivedAt: number, storeNow: number) => boolean;
  /** What was known may be wrong by any time: the next answer tells. */
  readonly doubt: () => void;
}

/** Two clocks part by no more than this share, also while they are being corrected. */
const DRIFT = 0.001;
const ROUNDING_MS = 0.01;

/**
 * The store answered at some moment between question and answer, so each answer gives two bounds of the offset. What
 * all answers allow is kept, and widens with time; its middle is the estimate, and half its width the greatest error:
 * at most half the fastest round trip, and one ms for each second since.
 */
export function createStoreTime(): StoreTime {
  let known: { readonly least: number; readonly most: number; readonly at: number } | undefined;

  let isInDoubt = false;

  const boundsAt = (local: number) => {
    if (known === undefined || isInDoubt)
      return { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
    const drift = Math.max(0, local - known.at) * DRIFT;
    return { least: known.least - drift, most: known.most + drift };
  };
  const offset = (): number => (known === undefined ? Number.NaN : (known.least + known.most) / 2);

  return {
    isKnown: () => known !== undefined && !isInDoubt,
    at: (local) => local + offset(),
    errorAt: (local) => {
      const { least, most } = boundsAt(local);
      return (most - least) / 2;
    },
    toLocal: (storeTime) => storeTime - offset(),
    answered: (sentAt, receivedAt, storeNow) => {
      const before = boundsAt(receivedAt);
      const looseMs = (receivedAt - sentAt) * DRIFT + ROUNDING_MS;
      const [least, most] = [storeNow - receivedAt - looseMs, storeNow - sentAt + looseMs];
      const agrees = !isInDoubt && least <= before.most && most >= before.least;
      known = agrees
        ? { least: Math.max(before.least, least), most: Math.min(before.most, most), at: receivedAt }
        : { least, most, at: receivedAt };
      isInDoubt = false;
      return agrees;
    },
    doubt: () => {
      isInDoubt = true;
    },
  };
}
