import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { BatchRecord } from '../../ledger/schema.js';
import type { Cost } from '../../output/cost.js';
import type { BatchPrice } from '../../output/price.js';
import { PUBLIC_STATUSES } from '../../output/public-status.js';
import { clientScript } from '../client/script.js';
import type { Facts } from '../facts.js';
import { html, type Markup, scriptJson, trusted } from '../html.js';
import { DETAILS, utc } from '../rows.js';
import { timelineOf } from '../timeline.js';
import { WORDS } from '../words.js';
import { priceSection } from './price-section.js';
import { rowsSection } from './rows-section.js';
import { outcome, overTime, reasons, speed } from './sections.js';
import { STYLE } from './style.js';

export interface PageFacts {
  readonly batch: Pick<BatchRecord, 'id' | 'job' | 'operation' | 'file' | 'run_no' | 'columns'>;
  readonly sandbox: boolean;
  /** What the orders of the last run were to cost, if it asked. */
  readonly price?: BatchPrice | undefined;
  /** What its orders did cost, as far as the portal has shown it. */
  readonly cost?: Cost | undefined;
  /** Epoch ms at which the page is made. */
  readonly now: number;
}

/**
 * Everything before the rows. The policy lets the page load nothing and run no script but its own: a value that
 * slipped through the escaping would still do nothing.
 */
export function pageStart({ batch, sandbox }: PageFacts): string {
  const hash = createHash('sha256').update(clientScript()).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${sandbox ? 'SANDBOX: ' : ''}${batch.id} – batch report</title>
<style>${trusted(STYLE)}</style>
`.markup;
}

/** A moment; the page's script sets the reader's own time beside it. */
const moment = (epochMs: number): Markup =>
  html`<time datetime="${new Date(epochMs).toISOString()}">${utc(epochMs)} UTC</time>`;

/** What a reader sees, after the rows have passed. */
export function pageRest({ batch, sandbox, now, price, cost }: PageFacts, facts: Facts): string {
  const timeline = timelineOf(facts.sends);
  const [first, last] = [facts.sends.at(0), facts.sends.at(-1)];
  const when =
    first === undefined || last === undefined
      ? ''
      : html`<p>Orders sent from ${moment(first.at)} to ${moment(last.at)}</p>`;
  const table = {
    statuses: PUBLIC_STATUSES,
    words: PUBLIC_STATUSES.map((status) => WORDS[status]),
    details: DETAILS,
    columns: JSON.parse(batch.columns) as string[],
  };
  return html`<script type="application/json" id="facts">${trusted(scriptJson(table))}</script>
</head>
<body>
<a class="skip" href="#all-rows">To the table of all rows</a>
<header>
${sandbox ? html`<p class="sandbox">SANDBOX: a simulated portal, no real orders</p>` : ''}
<h1>Batch ${batch.id}</h1>
<p>Job ${batch.job}, file ${basename(batch.file)}, run ${batch.run_no}</p>
${when}
</header>
<main>
${outcome(facts, batch.operation)}
${reasons(facts)}
${priceSection({ price, cost }, facts)}
${rowsSection(facts)}
${speed(facts, timeline)}
${overTime(facts, timeline)}
</main>
<footer><p>Made ${moment(now)} by yeastar-batch from its ledger. This page loads nothing from the network.</p></footer>
<script>${trusted(clientScript())}</script>
</body>
</html>
`.markup;
}
