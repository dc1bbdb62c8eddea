import { createBell } from '../common/bell.js';
import type { EvidenceContext } from './context.js';
import { askPending } from './pending.js';
import { recoverLost } from './recover-lost.js';
import { createSettler } from './settle.js';

/** Settles what is open in a batch without sending anything. @returns rows that have an end now */
export async function reconcileBatch(
  context: EvidenceContext,
  untilPortalAnswers: (why: string) => Promise<void>,
): Promise<number> {
  const { stop } = context;
  let settled = 0;
  const changed = createBell();
  stop.signal.addEventListener('abort', changed.ring, { once: true });
  const settler = createSettler(context, {
    ended: (_, status) => {
      if (status !== 'in_doubt') settled++;
      changed.ring();
    },
    released: () => undefined,
    untilPortalAnswers,
  });
  await recoverLost(context, settler.watch);
  settled += await askPending(context, undefined, stop.signal, () => undefined);
  const idle = async (): Promise<void> => {
    while (settler.size() > 0 && !stop.signal.aborted) await changed.next();
  };
  await Promise.race([idle(), settler.done]);
  await settler.close();
  return settled;
}
