import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { Problem } from '../common/errors.js';
import { defineJob, type Job } from './define.js';
import { readDefinition } from './definition-schema.js';

/** From here, as a source file and in the bundle, whose chunks lie as deep (rolldown.config.js). */
const FOLDER = new URL('../../jobs/', import.meta.url);

/** The names of the definitions in `jobs/`. */
export function jobNames(): string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((name) => /^[a-z0-9-]+\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => name.slice(0, -3))
    .sort();
}

/**
 * The job that `--job` asks for: one of this program by its name, or the user's own by its file.
 * @param cwd what the file's path is relative to
 */
export function findJob(asked: string, cwd: string): Promise<Job> {
  return isFile(asked) ? loadFile(resolve(cwd, asked)) : loadJob(asked, cwd);
}

/** A name has neither a folder nor an ending. */
const isFile = (asked: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(asked);

/** The job of a batch, for the commands that come after its run. */
export async function jobOfBatch(batch: {
  readonly id: string;
  readonly job: string;
  readonly job_file: string | null;
}): Promise<Job> {
  const { job: name, job_file: file } = batch;
  if (file === null) return await loadJob(name);
  const again = `Put the file back, or run the batch once more with --job and the file's new place: the ledger then keeps that.`;
  if (!existsSync(file)) {
    throw new Problem('job_file_gone', `The job of batch "${batch.id}" is not in ${file} any more.`, {
      remedy: again,
    });
  }
  const job = await loadFile(file);
  if (job.name === name) return job;
  throw new Problem(
    'job_file_changed',
    `${file} has the job "${job.name}" now, but batch "${batch.id}" was run with "${name}".`,
    { remedy: again },
  );
}

/** Loads a definition of this program; a new one needs a file in `jobs/` and nothing else. */
export async function loadJob(name: string, cwd?: string): Promise<Job> {
  const names = jobNames();
  if (!names.includes(name)) throw unknownJob(name, names, cwd);
  const suffix = import.meta.url.slice(-3);
  const found = await importDefault(fileURLToPath(new URL(`${name}${suffix}`, FOLDER)));
  if (isJob(found) && found.name === name) return found;
  throw new Problem('malformed_job', `jobs/${name} does not export a definition named "${name}".`, {
    remedy: 'Export it with `export default defineJob({ … })`.',
  });
}

function unknownJob(name: string, names: readonly string[], cwd: string | undefined): Problem {
  const file = [`${name}.js`, `${name}.mjs`].find(
    (path) => cwd !== undefined && existsSync(resolve(cwd, path)),
  );
  const hint =
    file === undefined
      ? `Did you mean ${closest(name, [...names])}? The jobs are ${names.join(', ')}`
      : `To use the file in this folder, write --job ./${file}; the jobs of this program are ${names.join(', ')}`;
  return new Problem('unknown_job', `There is no job "${name}".`, {
    remedy: `${hint}. For your own job name its file, such as --job ./my-job.js.`,
  });
}

/** A job of the user's own: a file whose default export is a definition. */
async function loadFile(file: string): Promise<Job> {
  if (!existsSync(file)) {
    throw new Problem('unknown_job', `There is no file ${file} with a job.`, {
      remedy: `The jobs of this program are ${jobNames().join(', ')}.`,
    });
  }
  const definition = readDefinition(await importDefault(file), basename(file));
  if (jobNames().includes(definition.name)) {
    throw new Problem(
      'malformed_job',
      `${basename(file)} is named "${definition.name}", but this program has a job of that name.`,
      { remedy: 'Give it another name: the ledger and the results use it.' },
    );
  }
  return { ...defineJob(definition), file };
}

async function importDefault(file: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(file).href);
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new Problem('malformed_job', `The job in ${file} cannot be loaded: ${why}.`, {
      remedy: 'A job is a JavaScript file with `export default { … }`: docs/jobs.md has a whole example.',
      cause,
    });
  }
}

const isJob = (value: unknown): value is Job =>
  typeof value === 'object' && value !== null && 'name' in value && 'columns' in value && 'order' in value;
