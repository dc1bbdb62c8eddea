import type { Finding } from '../common/finding.js';
import type { SerialNumber } from '../common/ids.js';
import { serialKey } from '../common/ids.js';
import type { InputRow } from '../input/input-file.js';
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
  const multiCycle = Number(values['multiCycle'] ?? '1');
  let order: OrderTerms | undefined;
  if (findings.length === 0 && sn !== undefined && planId !== undefined && billingContactId !== undefined) {
    const serialNumber = sn as SerialNumber;
    order = { serialNumber, planId, billingContactId, multiCycle, ownPoNumber: values['poNumber'] };
    const warning = job.warning?.({ multiCycle });
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
