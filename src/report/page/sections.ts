import ms from 'ms';
import { PENDING_LINES } from '../../output/pending.js';
import { PUBLIC_STATUSES } from '../../output/public-status.js';
import { type Chart, colourOf } from '../charts/look.js';
import { outcomesChart } from '../charts/outcomes.js';
import { timeChart } from '../charts/over-time.js';
import { type Facts, quantile } from '../facts.js';
import { html, type Markup, trusted } from '../html.js';
import { utc } from '../rows.js';
import { type Timeline, timelineOf } from '../timeline.js';

const number = (value: number): string => value.toLocaleString('en');
const seconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${(value / 1000).toFixed(value < 10_000 ? 2 : 0)} s`;

/** A duration in its two largest units: `2 h 5 min`. */
export function sayDuration(lasted: number): string {
  const total = Math.max(1, Math.round(lasted / 1000));
  const units = [
    [Math.floor(total / 3600), 'h'],
    [Math.floor(total / 60) % 60, 'min'],
    [total % 60, 's'],
  ] as const;
  const shown = units.filter(([count]) => count > 0).slice(0, 2);
  return shown.map(([count, unit]) => `${count.toLocaleString('en')} ${unit}`).join(' ');
}

const drawing = ({ wide, narrow }: Chart): Markup =>
  html`<div class="wide">${trusted(wide)}</div><div class="narrow">${trusted(narrow)}</div>`;

/** The numbers that a manager asks for, and the chart of outcomes. */
export function figures(facts: Facts, timeline: Timeline): Markup {
  const { counts, total, sends } = facts;
  const took = sends.flatMap(({ tookMs }) => (tookMs === undefined ? [] : [tookMs])).sort((a, b) => a - b);
  const { activeMs } = timeline;
  const pace = activeMs >= 1000 ? (sends.length / activeMs) * 1000 : undefined;
  const figure = (name: string, value: string, colour = ''): Markup =>
    html`<div${colour === '' ? '' : html` style="--colour: ${colour}"`}><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<section aria-labelledby="outcome">
<h2 id="outcome">Outcome</h2>
<dl class="figures">
${figure('rows', number(total))}
${PUBLIC_STATUSES.map((status) => figure(status, number(counts[status]), colourOf(status)))}
${figure('sending', sends.length === 0 ? '–' : sayDuration(activeMs))}
${figure('orders a second', pace === undefined ? '–' : pace.toFixed(1))}
${figure('median latency', seconds(quantile(took, 0.5)))}
${figure('95 % within', seconds(quantile(took, 0.95)))}
${figure('sent again', number(sends.filter(({ again }) => again).length))}
</dl>
${counts.pending === 0 ? '' : html`<p class="note"><strong>Pending:</strong> ${PENDING_LINES.join(' ')}</p>`}
</section>
${
  total === 0
    ? ''
    : html`<section aria-labelledby="chart"><h2 id="chart">Rows by status</h2>
<figure>${drawing(outcomesChart(facts))}</figure></section>`
}`;
}

/** Orders and latency over time, with the same numbers as a table. */
export function overTime(facts: Facts, timeline = timelineOf(facts.sends)): Markup {
  const { buckets, bucketMs } = timeline;
  if (buckets.length === 0) {
    return html`<section aria-labelledby="time"><h2 id="time">Over time</h2><p class="note">No order has been sent yet.</p></section>`;
  }
  const shown = PUBLIC_STATUSES.filter((status) => buckets.some(({ counts }) => counts[status]));
  return html`<section aria-labelledby="time">
<h2 id="time">Over time</h2>
<ul class="legend">
${shown.map((status) => html`<li><i class="block" style="--colour: ${colourOf(status)}"></i>${status}</li>`)}
<li><i style="--colour: var(--accent)"></i>median latency</li>
<li><i class="dashed" style="--colour: var(--slow)"></i>95 % were within</li>
<li><i class="block" style="--colour: var(--again)"></i>sent again</li>
</ul>
<figure>${drawing(timeChart(timeline))}
<figcaption class="note">Times in UTC, in steps of ${ms(bucketMs, { long: true })}, by each row's last send. Latency is the time from that send to the outcome.
“Sent again” counts rows that the portal had turned away, or whose answer had been lost, on an earlier send:
where it is high, the portal pushed back shortly before.</figcaption></figure>
<details><summary>The numbers of this chart</summary><div class="scroll tall" role="region" aria-label="Numbers over time" tabindex="0"><table>
<thead><tr><th scope="col">From (UTC)</th>${shown.map((status) => html`<th scope="col" class="number">${status}</th>`)}<th scope="col" class="number">median</th><th scope="col" class="number">95 % within</th><th scope="col" class="number">sent again</th></tr></thead>
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
<thead><tr><th scope="col" class="number">Rows</th><th scope="col">Status</th><th scope="col">Code</th><th scope="col">For example</th><th scope="col">What was said</th></tr></thead>
<tbody>${all.slice(0, REASONS).map(
    ({ status, code, rows, message, example }) =>
      html`<tr><td class="number">${number(rows)}</td><td><span class="badge ${status}">${status}</span></td><th scope="row">${code}</th><td class="code">${example}</td><td class="reason">${message}</td></tr>
`,
  )}</tbody></table></div>${more > 0 ? html`<p class="note">And ${more} more reasons: see the rows.</p>` : ''}`;
  return html`<section aria-labelledby="reasons"><h2 id="reasons">Without success, by reason</h2>
${all.length === 0 ? html`<p class="note">No row has failed, is invalid or in doubt.</p>` : table}
</section>`;
}
