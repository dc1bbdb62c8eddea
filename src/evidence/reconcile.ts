import type { RunContext } from '../runner/context.js';
import { recoverLost } from '../runner/run-batch.js';
import { askPending } from './pending.js';
import { createSettler } from './settle.js';

/** Settles what is open in a batch without sending anything. @returns rows that have an end now */
export async function reconcileBatch(context: RunContext): Promise<number> {
  const { stop } = context;
  let settled = 0;
  let wake: () => void = () => undefined;
  const settler = createSettler(context, {
    ended: (_, status) => {
      if (status !== 'in_doubt') settled++;
      wake();
    },
    released: () => undefined,
  });
  await recoverLost(context, settler.watch);
  settled += await askPending(context, undefined, stop.signal, () => undefined);
  const idle = async (): Promise<void> => {
    while (settler.size() > 0 && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stop.signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  };
  await Promise.race([idle(), settler.done]);
  return settled;
}
