/** Markup that is finished: nothing in it is escaped again. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as markup that shows it, in content and in quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A template whose values are escaped unless they are markup: forgetting to escape is not possible. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const written = parts.map((part) => {
    if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
    return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
  });
  return { markup: String.raw({ raw: strings }, ...written) };
}

/** Takes text that this program made itself, such as a chart, as markup. */
export const trusted = (markup: string): Markup => ({ markup });

/**
 * JSON that may stand in a script element: no value can end the element or open a comment in it, and the two
 * line separators that old engines take as line ends are escaped too.
 */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
