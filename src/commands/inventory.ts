import { type AskOption, askPortal } from '../batch/ask-portal.js';
import { fieldColumns } from '../batch/inventory-fields.js';
import { readingPbxs } from '../batch/read-pbxs.js';
import { type ListOption, sayList } from '../batch/say-list.js';
import type { Call, Ending } from '../cli/call.js';

/** Rows of the table; all of them are in the CSV and the JSON. */
const SHOWN = 50;

/** The account's PBXs for a job's product, with every field that the portal gives; the CSV is a file for `run` once plans are filled in. */
export async function inventory(call: Call<AskOption | ListOption>): Promise<Ending> {
  const { connection, job } = await askPortal(call);
  const { pbxs, whole } = await readingPbxs(connection.portal, job.productId, call);
  const columns = fieldColumns(pbxs, job);
  if (!whole) {
    call.io.warn('the portal says that it has more PBXs than it listed: some may be missing here.');
  }
  const unnamed = pbxs.filter(({ serialNumber }) => serialNumber === undefined).length;
  if (unnamed > 0) {
    call.io.warn(
      `${unnamed} of ${pbxs.length} PBXs are listed without a field that is known as the serial number.`,
    );
  }
  return await sayList(call, {
    noun: 'PBX',
    head: ['sn', ...columns.map(({ column }) => column)],
    rows: pbxs.map(({ serialNumber = '', fields }) => [
      serialNumber,
      ...columns.map(({ field }) => fields.get(field) ?? ''),
    ]),
    blank: ['plan'],
    shown: SHOWN,
    json: {
      job: job.name,
      productId: job.productId,
      whole,
      count: pbxs.length,
      pbxs: pbxs.map(({ serialNumber, fields }) => ({
        sn: serialNumber ?? null,
        ...Object.fromEntries(columns.map(({ field, column }) => [column, fields.get(field) ?? ''])),
      })),
    },
    none: `The portal lists no PBXs for product ${job.productId}, the one of the job ${job.name}.`,
  });
}
