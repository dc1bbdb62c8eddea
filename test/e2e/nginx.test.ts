import { describe, expect, it } from 'vitest';
import { hasNginx, nginxForTest } from '../support/nginx.js';
import { sharesOf } from '../support/nginx-limit.js';
import { contradictions, csvOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const ROWS = 120;
const PER_SECOND = 20;

if (!hasNginx)
  process.stderr.write("SKIPPED: no nginx for its limit_req: install it (Debian's nginx-light).\n");

describe.skipIf(!hasNginx)("nginx' limit_req of 20 a second, which the program is not told", () => {
  it.each([
    // nginx' defaults: no burst, 503 with a page of its own, no Retry-After.
    { more: '', status: 503 },
    { more: 'burst=20 nodelay', status: 503 },
    { more: '', status: 429 },
  ])('is used and rarely met, and every row is ordered once ($more, $status)', async ({ more, status }) => {
    const sandbox = await sandboxForTest();
    const nginx = await nginxForTest(sandbox.url, { perSecond: PER_SECOND, more, status });
    const place = workplace({ ...sandbox, url: nginx.url });
    place.write('orders.csv', csvOf(ROWS));
    const ended = await place.summary(['orders.csv', '--settle', '1s']);
    expect(ended.status).toBe(0);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(ROWS);
    // On a busy machine each timer is late: what is used on a quiet one is the bench's to tell (`-- nginx`). A program that
    // did not find the limit again would crawl at a fifth of it, and one that does not heed it is refused most times.
    const { used, refused } = sharesOf(nginx.log(), ROWS, PER_SECOND);
    expect(used).toBeGreaterThanOrEqual(0.5);
    expect(refused).toBeLessThanOrEqual(0.15);
  });
});
