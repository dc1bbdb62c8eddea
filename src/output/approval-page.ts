import type { FoundInFile } from '../common/finding.js';
import type { Counts } from './counts.js';
import { findingsSection } from './findings-section.js';
import { counted } from './labelled.js';
import { code, codeBlock, codeCell, escapeMarkdown, table } from './markdown.js';
import type { OrderGroup } from './order-groups.js';
import { statusTable } from './status-table.js';

/** What a person needs to know to say yes to a batch. */
export interface Approval {
  readonly batch: string;
  readonly job: string;
  readonly file: string;
  readonly portal: string;
  readonly sandbox: boolean;
  readonly counts: Counts;
  /** Orders that the approved run places. */
  readonly now: number;
  /** Rows in doubt that it may send again on top, if the portal does not show them. */
  readonly resent: number;
  /** Rows at most in one run: --limit. */
  readonly limit: number | undefined;
  readonly byPlan: readonly PricedGroup[];
  readonly byContact: readonly OrderGroup[];
  /** What all orders cost together, with the currency, if it is known. */
  readonly total?: string;
  readonly firstRows: readonly RowToApprove[];
  readonly findings: FoundInFile;
  /** Findings keep the batch from being placed. */
  readonly blocked: boolean;
  /** The plan's hash. */
  readonly plan: string;
  /** The results, where all findings stand too; `null` if they could not be written. */
  readonly results: string | null;
  /** What to do next, and the command that does it. */
  readonly next: readonly { readonly say: string; readonly command?: string }[];
}

/** A plan with what its orders cost, with the currency, if it is known. */
export interface PricedGroup extends OrderGroup {
  readonly price?: string;
}

/** A row as its order would leave; named as the columns of the file. */
export interface RowToApprove {
  readonly sn: string;
  readonly plan: string;
  readonly billingCycle: string;
  readonly multiCycle: number;
  readonly billingContact: string;
  /** The purchase-order number that is sent, ours or the user's; `null` for none. */
  readonly poNumber: string | null;
}

/** Plans, and billing contacts, that are listed. */
const LISTED = 100;

/**
 * The page on which a person approves a dry run, as Markdown. Pure.
 * @param room bytes that the page may take
 */
export function approvalPage(approval: Approval, room: number): string {
  const { findings, firstRows, next } = approval;
  const before = [
    `### ${title(approval)}`,
    approval.blocked
      ? 'This was a dry run: nothing was sent. Nothing can be placed before the problems below are fixed.'
      : 'This was a dry run: nothing was sent. The approved run places exactly these orders, or none.',
    facts(approval),
    '**Orders by plan**',
    byPlan(approval.byPlan),
    '**Orders by billing contact**',
    grouped(['Billing contact', 'Id', 'Rows'], approval.byContact, ({ name, id, orders }) => [
      escapeMarkdown(name),
      codeCell(id),
      String(orders),
    ]),
    '**Rows of the file by status**',
    statusTable(approval.counts),
    ...(firstRows.length === 0
      ? []
      : [`**The first ${counted(firstRows.length, 'order')}**`, rows(firstRows)]),
  ];
  const after = next.flatMap(({ say, command }) =>
    command === undefined
      ? [`**Next:** ${escapeMarkdown(say)}`]
      : [`**Next:** ${escapeMarkdown(say)}`, codeBlock(command)],
  );
  const left = room - size([...before, ...after]);
  const rest =
    approval.results === null
      ? 'run the same command again when these are fixed.'
      : `the results have them all, in the column errorMessage: ${code(approval.results)}`;
  const found = findings.count === 0 ? [] : [findingsSection(findings, left - size([rest]), rest)];
  return `${[...before, ...found, ...after].join('\n\n')}\n\n`;
}

function title({ batch, sandbox, blocked, findings, now, resent, portal }: Approval): string {
  const simulated = sandbox ? 'SANDBOX (no real orders): ' : '';
  const about = `${simulated}batch ${escapeMarkdown(batch)}`;
  if (blocked) return `${about} cannot be placed: ${counted(findings.count, 'problem')}`;
  if (now + resent === 0) return `${about}: no order to place`;
  const orders = counted(now + resent, sandbox ? 'simulated order' : 'order');
  const where = sandbox ? '' : ` at ${escapeMarkdown(new URL(portal).host)}`;
  return `${about}: place ${resent > 0 ? 'up to ' : ''}${orders}${where}?`;
}

function facts(approval: Approval): string {
  const { now, resent, limit, total, sandbox } = approval;
  const doubtful =
    resent === 0
      ? ''
      : `, and up to ${resent} of the rows in doubt, if the portal does not show their orders`;
  const limited = limit === undefined ? '' : ` (at most ${limit} in one run: --limit)`;
  const all: (readonly [string, string])[] = [
    ['Batch', escapeMarkdown(`${approval.batch} (job ${approval.job})`)],
    ['File', codeCell(approval.file)],
    ['Portal', sandbox ? 'a simulated one: no real order is placed' : codeCell(approval.portal)],
    ['Orders', escapeMarkdown(`${now} to place${doubtful}${limited}`)],
    ...(total === undefined ? [] : [['Price of all orders', escapeMarkdown(total)] as const]),
    ['Plan hash', codeCell(approval.plan)],
  ];
  return table(['', ''], all);
}

function byPlan(plans: readonly PricedGroup[]): string {
  const priced = plans.some(({ price }) => price !== undefined);
  return grouped(
    ['Plan', 'Id', 'Rows', ...(priced ? ['Price'] : [])],
    plans,
    ({ name, id, orders, price }) => [
      escapeMarkdown(name),
      codeCell(id),
      String(orders),
      ...(priced ? [escapeMarkdown(price ?? 'not known')] : []),
    ],
  );
}

function grouped<Group>(
  head: readonly string[],
  groups: readonly Group[],
  cells: (group: Group) => readonly string[],
): string {
  if (groups.length === 0) return 'none';
  const shown = table(head, groups.slice(0, LISTED).map(cells));
  return groups.length > LISTED ? `${shown}\n\n… and ${groups.length - LISTED} more` : shown;
}

const rows = (first: readonly RowToApprove[]): string =>
  table(
    ['sn', 'plan', 'billingCycle', 'multiCycle', 'billingContact', 'poNumber'],
    first.map(({ sn, plan, billingCycle, multiCycle, billingContact, poNumber }) => [
      codeCell(sn),
      escapeMarkdown(plan),
      billingCycle,
      String(multiCycle),
      escapeMarkdown(billingContact),
      poNumber === null ? 'none' : codeCell(poNumber),
    ]),
  );

/** Bytes, with the empty lines between them. */
const size = (paragraphs: readonly string[]): number =>
  paragraphs.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0);
