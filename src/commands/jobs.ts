import type { Io } from '../cli/io.js';
import { jobNames, loadJob } from '../job/load.js';

/** The jobs in `jobs/`, with their columns. */
export async function jobs(json: boolean, io: Io): Promise<number> {
  const all = await Promise.all(jobNames().map(loadJob));
  if (json) {
    io.print(
      JSON.stringify(
        all.map(({ name, summary, columns, required }) => ({ name, summary, required, columns })),
      ),
    );
    return 0;
  }
  for (const job of all) {
    io.print(`${job.name}: ${job.summary}`);
    for (const column of job.columns) {
      const group = job.required.find((names) => names.includes(column.name));
      const need =
        group === undefined ? '' : group.length > 1 ? ` (${group.join(' or ')} is needed)` : ' (needed)';
      const also = column.aliases.length > 0 ? ` [also: ${column.aliases.join(', ')}]` : '';
      io.print(`  ${column.name.padEnd(16)} ${column.meaning}${need}${also}`);
    }
  }
  return 0;
}
