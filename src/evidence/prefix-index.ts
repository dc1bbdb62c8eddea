/** Finds what was filed under a beginning of a text, however many beginnings there are. */
export interface PrefixIndex<T> {
  readonly add: (prefix: string, item: T) => void;
  /** All items that were filed under a beginning of the text, or under the whole of it. */
  readonly under: (text: string) => readonly T[];
  readonly size: () => number;
}

export function prefixIndex<T>(): PrefixIndex<T> {
  const byLength = new Map<number, Map<string, T[]>>();
  let size = 0;
  return {
    add: (prefix, item) => {
      const prefixes = byLength.get(prefix.length) ?? new Map<string, T[]>();
      byLength.set(prefix.length, prefixes);
      prefixes.set(prefix, [...(prefixes.get(prefix) ?? []), item]);
      size++;
    },
    under: (text) => [...byLength].flatMap(([length, prefixes]) => prefixes.get(text.slice(0, length)) ?? []),
    size: () => size,
  };
}
