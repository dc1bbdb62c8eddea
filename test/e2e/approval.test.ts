import { expect, it } from 'vitest';
import { csvOf, serialNumberOf, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

it('the page of a dry run has all that is needed to say yes, and its command places exactly that', async () => {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  const GITHUB_STEP_SUMMARY = `${place.folder}/summary.md`;
  place.write(
    'orders.csv',
    `${csvOf(9)}${csvOf(4, { from: 9, plan: 'Linkus Cloud Service' }).split('\n').slice(1).join('\n')}`,
  );
  const dry = await place.summary(['orders.csv', '--dry-run'], { GITHUB_STEP_SUMMARY });
  expect(dry.status).toBe(0);
  expect(sandbox.truth()).toHaveLength(0);
  const page = place.read('summary.md');
  const host = new URL(sandbox.url).host;
  expect(page).toContain(`### batch orders: place 13 orders at ${host}?`);
  expect(page).toContain('| File | `orders.csv` |');
  expect(page).toMatch(
    /\| Linkus Cloud Service Pro \| `\d+` \| 9 \| 1944\.00 USD \|\n\| Linkus Cloud Service \| `\d+` \| 4 \| 432\.00 USD \|/,
  );
  expect(page).toMatch(/\| Ada Keller \| `\d+` \| 13 \|/);
  expect(page).toContain('| not_sent | 13 |');
  expect(page).toContain('**The first 10 orders**');
  expect(page).toContain(
    `| \`${serialNumberOf(9)}\` | Linkus Cloud Service | annually | 1 | Ada Keller | \`ORDERS-`,
  );
  expect(page).not.toContain(serialNumberOf(10));
  expect(page).toContain(`| Plan hash | \`${dry.summary.plan}\` |`);
  const command = /```sh\n(.+)\n```/.exec(page)?.[1] ?? '';
  expect(command).toContain(`--plan ${dry.summary.plan}`);
  expect((await place.type(command)).status).toBe(0);
  expect(sandbox.truth()).toHaveLength(13);
});

it('the page of a dry run with findings lists them all, and where the run ends before there is a plan too', async () => {
  const place = workplace(await sandboxForTest());
  const GITHUB_STEP_SUMMARY = `${place.folder}/summary.md`;
  const wrong = Array.from({ length: 30 }, (_, i) => `OTHER${i},No such plan ${i},ada.keller@example.com\n`);
  place.write('orders.csv', `${csvOf(2)}${wrong.join('')}`);
  expect((await place.run(['orders.csv', '--dry-run'], { GITHUB_STEP_SUMMARY })).status).toBe(2);
  const page = place.read('summary.md');
  expect(page).toContain('### batch orders cannot be placed: 30 problems');
  expect(page.match(/\| `unknown_plan` \|/g)).toHaveLength(30);
  expect(page).toContain('| invalid | 30 |');

  place.write('no-plan.csv', 'sn,what\nA1,B\n');
  const path = `${place.folder}/unusable.md`;
  expect((await place.run(['no-plan.csv', '--dry-run'], { GITHUB_STEP_SUMMARY: path })).status).toBe(2);
  expect(place.read('unusable.md')).toMatch(/\*\*.*nothing was sent.*\*\*[\s\S]*`missing_column`/);
});
