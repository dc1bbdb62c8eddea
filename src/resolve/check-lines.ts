import type { BillingCycle, OrderedCycle } from '../common/billing-cycle.js';
import type { Finding } from '../common/finding.js';
import type { SerialNumber } from '../common/ids.js';
import { serialKey } from '../common/ids.js';
import type { InputRow } from '../input/input-file.js';
import { isIn } from '../job/columns.js';
import type { Job } from '../job/define.js';
import type { CheckedLine, OrderTerms } from '../ledger/checked-line.js';
import type { Names, Resolved } from './names.js';

/** Rows of the file with their names resolved: what is to be ordered, or what keeps it from being ordered. */
export async function* checkLines(
  rows: AsyncIterable<readonly InputRow[]>,
  job: Job,
  names: Names,
  onWarning: (line: number, message: string) => void,
): AsyncGenerator<readonly CheckedLine[]> {
  for await (const chunk of rows) yield chunk.map((row) => checkLine(row, job, names, onWarning));
}

function checkLine(
  row: InputRow,
  job: Job,
  names: Names,
  onWarning: (line: number, message: string) => void,
): CheckedLine {
  const { values } = row;
  const sn = values['sn'];
  const { position, line } = row;
  const cells = JSON.stringify(row.cells);
  if (row.findings[0]?.code === 'repeated_header') {
    return { position, line, cells, snKey: undefined, order: undefined, findings: row.findings };
  }
  const findings: Finding[] = [...row.findings];
  const take = <Id>(resolved: Resolved<Id>): Id | undefined => {
    if ('id' in resolved) return resolved.id;
    findings.push({ line, ...resolved.problem });
    return undefined;
  };
  const named = values['plan'] !== undefined || values['planId'] !== undefined;
  const planId = named ? take(names.plan({ plan: values['plan'], planId: values['planId'] })) : undefined;
  const billingContactId = take(names.billingContact(values['billingContact']));
  const cycle = cycleOf(values, job);
  const misfit = cycleMisfit(cycle, values, job);
  if (misfit !== undefined) findings.push({ line, code: 'cycle_out_of_range', message: misfit });
  let order: OrderTerms | undefined;
  if (findings.length === 0 && sn !== undefined && planId !== undefined && billingContactId !== undefined) {
    const serialNumber = sn as SerialNumber;
    order = { serialNumber, planId, billingContactId, ...cycle, ownPoNumber: values['poNumber'] };
    const warning = job.warning(cycle);
    if (warning !== undefined) onWarning(line, warning);
  }
  return {
    position,
    line,
    cells,
    snKey: sn === undefined ? undefined : serialKey(sn),
    order,
    findings,
  };
}

/** What the row orders of time, with the job's default for what it does not say. */
function cycleOf(values: InputRow['values'], job: Job): OrderedCycle {
  const usual = job.usualCycle(values['billingCycle'] as BillingCycle | undefined);
  const years = values['multiCycle'];
  return years === undefined ? usual : { ...usual, multiCycle: Number(years) };
}

/** Each cell may be right by itself, and the two not go together. */
function cycleMisfit(
  { billingCycle, multiCycle }: OrderedCycle,
  values: InputRow['values'],
  { cycles }: Job,
): string | undefined {
  const range = cycles[billingCycle];
  if (range === undefined || isIn(range, multiCycle)) return undefined;
  const [least, most] = range;
  const from = values['billingCycle'] === undefined ? ", the job's default," : '';
  return (
    `a multiCycle of ${multiCycle} does not go with ${billingCycle}${from}: ` +
    `write ${least === most ? least : `${least} to ${most}`}, or leave it empty for ${least}`
  );
}
