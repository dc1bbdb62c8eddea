import { SIGNAL_EXIT, type StopSignal } from '../common/errors.js';
import type { Stop } from '../common/stop.js';
import type { Io } from '../output/io.js';

/** One Ctrl-C under npm arrives twice, from the terminal's group and from npm: so close together it is one. */
const SAME_SIGNAL_MS = 500;

export interface Signals {
  /**
   * From now on orders may be in flight: the first signal waits for their answers. Before, a signal ends the
   * program at once, since nothing was sent.
   * @param force lets go of all connections: what is in flight is then a lost answer, and written as one
   */
  readonly onSending: (force: () => void) => void;
}

/**
 * The first signal drains, a second does not wait for the portal, a third ends the process as it is.
 * @param end ends the program at once, with what there is to say
 */
export function handleSignals(
  stop: Stop,
  io: Io,
  end: (exitStatus: number, message: string) => void,
): Signals {
  let force: (() => void) | undefined;
  let times = 0;
  let lastAt = Number.NEGATIVE_INFINITY;

  const onSignal = (signal: StopSignal): void => {
    const now = performance.now();
    const same = now - lastAt < SAME_SIGNAL_MS;
    lastAt = now;
    if (times > 0 && same) return;
    times++;
    if (force === undefined) {
      end(SIGNAL_EXIT[signal], `Stopped by ${signal}: nothing was sent.`);
    } else if (times === 1) {
      stop.request({ kind: 'signal', signal });
      io.note(`Stopping (${signal}): waiting for the orders in flight. Press again to stop now.`);
    } else if (times === 2) {
      io.note('Stopping at once: the answers to the orders in flight are lost.');
      force();
    } else {
      end(
        SIGNAL_EXIT[signal],
        `Stopped by ${signal} at once. The next run looks for the orders that were in flight.`,
      );
    }
  };

  for (const signal of Object.keys(SIGNAL_EXIT) as StopSignal[]) process.on(signal, onSignal);
  return {
    onSending: (release) => {
      force = release;
    },
  };
}
