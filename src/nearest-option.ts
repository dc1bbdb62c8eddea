import { closest, distance } from 'fastest-levenshtein';

/** For the first option that does not exist, the one that was probably meant; `undefined` if none is near. */
export function nearestOption(argv: readonly string[], known: readonly string[]): string | undefined {
  for (const argument of argv) {
    const name = /^--([^=]+)/.exec(argument)?.[1];
    if (name === undefined || known.includes(name) || name === 'help' || name === 'version') continue;
    const longer = known.filter((option) => option.startsWith(name));
    const near = longer.length === 1 && longer[0] !== undefined ? longer[0] : closest(name, [...known]);
    if (longer.length === 1 || distance(name, near) <= Math.max(2, name.length / 3))
      return `Did you mean --${near}?`;
  }
  return undefined;
}
