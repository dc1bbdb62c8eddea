import { sayCycle } from '../../common/billing-cycle.js';
import { sayCost } from '../../output/cost.js';
import { sayAll, sayEach, sayPrice } from '../../output/price.js';
import type { Facts } from '../facts.js';
import { html, type Markup } from '../html.js';
import type { PageFacts } from './page.js';

/** What the orders were to cost, by plan and together, and what they did cost. */
export function priceSection({ price, cost }: Pick<PageFacts, 'price' | 'cost'>, { counts }: Facts): Markup {
  const did = cost === undefined ? html`` : html`<p>The orders cost ${sayCost(cost, counts)}.</p>`;
  if (price === undefined || price.orders === 0) {
    return cost === undefined
      ? html``
      : html`<section aria-labelledby="price"><h2 id="price">Price</h2>${did}</section>`;
  }
  return html`<section aria-labelledby="price"><h2 id="price">Price</h2>
${did}
${sayPrice(price).map((sentence, at) => html`<p>${at === 0 ? `Asked before the first order: ${sentence}` : sentence}</p>`)}
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
