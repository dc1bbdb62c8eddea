import { type AtPortalOption, batchAtPortal } from '../batch/batch-at-portal.js';
import { exitStatusOfLook, jsonOfStop, sayStop } from '../batch/exit-status.js';
import { readingPbxs } from '../batch/read-pbxs.js';
import { stillSwitching } from '../batch/switching.js';
import { progressOf } from '../batch/tell-progress.js';
import type { Call, Ending } from '../cli/call.js';
import { only } from '../cli/command-line.js';
import { EXIT } from '../common/errors.js';
import { type Verified, verifyBatch } from '../evidence/verify.js';
import { eachRow } from '../ledger/each-row.js';
import type { OrderRow } from '../ledger/schema.js';
import { counted, labelled } from '../output/labelled.js';

/** Rows that are named on the screen; the JSON has them all. */
const SHOWN = 20;
/** How long a portal may take to list an order: the look is not used to prove that one is absent. */
const NO_TIME = { settleMs: 0, lookbackMs: 0 };

/** Compares each row that was ordered with the portal as it is now, and takes over what has changed; places nothing. */
export async function verify(call: Call<AtPortalOption>): Promise<Ending> {
  const { options, io, clock, stop } = call;
  const { ledger, batch, job, connection, context } = await batchAtPortal(call, NO_TIME);
  const tell = progressOf({ io, clock });
  const verified = await verifyBatch(context, (done) => tell(`Verifying: ${counted(done, 'row')} done.`));
  const switching = await switchesOf();
  const reason = stop.reason();
  const stopped = sayStop(reason);
  if (stopped !== undefined) io.say(labelled('Stopped', stopped));
  const { rows, otherwise, unread } = verified;
  const differs = otherwise.length + unread.length > 0;
  const next =
    otherwise.length === 0
      ? []
      : [call.commandLine('results', batch.id, only(call.given, ['ledger', 'sandbox']))];
  return {
    exitCode: exitStatusOfLook(reason, differs ? EXIT.someFailed : EXIT.ok),
    json: {
      batch: batch.id,
      ledger: ledger.name,
      rows,
      otherwise: otherwise.map(({ row, differences }) => ({ ...named(row), differences })),
      unread: unread.map(named),
      ...(job.operation === 'switch_plan' ? { switching: switching ?? null } : {}),
      ...jsonOfStop(reason),
      next,
    },
    text: [
      labelled('Batch', batch.id),
      labelled('Rows', sayRows(verified)),
      ...sayOtherwise(verified),
      ...(switching === undefined || switching.length === 0
        ? []
        : [
            labelled(
              'Switches',
              `${switching.length} still under way, such as ${switching.slice(0, 3).join(', ')}`,
            ),
          ]),
      ...(next.length === 0
        ? []
        : [labelled('Next', 'the ledger has the new statuses: write the results again:', ...next)]),
    ].join('\n'),
  };

  /** Whether switches are still under way at the portal. */
  async function switchesOf(): Promise<readonly string[] | undefined> {
    if (job.operation !== 'switch_plan' || stop.reason() !== undefined) return undefined;
    const serials: string[] = [];
    for await (const row of eachRow(ledger, batch.id, 'succeeded')) serials.push(row.serial_number);
    if (serials.length === 0) return [];
    const { portal } = connection;
    const { productId } = job;
    const read = () => readingPbxs(portal, productId, { io, clock });
    return await stillSwitching(portal, read, { productId, serials, concurrency: options.concurrency });
  }
}

const named = (row: OrderRow) => ({ sn: row.serial_number, line: row.line, orderNo: row.order_no });

function sayRows({ rows, otherwise, unread }: Verified): string {
  if (rows === 0) return 'no row was ordered; no order was placed';
  const as = rows - otherwise.length - unread.length;
  const parts = [
    `${as} unchanged`,
    ...(otherwise.length === 0 ? [] : [`${otherwise.length} changed`]),
    ...(unread.length === 0 ? [] : [`${unread.length} that cannot be read now`]),
  ];
  return `${rows} ordered: ${parts.join(', ')}; no order was placed`;
}

function sayOtherwise({ otherwise, unread }: Verified): string[] {
  const lines = otherwise.map(
    ({ row, differences }) =>
      `line ${row.line}  ${row.serial_number}: ${differences.map(({ message }) => message).join('; ')}`,
  );
  const some = lines.slice(0, SHOWN);
  if (lines.length > SHOWN) some.push(`… and ${lines.length - SHOWN} more: see them all with --json`);
  const serials = unread.slice(0, SHOWN).map(({ serial_number }) => serial_number);
  return [
    ...(some.length === 0 ? [] : [labelled('Changed', ...some)]),
    ...(serials.length === 0 ? [] : [labelled('Unread', serials.join(', '))]),
  ];
}
