import { setMaxListeners } from 'node:events';
import type { Problem, StopSignal } from './errors.js';

export type StopReason =
  | { readonly kind: 'signal'; readonly signal: StopSignal }
  | { readonly kind: 'canary'; readonly serialNumber: string; readonly status: string }
  | { readonly kind: 'max-failures'; readonly failures: number; readonly finished: number }
  /** The time that the user set for the last order, epoch ms. */
  | { readonly kind: 'until'; readonly at: number }
  | { readonly kind: 'portal-unreachable'; readonly forMs: number }
  | { readonly kind: 'access-lost'; readonly problem: Problem }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface Stop {
  /** Aborted once no further order may be sent; what is in flight is waited for. */
  readonly signal: AbortSignal;
  readonly reason: () => StopReason | undefined;
  /** The first reason stands. */
  readonly request: (reason: StopReason) => void;
}

export function createStop(): Stop {
  const controller = new AbortController();
  // Every sender that waits listens: their number is bounded by the concurrency, not by ten.
  setMaxListeners(0, controller.signal);
  let first: StopReason | undefined;
  return {
    signal: controller.signal,
    reason: () => first,
    request: (reason) => {
      if (first !== undefined) return;
      first = reason;
      controller.abort();
    },
  };
}

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
