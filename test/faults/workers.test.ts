import { expect, inject, it } from 'vitest';
import { type PostgresServer, startServer } from '../support/start-postgres.js';
import { addTo, lineOf, noFigures } from './figures.js';
import { playTeamCampaign, type TeamVerdict } from './team-campaign.js';

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** `npm run test:faults` plays many more; the one of every day is short. */
const ASKED = process.env['FAULT_WORKER_CAMPAIGNS'];
const CAMPAIGNS = Number(ASKED ?? 1);
const FIRST_SEED = number('FAULT_WORKER_SEED', 1);
const AT_A_TIME = number('FAULT_WORKER_PARALLEL', 2);

it.skipIf(inject('postgresUrl') === undefined)(
  `${CAMPAIGNS} campaigns of several workers end with every row ordered once`,
  { timeout: CAMPAIGNS * 250_000 },
  async () => {
    const figures = noFigures();
    const failed: TeamVerdict[] = [];
    const say = (text: string): boolean => process.stderr.write(`${text}\n`);
    let next = FIRST_SEED;

    const playSome = async (server: PostgresServer): Promise<void> => {
      while (next < FIRST_SEED + CAMPAIGNS) {
        const seed = next++;
        const own = noFigures();
        const startedAt = performance.now();
        const verdict = await playTeamCampaign(seed, server, own, ASKED === undefined);
        if (process.env['FAULT_VERBOSE'])
          say(`seed ${seed}: ${Math.round(performance.now() - startedAt)} ms, ${lineOf(own)}`);
        addTo(figures, own);
        if (verdict.wrong.length === 0) continue;
        failed.push(verdict);
        say(`FAILED: FAULT_WORKER_SEED=${seed} FAULT_WORKER_CAMPAIGNS=1, all about it in ${verdict.folder}`);
        for (const wrong of verdict.wrong.slice(0, 10)) say(`  ${wrong}`);
      }
    };

    // A campaign restarts its database, so each has one of its own.
    const servers = await Promise.all(
      Array.from({ length: Math.min(AT_A_TIME, CAMPAIGNS) }, () => startServer()),
    );
    try {
      await Promise.all(servers.map(playSome));
    } finally {
      await Promise.all(servers.map((server) => server.end()));
    }
    say(lineOf(figures));
    expect(failed.map(({ seed, wrong }) => `${seed}: ${wrong[0]}`)).toEqual([]);
    expect(figures).toMatchObject({ campaigns: CAMPAIGNS, duplicates: 0, forgotten: 0, untrue: 0 });
  },
);
