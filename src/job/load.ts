import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Problem } from '../common/errors.js';
import type { Job } from './define.js';

/** From here, as a source file and in the bundle, whose chunks lie as deep (rolldown.config.js). */
const FOLDER = new URL('../../jobs/', import.meta.url);

/** The names of the definitions in `jobs/`. */
export function jobNames(): string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((name) => /^[a-z0-9-]+\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => name.slice(0, -3))
    .sort();
}

/** Loads a definition; a new one needs a file in `jobs/` and nothing else. */
export async function loadJob(name: string): Promise<Job> {
  const names = jobNames();
  if (!names.includes(name)) {
    throw new Problem('unknown_job', `There is no job "${name}".`, {
      remedy: `The jobs are: ${names.join(', ')}.`,
    });
  }
  const suffix = import.meta.url.slice(-3);
  const module: unknown = await import(
    pathToFileURL(fileURLToPath(new URL(`${name}${suffix}`, FOLDER))).href
  );
  const job =
    typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (!isJob(job) || job.name !== name) {
    throw new Problem('malformed_job', `jobs/${name} does not export a definition named "${name}".`, {
      remedy: 'Export it with `export default defineJob({ … })`.',
    });
  }
  return job;
}

const isJob = (value: unknown): value is Job =>
  typeof value === 'object' && value !== null && 'name' in value && 'columns' in value && 'order' in value;
