import type { Ending } from '../cli/call.js';
import { cyclesOf, sayMultiCycles } from '../job/columns.js';
import type { Job } from '../job/define.js';
import { jobNames, loadJob } from '../job/load.js';

/** The jobs in `jobs/`, with what they order and their columns. */
export async function jobs(): Promise<Ending> {
  const all = await Promise.all(jobNames().map((name) => loadJob(name)));
  return {
    exitCode: 0,
    json: {
      jobs: all.map(({ name, summary, productId, operation, cycles, columns, required }) => ({
        name,
        summary,
        productId,
        operation,
        cycles,
        required,
        columns,
      })),
    },
    text: [...all.flatMap(describe), '', ...columnsOf(all)].join('\n'),
  };
}

const describe = ({ name, summary, productId, cycles }: Job): string[] => [
  `${name}: ${summary}`,
  `  product ${productId}, ${cyclesOf(cycles).join(' or ')}: multiCycle ${sayMultiCycles(cycles)}`,
];

/** Jobs differ in what their columns may hold, not in their names: those are listed once. */
function columnsOf(all: readonly Job[]): string[] {
  const seen = new Set<string>();
  const columns = all.flatMap((job) => job.columns.map((column) => ({ column, job })));
  const fresh = columns.filter(({ column }) => !seen.has(column.name) && seen.add(column.name));
  return [
    'Columns of the file:',
    ...fresh.map(({ column: { name, meaning, aliases }, job }) => {
      const group = job.required.find((names) => names.includes(name));
      const need =
        group === undefined ? '' : group.length > 1 ? ` (${group.join(' or ')} is needed)` : ' (needed)';
      const also = aliases.length > 0 ? ` [also: ${aliases.join(', ')}]` : '';
      const said = name === 'billingCycle' || name === 'multiCycle' ? 'as the job says above' : meaning;
      return `  ${name.padEnd(16)} ${said}${need}${also}`;
    }),
  ];
}
