import type { Compilable, CompiledQuery } from 'kysely';

/** Stands in a statement for a value that each use fills in. */
class Slot {
  constructor(readonly name: string) {}
}

/** A statement with slots, and what fills them: the values in the order of its parameters. */
export interface Template<Values, Row = unknown> {
  readonly query: CompiledQuery<Row>;
  readonly fill: (values: Values) => unknown[];
}

/**
 * A statement compiled once and run many times: the query builder's own work is a good part of a row's cost.
 * @param build writes the statement with the slots in place of values
 */
export function compileTemplate<Values extends object, Row = unknown>(
  build: (slots: Required<Values>) => Pick<Compilable<Row>, 'compile'>,
): Template<Values, Row> {
  const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) }) as Required<Values>;
  const query = build(slots).compile();
  const fill = (values: Values): unknown[] =>
    query.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    );
  return { query, fill };
}

/** The same, compiled when it is first used. @returns a function from values to the statement ready to run */
export function template<Values extends object, Row = unknown>(
  build: (slots: Required<Values>) => Pick<Compilable<Row>, 'compile'>,
): (values: Values) => CompiledQuery<Row> {
  let compiled: Template<Values, Row> | undefined;
  return (values) => {
    compiled ??= compileTemplate(build);
    return { ...compiled.query, parameters: compiled.fill(values) };
  };
}
