/** A moment by both clocks of this machine, ms. */
export interface Instant {
  /** Stands still while the machine is suspended. */
  readonly monotonic: number;
  /** Goes on then, and may be set. */
  readonly wall: number;
}

/**
 * How much time has passed, ms: what the clock says that says more. A machine that was suspended shows it by its wall
 * clock alone; a wall clock that was set back takes nothing away, and one that was set forward only makes an intent stale,
 * which is then written again. Pure.
 */
export const timeSince = (from: Instant, now: Instant): number =>
  Math.max(now.monotonic - from.monotonic, now.wall - from.wall);
