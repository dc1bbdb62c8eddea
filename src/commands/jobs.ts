import type { Ending } from '../cli/call.js';
import type { Job } from '../job/define.js';
import { jobNames, loadJob } from '../job/load.js';

/** The jobs in `jobs/`, with their columns. */
export async function jobs(): Promise<Ending> {
  const all = await Promise.all(jobNames().map(loadJob));
  return {
    exitCode: 0,
    json: {
      jobs: all.map(({ name, summary, columns, required }) => ({ name, summary, required, columns })),
    },
    text: all.flatMap(describe).join('\n'),
  };
}

function describe(job: Job): string[] {
  const columns = job.columns.map((column) => {
    const group = job.required.find((names) => names.includes(column.name));
    const need =
      group === undefined ? '' : group.length > 1 ? ` (${group.join(' or ')} is needed)` : ' (needed)';
    const also = column.aliases.length > 0 ? ` [also: ${column.aliases.join(', ')}]` : '';
    return `  ${column.name.padEnd(16)} ${column.meaning}${need}${also}`;
  });
  return [`${job.name}: ${job.summary}`, ...columns];
}
