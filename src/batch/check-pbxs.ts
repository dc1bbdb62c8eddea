import { closest, distance } from 'fastest-levenshtein';
import pLimit from 'p-limit';
import { Problem } from '../common/errors.js';
import type { Finding } from '../common/finding.js';
import { serialKey } from '../common/ids.js';
import { asClause } from '../common/sentence.js';
import { waitingRows } from '../evidence/rows-ordered.js';
import type { RowFinding } from '../ledger/checked-line.js';
import type { OrderRow } from '../ledger/schema.js';
import type { Pbx } from '../portal/inventory.js';
import type { Inventory } from '../portal/read-inventory.js';
import type { RunContext } from '../runner/context.js';
import { switchingTo } from './switching.js';

/** Comparisons of serial numbers that are worth their time: beyond that the nearest is not looked for. */
const MOST_COMPARISONS = 20_000_000;
/** Characters that may differ in a serial number that was meant. */
const FARTHEST = 3;

type Context = Pick<RunContext, 'batch' | 'runNo' | 'job' | 'ledger'>;

/**
 * Compares the serial numbers of the rows that wait to be sent with the account's PBXs. If the list does not tell them for
 * sure, the rows go on, with a warning.
 * @param read the inventory, read once
 * @param mayListNone a simulated portal without PBXs of its own takes every serial number, and that goes without saying
 */
export async function checkInventory(
  context: Context,
  read: () => Promise<Inventory>,
  { warn, mayListNone }: { readonly warn: (message: string) => void; readonly mayListNone: boolean },
): Promise<readonly Finding[]> {
  const known = await knownSerials(context.job.productId, read);
  if ('why' in known) {
    if (!known.none || !mayListNone)
      warn(`The serial numbers are not compared with the account's PBXs: ${known.why}.`);
    return [];
  }
  const { serials } = known;
  const missing: OrderRow[] = [];
  let rows = 0;
  for await (const row of waitingRows(context)) {
    rows++;
    if (!serials.has(row.sn_key)) missing.push(row);
  }
  const all = [...serials];
  const compares = missing.length * all.length <= MOST_COMPARISONS;
  const nears = missing.map((row) => (compares ? nearest(row.sn_key, all) : undefined));
  const isForeign = missing.length === rows && nears.every((near) => near === undefined);
  if (isForeign && rows >= leastForeign(context.job)) {
    warn(
      `The serial numbers are not compared with the account's PBXs: none of the ${rows} in the file is among the ` +
        `${all.length} that the portal lists for product ${context.job.productId}, and none is near to one. Either the ` +
        'file is for another account, or what the portal lists is not the serial number.',
    );
    return [];
  }
  const found = missing.map((row, at): RowFinding => {
    const near = nears[at];
    const hint = near === undefined ? '' : `: did you mean ${near}?`;
    const message = `${row.serial_number} is not among the account's ${all.length} PBXs for product ${context.job.productId}${hint}`;
    return { snKey: row.sn_key, finding: { line: row.line, code: 'unknown_serial_number', message } };
  });
  return await takeOut(context, found);
}

/**
 * So many rows that have nothing to do with the list speak against the list, not against each row: under which name it has
 * the serial number is an assumption. A PBX without a plan of the product may not be in the product's list at all.
 */
const leastForeign = ({ operation }: Context['job']): number => (operation === 'purchase_plan' ? 1 : 3);

async function knownSerials(
  productId: number,
  read: () => Promise<Inventory>,
): Promise<{ readonly serials: ReadonlySet<string> } | { readonly why: string; readonly none?: true }> {
  let inventory: Inventory;
  try {
    inventory = await read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { why: `they cannot be read. ${asClause(error.message)}` };
  }
  const { pbxs, whole } = inventory;
  const serials = pbxs.flatMap(({ serialNumber }) => serialNumber ?? []);
  if (pbxs.length === 0) return { why: `the portal lists none for product ${productId}`, none: true };
  if (serials.length < pbxs.length) {
    const some = serials.length === 0 ? 'none' : `only ${serials.length}`;
    return {
      why: `${some} of the ${pbxs.length} listed PBXs has a field that is known as the serial number`,
    };
  }
  if (!whole) return { why: `the portal says that it has more PBXs than the ${pbxs.length} that it listed` };
  return { serials: new Set(serials.map(serialKey)) };
}

function nearest(sn: string, all: readonly string[]): string | undefined {
  const near = closest(sn, all as string[]);
  return distance(sn, near) <= Math.min(FARTHEST, Math.floor(sn.length / 3)) ? near : undefined;
}

/** Asks about each PBX that is to be ordered for: whether the account has it, and whether a switch is under way. */
export async function askEachPbx(
  context: Context & { readonly portal: Pick<RunContext['portal'], 'pbx'> },
  concurrency: number,
  onAsked: (asked: number) => void,
): Promise<readonly Finding[]> {
  const { productId } = context.job;
  const found: RowFinding[] = [];
  let asked = 0;
  const limit = pLimit(concurrency);
  const askOne = async (row: OrderRow): Promise<void> => {
    const finding = findingOf(row, await context.portal.pbx(productId, row.serial_number), productId);
    if (finding !== undefined) found.push({ snKey: row.sn_key, finding });
    onAsked(++asked);
  };
  const rows: OrderRow[] = [];
  for await (const row of waitingRows(context)) rows.push(row);
  await limit.map(rows, askOne);
  return await takeOut(context, found);
}

/** What the portal's answer about a PBX says against ordering for it. Pure. */
export function findingOf(
  { serial_number: sn, line }: Pick<OrderRow, 'serial_number' | 'line'>,
  pbx: Pbx | undefined,
  productId: number,
): Finding | undefined {
  const isAnothers = pbx?.serialNumber !== undefined && serialKey(pbx.serialNumber) !== serialKey(sn);
  if (pbx === undefined || isAnothers) {
    const message = `the portal does not know ${sn} as a PBX of this account for product ${productId}`;
    return { line, code: 'unknown_serial_number', message };
  }
  const target = switchingTo(pbx);
  if (target === undefined) return undefined;
  return {
    line,
    code: 'switch_under_way',
    message:
      `a switch of ${sn} to another plan is under way (currentPlan is "${target}"): ` +
      'wait until it is over, or remove the row',
  };
}

async function takeOut(
  { batch, runNo, ledger }: Context,
  found: readonly RowFinding[],
): Promise<readonly Finding[]> {
  await ledger.takeOut({ batch, runNo }, found);
  return found.map(({ finding }) => finding);
}
