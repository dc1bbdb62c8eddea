import type { Clock } from '../common/clock.js';
import type { Gate } from './gate.js';

export interface ProberOptions {
  readonly gate: Pick<Gate, 'outage' | 'query' | 'probed'>;
  /** One small request; true if the portal answered it. */
  readonly probe: () => Promise<boolean>;
  /** After so long without an answer, ms, `giveUp` is called once. */
  readonly giveUpAfterMs: number;
  readonly giveUp: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks a portal that does not answer, after growing pauses, whether it does. Ends when the run stops, or it gives up. */
export async function keepProbing(options: ProberOptions): Promise<void> {
  const { gate, clock, signal, giveUpAfterMs } = options;
  for (;;) {
    const outage = await gate.outage();
    if (outage === undefined) return;
    const giveUpAt = outage.since + giveUpAfterMs;
    if (clock.monotonic() >= giveUpAt) return options.giveUp();
    await clock.sleep(Math.min(outage.probeAt, giveUpAt) - clock.monotonic(), signal);
    if (signal.aborted) return;
    // It counts against the portal's limit as all requests do: the order that follows must not come too soon after it.
    const departure = await gate.query();
    if (!departure.leaves()) {
      departure.ended({ kind: 'unsent' });
      continue;
    }
    const answered = await inTime(options, giveUpAt);
    departure.ended({ kind: answered ? 'accepted' : 'unsent' });
    gate.probed(answered);
  }
}

/** A probe that hangs must not put off the end. */
async function inTime({ probe, clock }: ProberOptions, giveUpAt: number): Promise<boolean> {
  const answered = new AbortController();
  const tooLate = clock.sleep(giveUpAt - clock.monotonic(), answered.signal).then(() => false);
  try {
    return await Promise.race([probe(), tooLate]);
  } finally {
    answered.abort();
  }
}
