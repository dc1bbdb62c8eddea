import type { Clock } from '../../src/common/clock.js';
import type { Gate } from '../../src/pace/gate.js';
import { keepProbing } from '../../src/pace/prober.js';

/** How a portal says "slower": with 429, which a sender tries again after a while of its own, or with 503. */
export interface Refusal {
  readonly status?: 429 | 503;
  readonly retryAfterMs?: number;
}

export interface Senders {
  readonly gate: Gate;
  readonly count: number;
  readonly refusal: Refusal;
  /** @returns whether it passed, once it is answered */
  readonly request: () => Promise<boolean>;
  /** How long a request waits for its connection before it leaves, ms. */
  readonly connectMs?: (() => number) | undefined;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly signal: AbortSignal;
}

/** Senders in a loop through a gate, and what asks a portal that does not answer. */
export function startSenders(senders: Senders): void {
  for (let i = 0; i < senders.count; i++) void sendOn(senders);
  void keepProbing({
    gate: senders.gate,
    probe: senders.request,
    giveUpAfterMs: Number.POSITIVE_INFINITY,
    giveUp: () => undefined,
    clock: senders.clock,
    signal: senders.signal,
  });
}

async function sendOn({ gate, refusal, request, connectMs, clock, chance, signal }: Senders): Promise<void> {
  const { status = 429, retryAfterMs } = refusal;
  for (let attempt = 1; ; ) {
    const turn = await gate.order(async () => undefined);
    if (turn.kind === 'stopped') return;
    if (turn.kind === 'withdrawn') continue;
    if (connectMs !== undefined) await clock.sleep(connectMs());
    if (!turn.departure.leaves()) {
      turn.departure.ended({ kind: 'unsent' });
      continue;
    }
    if (await request()) {
      turn.departure.ended({ kind: 'accepted' });
      attempt = 1;
      continue;
    }
    const kind = status === 429 ? 'slower' : 'overloaded';
    turn.departure.ended({ kind, retryAfterMs, why: `HTTP ${status}` });
    if (status === 429 && retryAfterMs === undefined)
      await clock.sleep(chance() * 500 * 2 ** (attempt++ - 1), signal);
  }
}
