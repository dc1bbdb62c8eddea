/** Wakes whoever waits for the next change. */
export interface Bell {
  /** Resolves at the next ring. */
  readonly next: () => Promise<void>;
  readonly ring: () => void;
}

export function createBell(): Bell {
  let ring: () => void = () => undefined;
  let waiting = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return {
    next: () => waiting,
    ring: () => {
      const wake = ring;
      waiting = new Promise<void>((resolve) => {
        ring = resolve;
      });
      wake();
    },
  };
}
