import type { RunConfig } from '../cli/config.js';
import { Problem } from '../common/errors.js';
import { type BatchPrice, overLimit } from '../output/price.js';

/** Refuses a run whose orders would cost more than --max-total, or cost nobody knows what. */
export function assertUnderMaxTotal({ maxTotal }: Pick<RunConfig, 'maxTotal'>, price: BatchPrice): void {
  const why = maxTotal === undefined ? undefined : overLimit(price, maxTotal);
  if (why === undefined) return;
  throw new Problem('over_max_total', `--max-total ${maxTotal} does not allow this run: ${why}.`, {
    remedy: 'Nothing was sent. Place fewer orders (--limit), or allow more (--max-total).',
  });
}
