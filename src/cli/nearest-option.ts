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

/** The command that was probably meant by a word that is not a file; `undefined` if none is near. */
export function nearestCommand(word: string, commands: readonly string[]): string | undefined {
  if (!/^[a-z]+$/i.test(word)) return undefined;
  const near = closest(word.toLowerCase(), [...commands]);
  return distance(word.toLowerCase(), near) <= 2 ? near : undefined;
}

/** Variables that are nearly one of ours: a misspelt setting must not be passed over in silence. */
export function misspeltVariables(given: readonly string[], known: readonly string[]): string[] {
  return given
    .filter((name) => /^(BATCH|YEASTAR)_/.test(name) && !known.includes(name))
    .flatMap((name) => {
      const near = closest(name, [...known]);
      return distance(name, near) <= 2 ? [`Unknown variable ${name}. Did you mean ${near}?`] : [];
    });
}
