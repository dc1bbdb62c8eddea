import { planHashOf } from '../batch/plan-hash.js';
import { progressOf } from '../batch/tell-progress.js';
import type { Call, Ending } from '../cli/call.js';
import { Problem } from '../common/errors.js';
import { copyLedger } from '../ledger/copy-ledger.js';
import { readLocation } from '../ledger/location.js';
import { counted, labelled } from '../output/labelled.js';

/** Takes a ledger over into another, empty one. */
export async function ledger(call: Call<'sandbox' | 'quiet'>): Promise<Ending> {
  const { subject, further, options, environment, cwd, clock, io } = call;
  if (subject !== 'copy') {
    throw new Problem('wrong_usage', `The command ledger knows copy, and not "${subject}".`, {
      remedy: 'As in `yeastar-batch ledger copy .batch/ledger.db postgres://db/orders`.',
    });
  }
  const [from = '', to = ''] = further.map((text) => text.trim());
  const kind = options.sandbox ? 'sandbox' : 'portal';
  const [source, target] = [from, to].map((text) => readLocation(text, cwd, kind, environment));
  if (source === undefined || target === undefined || source.name === target.name) {
    throw new Problem('same_file', 'Both are the same ledger.', {
      remedy: 'Nothing was copied. Name another one.',
    });
  }
  const copied = await copyLedger(source, target, {
    clock,
    tell: progressOf({ io, clock }),
    planOf: planHashOf,
  });
  const { batch: batches, order_row: rows, credit: orders } = copied.tables;
  return {
    exitCode: 0,
    json: { from: source.name, to: target.name, ...copied },
    text: [
      labelled(
        'Copied',
        `${counted(rows, 'row')} of ${batches === 1 ? '1 batch' : `${batches} batches`}, ${counted(orders, 'order')}`,
      ),
      labelled('From', source.name),
      labelled('To', target.name),
      labelled('Checked', 'the rows of each table were counted, and the plan of each batch was compared'),
      labelled(
        'Next',
        'use the new one from now on, and put the old one away: with both in use a PBX could be ordered twice.',
      ),
    ].join('\n'),
  };
}
