import { expect, it } from 'vitest';
import { playCampaign, type Verdict } from './campaign.js';
import { addTo, lineOf, noFigures } from './figures.js';
import { PORTAL_KINDS } from './portals.js';
import { RELAY_POINTS } from './relay.js';
import { LEDGER_POINTS } from './rounds.js';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** `npm run test:faults` plays many more; the first few are of small batches. */
const CAMPAIGNS = number('FAULT_CAMPAIGNS', 6);
const FIRST_SEED = number('FAULT_SEED', 28);
const AT_A_TIME = number('FAULT_PARALLEL', 4);
/** A campaign that proved nothing because the machine stood still is played once more. */
const TRIES = 3;
/** From so many campaigns on every named point has to have been hit. */
const ENOUGH = 100;

it(`${CAMPAIGNS} campaigns of faults and kills end with every row ordered once`, {
  timeout: CAMPAIGNS * 60_000,
}, async () => {
  const figures = noFigures();
  const failed: Verdict[] = [];
  const say = (text: string): boolean => process.stderr.write(`${text}\n`);

  const play = async (seed: number): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const own = noFigures();
      const startedAt = performance.now();
      const verdict = await playCampaign(seed, own);
      if (process.env['FAULT_VERBOSE']) {
        say(`seed ${seed}: ${Math.round(performance.now() - startedAt)} ms, ${lineOf(own)}`);
      }
      if (verdict.stalled && attempt < TRIES) {
        figures.repeated++;
        continue;
      }
      addTo(figures, own);
      if (verdict.wrong.length === 0) return;
      failed.push(verdict);
      say(`FAILED: FAULT_SEED=${seed} FAULT_CAMPAIGNS=1, all about it in ${verdict.folder}`);
      for (const wrong of verdict.wrong.slice(0, 10)) say(`  ${wrong}`);
      return;
    }
  };

  let next = FIRST_SEED;
  const worker = async (): Promise<void> => {
    while (next < FIRST_SEED + CAMPAIGNS) await play(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  say(lineOf(figures));
  expect(failed.map(({ seed, wrong }) => `${seed}: ${wrong[0]}`)).toEqual([]);
  if (CAMPAIGNS >= ENOUGH) {
    for (const point of [...LEDGER_POINTS, ...RELAY_POINTS])
      expect(figures.kills[point], point).toBeGreaterThan(0);
    for (const kind of PORTAL_KINDS) expect(figures.portals[kind], kind).toBeGreaterThan(0);
  }
  expect(figures).toMatchObject({ campaigns: CAMPAIGNS, duplicates: 0, forgotten: 0, untrue: 0 });
});
