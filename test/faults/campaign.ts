import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { addCampaign, keepIfWrong, sayFailure } from './end-campaign.js';
import type { Figures } from './figures.js';
import { createPlay } from './play.js';
import { type Scenario, scenarioOf } from './scenario.js';
import type { WhoOrdered } from './who-ordered.js';

export interface Verdict {
  readonly seed: number;
  /** What contradicts the promise; empty when all is well. */
  readonly wrong: readonly string[];
  /** Where everything about a campaign that failed is kept. */
  readonly folder: string | undefined;
  /** The machine stood still for longer than `--settle` allows for, so that the outcome proves nothing. */
  readonly stalled: boolean;
}

/** Plays one campaign to its end and compares what the portal placed with what the results say. */
export async function playCampaign(seed: number, figures: Figures): Promise<Verdict> {
  const scenario = scenarioOf(seed);
  const folder = mkdtempSync(join(tmpdir(), `faults-${seed}-`));
  const sandbox = await startSandbox(scenario.sandbox);
  const wrong: string[] = [];
  const play = createPlay(scenario, folder, sandbox, figures, (text) => wrong.push(text));
  try {
    await play.toTheEnd();
  } catch (error) {
    wrong.push(sayFailure(error));
  } finally {
    await play.close();
    await sandbox.close();
  }
  addCampaign(figures, scenario.portal, sandbox);
  const { sent, who } = play;
  const kept = { scenario, truth: sandbox.truth(), foreign: sandbox.foreign(), sent: sent() };
  if (!keepIfWrong(folder, wrong, kept)) return { seed, wrong, folder: undefined, stalled: false };
  return { seed, wrong, folder, stalled: hasStalled(scenario, sandbox, who) };
}

/** Whether an order was listed later after it was sent than the scenario, and so `--settle`, allows for. */
function hasStalled({ settleMs, sandbox }: Scenario, { truth }: Sandbox, { sentAt }: WhoOrdered): boolean {
  const lagMs = (sandbox.listLagMs ?? 0) + (sandbox.listLagSpreadMs ?? 0);
  return truth().some((order) => {
    const sent = sentAt(order);
    return sent !== undefined && order.placedAt - sent + lagMs >= settleMs;
  });
}
