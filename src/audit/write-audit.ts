import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../common/errors.js';
import { writeWhole } from '../output/atomic-file.js';
import { costOf } from '../output/cost.js';
import { lastPrice } from '../output/price.js';
import { writeResults } from '../output/results.js';
import { writeReport } from '../report/write-report.js';
import { type AuditSource, aboutBatch, aboutRuns, README } from './about.js';
import { sendsCsv } from './sends.js';

/** A file of the audit, as the manifest names it. */
export interface Audited {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Writes all that is known of a batch into a folder of its own, whole or not at all.
 * @param folder not there yet, or empty
 */
export async function writeAudit(source: AuditSource, folder: string): Promise<readonly Audited[]> {
  await assertFree(folder);
  let temporary: string | undefined;
  try {
    temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}.`));
    const files = await writeFiles(source, temporary);
    await writeWhole(
      join(temporary, MANIFEST),
      once(files.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join('')),
    );
    await rename(temporary, folder);
    return files;
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new Problem('folder_unwritable', `The folder ${folder} cannot be written: ${error.message}.`, {
      remedy: 'Name another folder with --out.',
      cause: error,
    });
  }
}

/** In the form that `sha256sum -c` reads. */
export const MANIFEST = 'SHA256SUMS';

async function writeFiles(source: AuditSource, folder: string): Promise<Audited[]> {
  const { ledger, batch, sandbox, now } = source;
  const runs = await ledger.runs.ofBatch(batch.id);
  const cost = await costOf(ledger, { batch: batch.id, runNo: batch.run_no });
  const json = (value: unknown) => once(`${JSON.stringify(value, null, 2)}\n`);
  const write: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['README.txt', (path) => writeWhole(path, once(README))],
    ['batch.json', async (path) => writeWhole(path, json(await aboutBatch(source, runs)))],
    ['runs.json', (path) => writeWhole(path, json(aboutRuns(runs)))],
    ['sends.csv', (path) => writeWhole(path, sendsCsv(ledger, batch.id))],
    ['results.csv', (path) => writeResults({ ledger, batch }, path)],
    [
      'report.html',
      (path) => writeReport({ ledger, batch, sandbox, now, price: lastPrice(runs), cost }, path),
    ],
  ];
  const files: Audited[] = [];
  for (const [file, make] of write) {
    const path = join(folder, file);
    await make(path);
    files.push({ file, sha256: await sha256Of(path) });
  }
  return files;
}

async function assertFree(folder: string): Promise<void> {
  const inside = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    return undefined;
  });
  if (inside?.length === 0) return;
  const what = inside === undefined ? 'is not a folder that can be used' : 'has files already';
  throw new Problem('folder_in_use', `${folder} ${what}.`, {
    remedy: 'Name a folder that does not exist yet with --out: an audit is never mixed with something else.',
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
