import type { Clock } from '../common/clock.js';
import {
  admit,
  type Breaker,
  type BreakerState,
  closed,
  onAnswered,
  onLost,
  onProbe,
  onUnsent,
} from './breaker.js';
import { createPacer, type Pacer, type PacerHooks, type Started } from './pacer.js';
import type { Departure, Sign } from './sign.js';
import { createThroughput } from './throughput.js';

/** One gate for every request: whether the portal answers, how fast it takes requests, and the user's --rate. */
export interface Gate {
  /**
   * Waits for an order's turn. If that takes a while, `prepare` runs meanwhile, so that the order leaves at its moment
   * and not a write to the disk later.
   */
  readonly order: (prepare: () => Promise<void>) => Promise<Turn>;
  /**
   * How many orders may have their intents written before a slot is free for them: as many as leave in the time that a
   * commit takes. 0 while anything holds orders back.
   */
  readonly ahead: () => number;
  /** Lets an order leave that cannot wait for its turn; undefined: something holds orders back. */
  readonly orderNow: () => Departure | undefined;
  /** Waits until any other request may leave. */
  readonly query: () => Promise<Departure>;
  /** False while something holds all orders: checked once more just before a send. */
  readonly isOpen: () => boolean;
  /** A question could not reach the portal. Resolves when it answers again, or the run stops. */
  readonly unreachable: (why: string) => Promise<void>;
  /** What holds the orders, for a person. */
  readonly view: () => GateView;
  /** Resolves when the portal has to be asked whether it answers; undefined if the run stops. Times are monotonic ms. */
  readonly outage: () => Promise<{ readonly since: number; readonly probeAt: number } | undefined>;
  /** Such a question is back. */
  readonly probed: (answered: boolean) => void;
  /**
   * The same gate for a part of the program that may leave before it stops: once the signal is aborted, none of its
   * orders waits here any more, and none may leave.
   */
  readonly until: (left: AbortSignal) => Gate;
}

/**
 * `go`: it may leave now; `withdrawn`: it was prepared, but has to wait for longer after all; `stopped`: the run is
 * stopping, and nothing was prepared.
 */
export type Turn =
  | { readonly kind: 'go'; readonly prepared: boolean; readonly departure: Departure }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'stopped' };

export interface GateView {
  readonly portal: BreakerState;
  /** When the portal is asked again whether it answers, monotonic ms. */
  readonly nextProbeAt: number | undefined;
  /** Requests a second; undefined while no limit was met. */
  readonly limitedTo: number | undefined;
  /** For how long all are paused, ms. */
  readonly pausedMs: number;
}

export interface GateOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Requests started in any one second, at most: the user's --rate. */
  readonly cap: number | undefined;
  readonly onPause: () => void;
  readonly onPortal: (state: BreakerState, why: string) => void;
  /** A pace that is shared with other workers, in place of one of this process alone; `cap` is then its own matter. */
  readonly pacerOf?: ((hooks: PacerHooks) => Pacer) | undefined;
}

/** A turn that comes sooner is as soon there as a write to the disk; what is prepared for longer is stale. */
const SHORTEST_PREPARED_MS = 10;
const LONGEST_PREPARED_MS = 500;

/** A commit and its turn in the event loop take some milliseconds; intents are ready for so many. */
const AHEAD_MS = 20;

/** Whose request it is: an order's, the one order's that tries a portal which was out of order, or a question's. */
type Whose = 'order' | 'trial' | 'query';

/** Whether those who wait are to wait no longer, because they leave or all stop. */
type IsOver = () => boolean;

export function createGate({ clock, signal, cap, onPause, onPortal, pacerOf }: GateOptions): Gate {
  let breaker: Breaker = closed;
  let why = '';
  let overloadedAt = Number.NEGATIVE_INFINITY;
  /** Until an order was taken none is used to search for the limit: the first is the canary, and others wait for it. */
  let orderTaken = false;
  const throughput = createThroughput();
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  /** Aborted when what was waited for may have changed. */
  let changes = new AbortController();

  const changed = (): void => {
    const before = changes;
    changes = new AbortController();
    before.abort();
  };
  signal.addEventListener('abort', changed, { once: true });
  const hooks: PacerHooks = { onChange: changed, onPause };
  const pacer: Pacer = pacerOf?.(hooks) ?? createPacer({ ...hooks, clock, cap });

  const untilChanged = (isOver: IsOver): Promise<void> =>
    new Promise((resolve) => {
      if (isOver()) return resolve();
      changes.signal.addEventListener('abort', () => resolve(), { once: true });
    });

  const setBreaker = (next: Breaker): void => {
    const before = breaker.state;
    breaker = next;
    if (before === next.state) return;
    onPortal(next.state, why);
    changed();
  };

  const lost = (whose: Whose, certain: boolean, said: string): void => {
    // An order that was under way when the outage began does not tell whether it is over: the trial does.
    if (whose === 'query' || (breaker.state === 'half-open' && whose !== 'trial')) return;
    why = said;
    setBreaker(onLost(breaker, certain, clock.monotonic(), clock.random()));
  };

  const giveBack = (): void => {
    setBreaker(onUnsent(breaker));
    changed();
  };

  const ended = (started: Started, whose: Whose, sign: Sign): void => {
    const now = clock.monotonic();
    started.ended();
    switch (sign.kind) {
      case 'accepted':
        started.accepted(now);
        if (whose === 'query') return;
        throughput.taken(now);
        if (!orderTaken) changed();
        orderTaken = true;
        setBreaker(onAnswered(breaker));
        return;
      case 'slower':
        started.pushedBack(now, sign.retryAfterMs);
        if (whose !== 'query') setBreaker(onAnswered(breaker));
        return;
      case 'overloaded': {
        // What was under way together is refused together: that is once.
        const isNews = started.at() > overloadedAt;
        if (isNews) overloadedAt = now;
        started.pushedBack(now, sign.retryAfterMs);
        if (isNews) lost(whose, false, sign.why);
        return;
      }
      case 'lost':
        if (sign.retryAfterMs !== undefined) pacer.pauseUntil(now + sign.retryAfterMs);
        lost(whose, false, sign.why);
        return;
      case 'unreachable':
        started.uncounted();
        lost(whose, true, sign.why);
        return;
      case 'unsent':
        started.uncounted();
        if (whose === 'trial') giveBack();
    }
  };

  const depart = (whose: Whose): Departure => {
    const started = pacer.depart(clock.monotonic());
    return {
      leaves: () => started.leaves(clock.monotonic()),
      ended: (sign) => ended(started, whose, sign),
    };
  };

  /** One at a time waits in front; those behind it come with the pace of their own moment. */
  const inLine = <Came>(wait: () => Promise<Came>): Promise<Came> => {
    waiting++;
    const came = line.then(wait).finally(() => waiting--);
    line = came.catch(() => undefined);
    return came;
  };

  /** @returns undefined if orders are held, and nothing was prepared */
  const waitWithOrder = async (
    whose: Whose,
    isOver: IsOver,
    prepare: () => Promise<void>,
  ): Promise<Turn | undefined> => {
    let preparedAt: number | undefined;
    for (;;) {
      const prepared = preparedAt !== undefined;
      if (isOver()) return prepared ? { kind: 'withdrawn' } : { kind: 'stopped' };
      if (breaker.state === 'open') return prepared ? { kind: 'withdrawn' } : undefined;
      const now = clock.monotonic();
      const at = pacer.nextStartAt(now, waiting, !orderTaken);
      if (at <= now) return { kind: 'go', prepared, departure: depart(whose) };
      if (at - (preparedAt ?? at) > LONGEST_PREPARED_MS) return { kind: 'withdrawn' };
      const sleeping = clock.sleep(at - now, changes.signal);
      if (prepared || at - now < SHORTEST_PREPARED_MS || at - now > LONGEST_PREPARED_MS) await sleeping;
      else {
        preparedAt = now;
        await Promise.all([sleeping, prepare()]);
      }
    }
  };

  const isFree = (now: number, isOver: IsOver): boolean =>
    !isOver() && breaker.state === 'closed' && orderTaken && pacer.isFree(now);

  /** What orders, and those who settle them, have of the gate; `isOver`: whose they are has left. */
  const forOrders = (isOver: IsOver): Pick<Gate, 'ahead' | 'orderNow' | 'order' | 'unreachable'> => ({
    ahead: () => {
      const now = clock.monotonic();
      return isFree(now, isOver) ? Math.floor((throughput.perSecond(now) * AHEAD_MS) / 1_000) : 0;
    },
    orderNow: () => {
      const now = clock.monotonic();
      return isFree(now, isOver) && pacer.nextStartAt(now, 1) <= now ? depart('order') : undefined;
    },
    order: async (prepare) => {
      while (!isOver()) {
        const admitted = admit(breaker);
        if (admitted === undefined) {
          await untilChanged(isOver);
          continue;
        }
        breaker = admitted;
        const whose = admitted.state === 'half-open' ? 'trial' : 'order';
        let turn: Turn | undefined;
        try {
          turn = await inLine(() => waitWithOrder(whose, isOver, prepare));
        } finally {
          if (whose === 'trial' && turn?.kind !== 'go') giveBack();
        }
        if (turn !== undefined) return turn;
      }
      return { kind: 'stopped' };
    },
    unreachable: async (said) => {
      lost('order', true, said);
      while (breaker.state === 'open' && !isOver()) await untilChanged(isOver);
    },
  });

  const isStopped: IsOver = () => signal.aborted;
  const gate: Gate = {
    ...forOrders(isStopped),
    query: () =>
      inLine(async () => {
        for (;;) {
          const now = clock.monotonic();
          const at = pacer.nextStartAt(now, waiting);
          // A question that comes while the run stops is let through: the transport ends it.
          if (at <= now || signal.aborted) return depart('query');
          await clock.sleep(at - now, changes.signal);
        }
      }),
    isOpen: () => clock.monotonic() >= pacer.pausedUntil() && breaker.state !== 'open',
    outage: async () => {
      while (breaker.state !== 'open' && !signal.aborted) await untilChanged(isStopped);
      return breaker.state === 'open' && !signal.aborted ? breaker : undefined;
    },
    probed: (answered) => {
      const now = clock.monotonic();
      // An outage, not a limit.
      if (!answered && breaker.state === 'open') pacer.wasOutage(breaker.since, now);
      setBreaker(onProbe(breaker, answered, now, clock.random()));
    },
    view: () => ({
      portal: breaker.state,
      nextProbeAt: breaker.state === 'open' ? breaker.probeAt : undefined,
      limitedTo: pacer.limitedTo(),
      pausedMs: Math.max(0, pacer.pausedUntil() - clock.monotonic()),
    }),
    until: (left) => {
      left.addEventListener('abort', changed, { once: true });
      return { ...gate, ...forOrders(() => signal.aborted || left.aborted) };
    },
  };
  return gate;
}
