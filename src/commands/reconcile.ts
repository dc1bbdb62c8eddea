import { type AtPortalOption, batchAtPortal } from '../batch/batch-at-portal.js';
import { exitStatusOfLook, jsonOfStop, sayStop } from '../batch/exit-status.js';
import { commandsOf, nextAfterReconcile, sayStep } from '../batch/next-steps.js';
import type { Call, Ending } from '../cli/call.js';
import { EXIT } from '../common/errors.js';
import { reconcileBatch } from '../evidence/reconcile.js';
import { countRows } from '../output/counts.js';
import { labelled } from '../output/labelled.js';
import { PENDING_LINES } from '../output/pending.js';

/** Settles rows `in_doubt` and `pending` against the portal; places no order. */
export async function reconcile(call: Call<AtPortalOption | 'settle' | 'lookback'>): Promise<Ending> {
  const { options, io, stop } = call;
  const terms = { settleMs: options.settle, lookbackMs: options.lookback };
  const { ledger, batch, connection, context } = await batchAtPortal(call, terms);
  const settled = await reconcileBatch(context, connection.gate.unreachable);
  const counts = await countRows(ledger, { batch: batch.id, runNo: batch.run_no });
  const left = await ledger.read.leftInDoubt({ batch: batch.id, runNo: batch.run_no }, 0);
  const leftInDoubt = left.rows;
  const lost = ledger.lost();
  if (lost !== undefined) stop.request({ kind: 'problem', problem: lost });
  const reason = stop.reason();
  const isInDoubt = counts.in_doubt + leftInDoubt > 0;
  const stopped = sayStop(reason);
  if (stopped !== undefined) io.say(labelled('Stopped', stopped));
  const next = nextAfterReconcile({ ...call, counts, leftInDoubt });
  const elsewhere = leftInDoubt === 0 ? '' : ` (and ${leftInDoubt} not in the file any more)`;
  const open = `${counts.in_doubt} still in doubt${elsewhere}, ${counts.pending} pending, ${counts.not_sent} not sent`;
  return {
    exitCode: exitStatusOfLook(reason, isInDoubt ? EXIT.someInDoubt : EXIT.ok),
    json: {
      batch: batch.id,
      ledger: ledger.name,
      settled,
      counts,
      ...(leftInDoubt === 0 ? {} : { leftInDoubt }),
      ...jsonOfStop(reason),
      next: commandsOf(next),
    },
    text: [
      labelled('Batch', batch.id),
      labelled('Rows', `${settled} resolved, ${open}; no order was placed`),
      ...(counts.pending > 0 ? [labelled('Pending', ...PENDING_LINES)] : []),
      labelled('Next', ...next.flatMap(sayStep)),
    ].join('\n'),
  };
}
