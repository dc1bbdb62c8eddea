import type { RunConfig } from '../cli/config.js';
import { Problem } from '../common/errors.js';
import type { InputFile, InputRow } from '../input/input-file.js';
import { openInput } from '../input/read-input.js';
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
 * What is wrong with rows goes to `findings`. A file that cannot be used as a whole is a `Problem` and leaves the ledger
 * as it was, and so is a portal that does not give the names: then the file is checked to its end before that is thrown,
 * so that a person sees at once all there is to fix.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { config, job, ledger, findings } = options;
  const input = await openInput(config.file, job, { encoding: config.encoding, columns: config.column });
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
  const assertUsable = (): void => {
    input.findings().forEach(findings.add);
    if (findings.concernFile()) throw unusable(config.fileShown, rows);
  };
  if (!input.usable) {
    for await (const _ of chunks());
    assertUsable();
  }

  let names: Names;
  try {
    names = await namesFor(options, firstRows);
  } catch (error) {
    for await (const chunk of chunks()) for (const row of chunk) row.findings.forEach(findings.add);
    input.findings().forEach(findings.add);
    throw error;
  }

  const warnings = createWarnings(options.warn);
  const runNo = await ledger.load({
    batch: config.batch,
    job,
    file: config.file,
    dialect: JSON.stringify(input.dialect),
    columns: input.columns,
    allowRepeat: config.allowRepeat,
    names,
    lines: checkLines(chunks(), job, names, warnings.add),
    onFinding: findings.add,
    beforeCommit: assertUsable,
  });
  warnings.report();
  return { runNo, names, input, rows };
}

/** What the portal has for the names in the file. */
async function namesFor(
  { config, job, portal }: PrepareOptions,
  firstRows: readonly InputRow[],
): Promise<Names> {
  const firstSerialNumber = firstRows.find((row) => row.values['sn'] !== undefined)?.values['sn'];
  const asked = portal();
  const [plans, contacts] = await Promise.all([
    asked.plans(job.productId, firstSerialNumber),
    asked.billingContacts(),
  ]);
  if (plans.length === 0) {
    throw new Problem('no_plans', `The portal lists no plans for product ${job.productId}.`, {
      remedy: 'Check in the Partner Portal whether this account may order them.',
    });
  }
  if (contacts.length === 0) {
    throw new Problem('no_billing_contacts', 'The portal lists no billing contacts.', {
      remedy: 'Create one in the Partner Portal: every order needs one.',
    });
  }
  return createNames(plans, contacts, config.billingContact);
}

function unusable(file: string, rows: number): Problem {
  const read = rows === 1 ? 'The row read' : `None of the ${rows} rows read`;
  const message =
    rows === 0
      ? `No rows can be read from ${file}, so nothing was sent.`
      : `${read} from ${file} can${rows === 1 ? 'not' : ''} be used, so nothing was sent.`;
  return new Problem('input_unusable', message, {
    remedy: 'Fix the problems in the file, then run the command again.',
  });
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
    throw new Problem('rows_missing', `${rows} rows were read, but ${total} rows were counted.`, {
      remedy: 'This is a bug in yeastar-batch: please report it with the ledger.',
    });
  }
}
