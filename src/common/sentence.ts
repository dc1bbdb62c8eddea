/** Some of many, to stand in a sentence: `A, B and 3 more`. */
export const someOf = (items: readonly string[], most: number): string =>
  `${items.slice(0, most).join(', ')}${items.length > most ? ` and ${items.length - most} more` : ''}`;

/** A sentence that is to stand inside another one: without its full stop. */
export const asClause = (sentence: string): string => sentence.replace(/[.]$/, '');
