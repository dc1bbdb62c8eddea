import prettyMs from 'pretty-ms';

const SECOND_MS = 1_000;

/** A span of time as the options take one, in its two largest units: `400ms`, `7s`, `12m 34s`, `3h 30m`. */
export const sayDuration = (ms: number): string =>
  prettyMs(ms < SECOND_MS ? Math.round(ms) : Math.round(ms / SECOND_MS) * SECOND_MS, { unitCount: 2 });

/** How long something still takes: the same in whole seconds, and never less than it is. */
export const sayWait = (ms: number): string => sayDuration(Math.ceil(ms / SECOND_MS) * SECOND_MS);
