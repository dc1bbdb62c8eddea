import { type RawBuilder, sql } from 'kysely';

/** Rows read at a time: memory must not grow with the file. */
export const PORTION = 500;

/**
 * The run as an expression, not a column, so that no planner takes the index by position for a portion by
 * serial number: it would sort the whole batch for each.
 */
export const inRun = (runNo: number): RawBuilder<boolean> => sql<boolean>`order_row.run_no + 0 = ${runNo}`;
