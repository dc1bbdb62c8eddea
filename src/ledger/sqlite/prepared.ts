import type { Database } from 'better-sqlite3';
import type { Compilable } from 'kysely';
import { compileTemplate } from '../sql/template.js';

/** A statement that is run at once, without the query builder. */
export interface Prepared<Values, Row> {
  /** @returns how many rows it hit */
  readonly run: (values: Values) => number;
  /** @returns the first row that it returns */
  readonly get: (values: Values) => Row | undefined;
}

/**
 * For the few statements that run for each row: compiled and prepared when they are first used.
 * @param build writes the statement with the slots in place of values
 */
export function prepared<Values extends object, Row = unknown>(
  sqlite: Database,
  build: (slots: Required<Values>) => Pick<Compilable<Row>, 'compile'>,
): Prepared<Values, Row> {
  const make = () => {
    const { query, fill } = compileTemplate<Values, Row>(build);
    return { statement: sqlite.prepare<unknown[], Row>(query.sql), fill };
  };
  let made: ReturnType<typeof make> | undefined;
  const ready = () => (made ??= make());
  return {
    run: (values) => ready().statement.run(...ready().fill(values)).changes,
    get: (values) => ready().statement.get(...ready().fill(values)),
  };
}
