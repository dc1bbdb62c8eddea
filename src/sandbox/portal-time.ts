import type { PortalShape } from './portal-shape.js';

/** The portal's own clock, epoch milliseconds. */
export interface PortalTime {
  /** Of `createTime`. */
  readonly now: () => number;
  /** Of the `Date` header. */
  readonly date: () => number;
  /** Sets it forward, or back if below 0. */
  readonly step: (ms: number) => void;
}

type Clocks = Pick<PortalShape, 'clockOffsetMs' | 'dateOffsetMs' | 'clockDrift' | 'clockSteps'>;

/** @param now the true time, epoch milliseconds */
export function createPortalTime(shape: Clocks, now: () => number): PortalTime {
  const startedAt = now();
  let stepped = 0;
  const portalNow = (): number => {
    const since = now() - startedAt;
    const steps = shape.clockSteps.reduce((sum, { afterMs, ms }) => sum + (since >= afterMs ? ms : 0), 0);
    return Math.round(startedAt + since * (1 + shape.clockDrift) + shape.clockOffsetMs + steps + stepped);
  };
  return {
    now: portalNow,
    date: () => portalNow() + shape.dateOffsetMs,
    step: (ms) => {
      stepped += ms;
    },
  };
}
