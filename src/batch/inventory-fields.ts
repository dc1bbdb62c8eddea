import { normalised } from '../input/column-names.js';
import type { Job } from '../job/define.js';
import { RESULTS_COLUMNS } from '../job/results-columns.js';
import type { Pbx } from '../portal/inventory.js';

/** The fields of all PBXs as columns, in the order in which they come, each under a name that `run` does not read. */
export function fieldColumns(
  pbxs: readonly Pbx[],
  job: Pick<Job, 'columns'>,
): readonly { readonly field: string; readonly column: string }[] {
  const taken = new Set(
    [...job.columns.flatMap(({ name, aliases }) => [name, ...aliases]), ...RESULTS_COLUMNS].map(normalised),
  );
  const fields = new Set(pbxs.flatMap(({ fields: own }) => [...own.keys()]));
  // The portal's `planName` is the plan that a PBX has: read as the plan that is wanted it would order that one.
  return [...fields].map((field) => ({
    field,
    column: taken.has(normalised(field)) ? `portal.${field}` : field,
  }));
}
