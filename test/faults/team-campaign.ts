import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/start-sandbox.js';
import type { PostgresServer } from '../support/start-postgres.js';
import { addCampaign, keepIfWrong, sayFailure } from './end-campaign.js';
import type { Figures } from './figures.js';
import { createTeamPlay, type TeamPlay } from './team-play.js';
import { teamScenarioOf } from './team-scenario.js';

export interface TeamVerdict {
  readonly seed: number;
  /** What contradicts the promise; empty when all is well. */
  readonly wrong: readonly string[];
  /** Where everything about a campaign that failed is kept. */
  readonly folder: string | undefined;
}

const HANG_MS = 100_000;
/** On a portal that fails and slides each look is made again and again before a row is left in doubt. */
const HANG_ODD_MS = 240_000;

/** What no log may have: an error that only a bug can cause. */
const DEFECTS = /not legal|TypeError|ReferenceError|because of a bug|"ledger: /;

/** Plays one campaign to its end and compares what the portal placed with what the results say. */
export async function playTeamCampaign(
  seed: number,
  server: PostgresServer,
  figures: Figures,
  short = false,
): Promise<TeamVerdict> {
  const scenario = teamScenarioOf(seed, short);
  const folder = mkdtempSync(join(tmpdir(), `faults-team-${seed}-`));
  const sandbox = await startSandbox(scenario.sandbox);
  const wrong: string[] = [];
  const database = `${server.url}?schema=team_${seed}_${Date.now()}`;
  let play: TeamPlay | undefined;
  try {
    play = await createTeamPlay(scenario, folder, sandbox, server, database, figures, (text) =>
      wrong.push(text),
    );
    await inTime(play.toTheEnd(), scenario.portal === 'odd' ? HANG_ODD_MS : HANG_MS);
  } catch (error) {
    wrong.push(sayFailure(error));
  } finally {
    await play?.close();
    await sandbox.close();
  }
  wrong.push(...defectsIn(folder));
  addCampaign(figures, scenario.portal, sandbox);
  const isKept = keepIfWrong(folder, wrong, { scenario, truth: sandbox.truth() }, database);
  return { seed, wrong, folder: isKept ? folder : undefined };
}

/** A hang is a failure. */
async function inTime(playing: Promise<void>, hangMs: number): Promise<void> {
  const over = new AbortController();
  const hang = sleep(hangMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${hangMs} ms`);
  });
  await Promise.race([playing, hang]).finally(() => over.abort());
}

function defectsIn(folder: string): string[] {
  const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(log|txt)$/.test(name),
  );
  return logs.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => DEFECTS.test(line))
      .map((line) => `${name}: ${line.slice(0, 1_000)}`),
  );
}
