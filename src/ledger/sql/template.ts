import type { Compilable, CompiledQuery } from 'kysely';

/** Stands in a statement for a value that each use fills in. */
class Slot {
  constructor(readonly name: string) {}
}

/**
 * A statement compiled once and run many times: the query builder's own work is a good part of a row's cost.
 * @param build writes the statement with the slots in place of values
 * @returns a function from values to the statement ready to run
 */
export function template<Values extends object, Row = unknown>(
  build: (slots: Required<Values>) => Pick<Compilable<Row>, 'compile'>,
): (values: Values) => CompiledQuery<Row> {
  const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) }) as Required<Values>;
  let compiled: CompiledQuery<Row> | undefined;
  return (values) => {
    compiled ??= build(slots).compile();
    const filled = compiled.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    );
    return { ...compiled, parameters: filled };
  };
}
