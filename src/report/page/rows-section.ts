import { PUBLIC_STATUSES } from '../../output/public-status.js';
import type { Facts } from '../facts.js';
import { html, type Markup } from '../html.js';
import { WORDS } from '../words.js';

/** The table's columns with their place in a `ReportRow`. */
const COLUMNS: readonly (readonly [name: string, place: number, kind: string])[] = [
  ['Row', 0, 'number'],
  ['Serial number', 1, ''],
  ['Status', 2, ''],
  ['Order number', 3, ''],
  ['Plan', 4, ''],
  ['Sends', 5, 'number'],
  ['Latency', 6, 'number'],
  ['Reason', 7, ''],
];

/** The table of all rows: its frame. The page's script fills it, a hundred rows at a time. */
export function rowsSection({ counts, total }: Facts): Markup {
  const statuses = PUBLIC_STATUSES.flatMap((status, i) =>
    counts[status] > 0
      ? [html`<option value="${i}">${WORDS[status]} (${counts[status].toLocaleString('en')})</option>`]
      : [],
  );
  return html`<section class="rows" aria-labelledby="all-rows">
<h2 id="all-rows">All rows</h2>
<noscript><p class="note">The table of all rows needs JavaScript; the results CSV has the same rows.</p></noscript>
<form class="tools" role="search">
<label>Search, in every value of a row<input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<label>Status<select id="status" autocomplete="off"><option value="-1">all (${total.toLocaleString('en')})</option>${statuses}</select></label>
<p id="count" role="status" aria-live="polite"></p>
</form>
<div class="scroll" id="table" role="region" aria-label="All rows" tabindex="0"><table>
<thead><tr>${COLUMNS.map(
    ([name, place, kind]) =>
      html`<th scope="col" class="${kind}" data-sort="${place}"><button type="button">${name}</button></th>`,
  )}</tr></thead>
<tbody id="rows"></tbody>
</table></div>
<nav class="pages" aria-label="Pages of rows"><span id="range"></span><button type="button" id="previous">Previous</button><button type="button" id="next">Next</button></nav>
</section>
<dialog id="details" aria-labelledby="details-title"><header><h2 id="details-title"></h2><button type="button" class="close" id="details-close">Close</button></header><dl id="details-list"></dl></dialog>`;
}
