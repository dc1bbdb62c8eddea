import type { SerialKey } from '../common/ids.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RunKey } from '../ledger/schema.js';
import { writeWhole } from '../output/atomic-file.js';
import { type Entry, orderEntry, placesIn, rejectedEntry } from './entry.js';
import { collectFacts } from './facts.js';
import { scriptJson } from './html.js';
import { type PageFacts, pageRest, pageStart } from './page/page.js';
import { reportRow } from './rows.js';

export interface ReportSource extends PageFacts {
  readonly ledger: { readonly read: Pick<Ledger['read'], 'bySerialNumber' | 'rejectedByPosition'> };
}

/** Writes a batch's report: one HTML page that needs nothing else. */
export function writeReport(source: ReportSource, path: string): Promise<void> {
  return writeWhole(path, pageOf(source));
}

/**
 * The page in portions. The rows stand before what is said about them: so they pass once, from the ledger to
 * the file, and what is said is what was counted on the way.
 */
async function* pageOf(source: ReportSource): AsyncGenerator<string> {
  const collector = collectFacts();
  yield pageStart(source);
  yield '<script type="application/json" id="data">[\n';
  let separator = '';
  for await (const entries of entriesOf(source)) {
    entries.forEach(collector.add);
    yield separator + entries.map((entry) => scriptJson(reportRow(entry))).join(',\n');
    separator = ',\n';
  }
  yield '\n]</script>\n';
  yield pageRest(source, collector.facts());
}

/** The run's rows and its rejected lines, in portions, in no order: the page sorts them anyway. */
async function* entriesOf({ ledger, batch }: ReportSource): AsyncGenerator<Entry[]> {
  const run: RunKey = { batch: batch.id, runNo: batch.run_no };
  const places = placesIn(JSON.parse(batch.columns) as string[]);
  for (let after: SerialKey | '' = ''; ; ) {
    const rows = await ledger.read.bySerialNumber(run, after);
    const last = rows.at(-1);
    if (last === undefined) break;
    yield rows.map((row) => orderEntry(row, places));
    after = last.sn_key;
  }
  for (let after = -1; ; ) {
    const lines = await ledger.read.rejectedByPosition(run, after);
    const last = lines.at(-1);
    if (last === undefined) break;
    yield lines.map((line) => rejectedEntry(line, places));
    after = last.position;
  }
}
