import type { Counts } from './counts.js';
import { table } from './markdown.js';
import { PUBLIC_STATUSES } from './public-status.js';

/** How many rows have each status, as Markdown. */
export const statusTable = (counts: Counts): string =>
  table(
    ['Status', 'Rows'],
    PUBLIC_STATUSES.filter((status) => counts[status] > 0).map((status) => [status, String(counts[status])]),
  );
