import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../src/output/summary.js';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import type { PostgresServer } from '../support/start-postgres.js';
import { contradictionsOf } from './check-run.js';
import { createMember, type Member } from './crew.js';
import { count, type Figures } from './figures.js';
import type { Ended } from './party.js';
import type { Mishap, TeamScenario } from './team-scenario.js';
import { compareWithTruth } from './truth.js';

/** Runs in which nothing happens any more, after which every row has to be done. */
const LAST_RUNS = 5;
/** A worker that is asked to leave does so within this, ms. */
const LEAVES_MS = 40_000;

export interface TeamPlay {
  readonly toTheEnd: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Some workers and a run on one ledger: all that happens to them, until every row is done; then the comparison. */
export async function createTeamPlay(
  scenario: TeamScenario,
  folder: string,
  sandbox: Sandbox,
  server: PostgresServer,
  database: string,
  figures: Figures,
  wrong: (text: string) => void,
): Promise<TeamPlay> {
  const { lines, options, early } = scenario;
  const over = new AbortController();
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);

  const member = (name: string, onEnd: (ended: Ended) => void = () => undefined): Promise<Member> =>
    createMember(name, folder, sandbox, database, wrong, onEnd);
  const runner = await member('run');
  let leaving = false;
  const workers: Member[] = [];
  for (let no = 1; no <= scenario.workers; no++) {
    const worker = await member(`worker-${no}`, ({ status, name, stderr }) => {
      if (leaving) return;
      // Killed and interrupted ones are replaced; so is one whose access was refused when it began.
      if (![-1, 130].includes(status) && !/access|refuse|does not answer|token/i.test(stderr))
        wrong(`${name}: ended by itself with ${status}: ${stderr.slice(-500)}`);
      void sleep(300).then(() => leaving || worker.start(WORK));
    });
    workers.push(worker);
  }
  const members = [runner, ...workers];

  const happen = async (mishap: Mishap): Promise<void> => {
    count(figures.kills, mishap.kind);
    if (mishap.kind === 'restart') {
      await server.stop(mishap.how);
      await sleep(mishap.ms);
      await server.start();
      return;
    }
    const who = members[mishap.who];
    if (who === undefined) return;
    if (mishap.kind === 'kill') who.signal('SIGKILL');
    if (mishap.kind === 'interrupt') who.signal('SIGINT');
    if (mishap.kind === 'freeze') {
      who.signal('SIGSTOP');
      await pause(mishap.ms);
      who.signal('SIGCONT');
    }
    if (mishap.kind === 'cut') {
      who.link.cut(mishap.how);
      await pause(mishap.ms);
      who.link.restore();
    }
  };

  const happenAll = async (): Promise<void> => {
    while (sandbox.truth().length === 0 && !over.signal.aborted) await pause(50);
    const underWay: Promise<void>[] = [];
    for (const mishap of scenario.mishaps) {
      await pause(mishap.afterMs);
      if (over.signal.aborted) break;
      const happening = happen(mishap);
      underWay.push(happening);
      if (mishap.kind === 'restart') await happening;
    }
    await Promise.all(underWay);
  };

  const ordersFor = (sn: string) => sandbox.truth().filter(({ productNo }) => productNo === sn);

  /** @returns whether every row succeeded */
  const check = (ended: Ended, since: number): boolean => {
    if (ended.stdout === '') return false;
    const summary = JSON.parse(ended.stdout) as Summary;
    // Stopped before the file was checked, or the ledger was lost.
    if (!summary.counts || !summary.results) return false;
    const placedMeanwhile = sandbox.truth().filter(({ placedAt }) => placedAt >= since).length;
    const known = { ordersFor, isOwn: () => true, placedMeanwhile };
    contradictionsOf(ended, summary, runner.party.results('orders') ?? [], known).forEach(wrong);
    return summary.counts.succeeded === lines.length;
  };

  const requestsFor = (sn: string): number =>
    members.reduce(
      (sum, { party }) =>
        sum + (party.relay.sent.get(sn)?.length ?? 0) - (party.relay.turnedAway.get(sn) ?? 0),
      0,
    );

  const runUntilDone = async (): Promise<void> => {
    let happening = true;
    const happened = happenAll().finally(() => {
      happening = false;
      sandbox.setFaults([]);
    });
    sandbox.setFaults(scenario.faults);
    let isDone = false;
    for (let calm = 0; !isDone && calm < LAST_RUNS; ) {
      const wasHappening = happening;
      if (!wasHappening) calm++;
      const since = Date.now();
      figures.runs++;
      const args = ['orders.csv', ...options, ...(wasHappening ? early : CALM), '--json'];
      const ended = await runner.start(args).ended;
      isDone = check(ended, since);
      if (!isDone) await sleep(200);
    }
    over.abort();
    await happened;
  };

  return {
    toTheEnd: async () => {
      runner.party.write('orders', lines);
      for (const worker of workers) worker.start(WORK);
      await runUntilDone();
      const told = {
        results: runner.party.results('orders'),
        ordersFor,
        isOwn: () => true,
        requestsFor,
        repeats: false,
        mustSettle: true,
        withPo: true,
      };
      compareWithTruth(lines, told, figures).forEach(wrong);
      leaving = true;
      for (const worker of workers) {
        const running = worker.running();
        if (running === undefined) continue;
        worker.signal('SIGINT');
        const left = await Promise.race([running.ended, sleep(LEAVES_MS, undefined, { ref: false })]);
        if (left === undefined) wrong(`${worker.name} did not leave`);
        else if (left.status !== 130)
          wrong(`${left.name}: left with ${left.status}: ${left.stderr.slice(-500)}`);
      }
    },
    close: async () => {
      leaving = true;
      over.abort();
      for (const one of members) one.signal('SIGCONT');
      await Promise.all(members.map((one) => one.close()));
    },
  };
}

const WORK = ['work', '--json'];
const CALM = ['--max-failures', '100%', '--recent-orders', 'adopt', '--canary', '0'];
