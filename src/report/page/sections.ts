import { sayDuration, sayWait } from '../../common/duration.js';
import { PUBLIC_STATUSES } from '../../output/public-status.js';
import { type Chart, colourOf } from '../charts/look.js';
import { outcomesChart } from '../charts/outcomes.js';
import { timeChart } from '../charts/over-time.js';
import { type Facts, quantile } from '../facts.js';
import { html, type Markup, trusted } from '../html.js';
import { utc } from '../rows.js';
import { type Timeline, timelineOf } from '../timeline.js';
import { answer, WORDS, whatNext } from '../words.js';

const number = (value: number): string => value.toLocaleString('en');
const seconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${(value / 1000).toFixed(value < 10_000 ? 2 : 0)} s`;

const drawing = ({ wide, narrow }: Chart): Markup =>
  html`<div class="wide">${trusted(wide)}</div><div class="narrow">${trusted(narrow)}</div>`;

const figure = (name: string, value: string, colour = ''): Markup =>
  html`<div${colour === '' ? '' : html` style="--colour: ${colour}"`}><dt>${name}</dt><dd>${value}</dd></div>`;

/** The answer first, in a sentence; then what happens next, and the counts. */
export function outcome(facts: Facts, operation: string): Markup {
  const { counts, total } = facts;
  const shown = PUBLIC_STATUSES.filter((status) => counts[status] > 0);
  const next = whatNext(facts);
  return html`<section aria-labelledby="outcome">
<h2 id="outcome">Outcome</h2>
<p class="answer">${answer(facts, operation)}</p>
${next.length === 0 ? '' : html`<ul class="next">${next.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
<dl class="figures">
${figure('rows', number(total))}
${shown.map((status) => figure(WORDS[status], number(counts[status]), colourOf(status)))}
</dl>
${shown.length < 2 ? '' : html`<figure>${drawing(outcomesChart(facts))}</figure>`}
</section>`;
}

/** How fast it went: of use to whoever runs the program, so it stands last. */
export function speed({ sends }: Facts, timeline: Timeline): Markup {
  if (sends.length === 0) return html``;
  const took = sends.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs])).sort((a, b) => a - b);
  const { activeMs } = timeline;
  const pace = activeMs >= 1000 ? (sends.length / activeMs) * 1000 : undefined;
  return html`<section aria-labelledby="speed">
<h2 id="speed">Speed</h2>
<dl class="figures">
${figure('sending', sayWait(Math.max(1, activeMs)))}
${pace === undefined ? '' : figure('orders a second', pace.toFixed(1))}
${took.length === 0 ? '' : figure('median latency', seconds(quantile(took, 0.5)))}
${took.length === 0 ? '' : figure('95 % within', seconds(quantile(took, 0.95)))}
${figure('sent again', number(sends.reduce((sum, { again }) => sum + again, 0)))}
</dl>
</section>`;
}

/** Orders and latency over time, with the same numbers as a table. */
export function overTime(facts: Facts, timeline = timelineOf(facts.sends)): Markup {
  const { buckets, bucketMs } = timeline;
  // One bucket shows no development.
  if (buckets.length < 2) return html``;
  const shown = PUBLIC_STATUSES.filter((status) => buckets.some(({ counts }) => counts[status]));
  return html`<section aria-labelledby="time">
<h2 id="time">Over time</h2>
<ul class="legend">
${shown.map((status) => html`<li><i class="block" style="--colour: ${colourOf(status)}"></i>${WORDS[status]}</li>`)}
<li><i style="--colour: var(--accent)"></i>median latency</li>
<li><i class="dashed" style="--colour: var(--slow)"></i>95 % were within</li>
${buckets.some(({ again }) => again > 0) ? html`<li><i class="block" style="--colour: var(--again)"></i>sent again</li>` : ''}
</ul>
<figure>${drawing(timeChart(timeline))}
<figcaption class="note">Times in UTC, in steps of ${sayDuration(bucketMs)}, by each row's last send. Latency is the time from that send to the outcome.
“Sent again” counts each send of a row after its first, in all runs: a high number means that the portal asked for a slower pace, or that answers were lost.</figcaption></figure>
<details><summary>The numbers of this chart</summary><div class="scroll tall" role="region" aria-label="Numbers over time" tabindex="0"><table>
<thead><tr><th scope="col">From (UTC)</th>${shown.map((status) => html`<th scope="col" class="number">${WORDS[status]}</th>`)}<th scope="col" class="number">median</th><th scope="col" class="number">95 % within</th><th scope="col" class="number">sent again</th></tr></thead>
<tbody>${buckets.map(
    (
      bucket,
    ) => html`<tr><th scope="row">${utc(bucket.from)}</th>${shown.map((status) => html`<td class="number">${bucket.counts[status] ?? 0}</td>`)}<td class="number">${seconds(bucket.medianMs)}</td><td class="number">${seconds(bucket.slowMs)}</td><td class="number">${bucket.again}</td></tr>
`,
  )}</tbody></table></div></details>
</section>`;
}

/** Reasons listed at most: a portal that puts a number into each code must not make the page endless. */
const REASONS = 50;

/** Why rows did not succeed, the most frequent first, with one example each. */
export function reasons({ reasons: all }: Facts): Markup {
  const more = all.length - REASONS;
  const table = html`<div class="scroll" role="region" aria-label="Rows without success by reason" tabindex="0"><table>
<thead><tr><th scope="col" class="number">Rows</th><th scope="col">Status</th><th scope="col">Code</th><th scope="col">For example</th><th scope="col">Message</th></tr></thead>
<tbody>${all.slice(0, REASONS).map(
    ({ status, code, rows, message, example }) =>
      html`<tr><td class="number">${number(rows)}</td><td><span class="badge ${status}">${WORDS[status]}</span></td><th scope="row">${code}</th><td class="code">${example}</td><td class="reason">${message}</td></tr>
`,
  )}</tbody></table></div>${more > 0 ? html`<p class="note">And ${more} more reasons: see the rows.</p>` : ''}`;
  if (all.length === 0) return html``;
  return html`<section aria-labelledby="reasons"><h2 id="reasons">Without success, by reason</h2>
${table}
</section>`;
}
