import type { Clock } from '../common/clock.js';
import type { Io } from '../output/io.js';

/** How often a line says how far it is, ms. */
const TELL_EVERY_MS = 2_000;

/** Who is told. */
export interface Told {
  readonly io: Pick<Io, 'note'>;
  readonly clock: Clock;
}

/** Says how far something is, if it takes long: a line every two seconds. */
export function progressOf({ io, clock }: Told): (line: string) => void {
  let toldAt = clock.monotonic();
  return (line) => {
    if (clock.monotonic() - toldAt < TELL_EVERY_MS) return;
    toldAt = clock.monotonic();
    io.note(line);
  };
}
