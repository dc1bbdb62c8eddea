import { sayCycle } from '../../common/billing-cycle.js';
import { type BatchPrice, sayAll, sayEach, sayPrice } from '../../output/price.js';
import { html, type Markup } from '../html.js';

/** What the orders were to cost, by plan and together. */
export function priceSection(price: BatchPrice | undefined): Markup {
  if (price === undefined || price.orders === 0) return html``;
  return html`<section aria-labelledby="price"><h2 id="price">Price</h2>
${sayPrice(price).map((sentence) => html`<p>${sentence}</p>`)}
<div class="scroll" role="region" aria-label="Price by plan" tabindex="0"><table>
<thead><tr><th scope="col" class="number">Orders</th><th scope="col">Plan</th><th scope="col">Cycle</th><th scope="col" class="number">Each</th><th scope="col" class="number">Together</th></tr></thead>
<tbody>${price.byPlan.map(
    (
      plan,
    ) => html`<tr><td class="number">${plan.orders}</td><th scope="row">${plan.plan}</th><td>${sayCycle(plan)}</td><td class="number">${sayEach(price, plan.planId, plan) || 'not known'}</td><td class="number">${sayAll(price, plan.planId, plan) || 'not known'}</td></tr>
`,
  )}</tbody></table></div>
</section>`;
}
