import type { RunContext } from './context.js';

/** Tells the circuit breaker that the portal is silent, and waits until it answers again or the run is stopped. */
export const untilPortalAnswers =
  ({ breaker, stop }: Pick<RunContext, 'breaker' | 'stop'>) =>
  async (why: string): Promise<void> => {
    breaker.failed(true, why);
    while (breaker.state() === 'open' && !stop.signal.aborted) await breaker.changed(stop.signal);
  };
