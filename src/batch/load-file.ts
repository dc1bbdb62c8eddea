import type { RunConfig } from '../cli/config.js';
import { Problem } from '../common/errors.js';
import { type InputFile, type InputRow, openInput } from '../input/read-input.js';
import type { Job } from '../job/define.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Findings } from '../output/findings.js';
import type { Portal } from '../portal/portal.js';
import { checkLines } from '../resolve/check-lines.js';
import { createNames, type Names } from '../resolve/names.js';

export interface Prepared {
  readonly runNo: number;
  readonly names: Names;
  readonly input: InputFile;
  /** Data rows read from the file. */
  readonly rows: number;
}

export interface PrepareOptions {
  readonly config: RunConfig;
  readonly job: Job;
  readonly ledger: Ledger;
  readonly findings: Findings;
  readonly warn: (message: string) => void;
  /** Where names are resolved; throws when the portal cannot be asked at all. */
  readonly portal: () => Portal;
}

/**
 * Checks the whole file, resolves its names and takes it over into the ledger as the batch's next run.
 * What is wrong goes to `findings`. When the names cannot be had the file is still checked to its end, so
 * that a person sees all there is to mend at once; then the reason is thrown.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { config, job, ledger, findings } = options;
  const input = await openInput(config.file, job);
  const reader = input.rows[Symbol.asyncIterator]();
  const first = await reader.next();
  const firstRows = first.done === true ? [] : first.value;
  let rows = 0;
  const chunks = async function* (): AsyncGenerator<readonly InputRow[]> {
    for (let chunk = first; chunk.done !== true; chunk = await reader.next()) {
      rows += chunk.value.length;
      yield chunk.value;
    }
  };

  let names: Names;
  try {
    const portal = options.portal();
    const firstSerialNumber = firstRows.find((row) => row.values['sn'] !== undefined)?.values['sn'];
    const plans = await portal.plans(job.productId, firstSerialNumber);
    if (plans.length === 0) {
      throw new Problem('no_plans', `The portal lists no plans for product ${job.productId}.`, {
        remedy: 'Check in the Partner Portal that this account may order them.',
      });
    }
    const contacts = await portal.billingContacts();
    if (contacts.length === 0) {
      throw new Problem('no_billing_contacts', 'The portal lists no billing contacts.', {
        remedy: 'Create one in the Partner Portal: every order is billed to one.',
      });
    }
    names = createNames(plans, contacts, config['billing-contact']);
  } catch (error) {
    for await (const chunk of chunks()) for (const row of chunk) row.findings.forEach(findings.add);
    input.findings().forEach(findings.add);
    throw error;
  }

  const warnings = createWarnings(options.warn);
  const runNo = await ledger.load({
    batch: config.batch,
    job: job.name,
    file: config.file,
    dialect: JSON.stringify(input.dialect),
    columns: input.columns,
    allowRepeat: config['allow-repeat'],
    lines: checkLines(chunks(), job, names, warnings.add),
    onFinding: findings.add,
  });
  input.findings().forEach(findings.add);
  warnings.report();
  return { runNo, names, input, rows };
}

/** The same rule met on many lines is told once. */
function createWarnings(warn: (message: string) => void) {
  const met = new Map<string, { line: number; times: number }>();
  return {
    add: (line: number, message: string): void => {
      const known = met.get(message);
      if (known === undefined) met.set(message, { line, times: 1 });
      else known.times++;
    },
    report: (): void => {
      for (const [message, { line, times }] of met) {
        warn(`line ${line}${times > 1 ? ` and ${times - 1} more` : ''}: ${message}`);
      }
    },
  };
}

/** The statuses' counts have to add up to the rows of the file; anything else is a defect of this program. */
export function assertComplete(rows: number, total: number): void {
  if (rows !== total) {
    throw new Problem('rows_missing', `${rows} rows were read and ${total} are accounted for.`, {
      remedy: 'This is a defect of this program: please report it with the ledger.',
    });
  }
}
