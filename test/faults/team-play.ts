import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../src/output/summary.js';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import type { PostgresServer } from '../support/start-postgres.js';
import { contradictionsOf } from './check-run.js';
import { createMember, type Member } from './crew.js';
import { count, type Figures } from './figures.js';
import type { Ended } from './party.js';
import type { Line } from './scenario.js';
import type { Mishap, TeamScenario } from './team-scenario.js';
import { compareWithTruth } from './truth.js';

/** Runs in which nothing happens any more, after which every row has to be done. */
const LAST_RUNS = 5;
/** A worker that is asked to leave does so within this, ms. */
const LEAVES_MS = 40_000;

/** A file that is run until it is done. */
interface Batch {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly runner: Member;
}

const inBoth = (one: readonly Line[], other: readonly Line[]): ((sn: string) => boolean) => {
  const serials = new Set(one.map(({ sn }) => sn));
  const both = new Set(other.filter(({ sn }) => serials.has(sn)).map(({ sn }) => sn));
  return (sn) => both.has(sn);
};

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
  const { lines, second = [], options, early } = scenario;
  const mustSettle = scenario.portal !== 'odd';
  const isShared = inBoth(lines, second);
  const over = new AbortController();
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);

  const member = (
    name: string,
    onEnd: (ended: Ended) => void = () => undefined,
    killAt = '',
  ): Promise<Member> => {
    if (killAt !== '') count(figures.kills, killAt.replace(/:.*/, ''));
    return createMember(name, folder, sandbox, database, wrong, onEnd, killAt);
  };
  const [killRunAt, ...killWorkersAt] = scenario.killAt;
  const runner = await member('run', undefined, killRunAt);
  const batches: Batch[] = [{ name: 'orders', lines, runner }];
  if (second.length > 0) batches.push({ name: 'others', lines: second, runner: await member('run-2') });
  let leaving = false;
  const workers: Member[] = [];
  for (let no = 1; no <= scenario.workers; no++) {
    const replace = ({ status, name, stderr }: Ended): void => {
      if (leaving) return;
      // Killed and interrupted ones are replaced; so is one that the portal or a gateway refused when it began.
      if (
        ![-1, 130].includes(status) &&
        !/access|refuse|does not answer|does not come from|token/i.test(stderr)
      )
        wrong(`${name}: ended by itself with ${status}: ${stderr.slice(-500)}`);
      void sleep(300).then(() => leaving || worker.start(WORK));
    };
    const worker = await member(`worker-${no}`, replace, killWorkersAt[no - 1]);
    workers.push(worker);
  }
  const members = [runner, ...workers];
  const everyone = [...workers, ...batches.map((batch) => batch.runner)];

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
  const check = ({ name, lines: own, runner: who }: Batch, ended: Ended, since: number): boolean => {
    if (ended.stdout === '') return false;
    const summary = JSON.parse(ended.stdout) as Summary;
    // Stopped before the file was checked, or the ledger was lost.
    if (!summary.counts || !summary.results) return false;
    const inFile = new Set(own.map(({ sn }) => sn));
    const isOwn = ({ productNo }: { productNo: string }): boolean => !isShared(productNo);
    const placedMeanwhile = sandbox
      .truth()
      .filter((order) => order.placedAt >= since && inFile.has(order.productNo))
      .filter((order) => ended.status !== 2 || isOwn(order)).length;
    contradictionsOf(ended, summary, who.party.results(name) ?? [], {
      ordersFor,
      isOwn,
      placedMeanwhile,
    }).forEach(wrong);
    const { succeeded, invalid } = summary.counts;
    return succeeded + (second.length > 0 ? invalid : 0) === own.length;
  };

  const requestsFor = (sn: string): number =>
    everyone.reduce(
      (sum, { party }) =>
        sum + (party.relay.sent.get(sn)?.length ?? 0) - (party.relay.turnedAway.get(sn) ?? 0),
      0,
    );

  /** Of a row that both files have, one is ordered, once; which one is told apart by its order. */
  const checkShared = (): void => {
    for (const { sn } of second.filter((line) => isShared(line.sn))) {
      const orders = ordersFor(sn);
      const rows = batches.flatMap(
        ({ name, runner: who }) => who.party.results(name)?.filter((row) => row['sn'] === sn) ?? [],
      );
      const claimed = rows.filter((row) => row['status'] === 'succeeded' || row['status'] === 'pending');
      const said = rows.map((row) => `${row['status']} ${row['orderNo']} ${row['errorCode']}`).join(' and ');
      if (orders.length > 1) {
        figures.duplicates += orders.length - 1;
        wrong(`${sn} was ordered ${orders.length} times by two batches, which say ${said}`);
      } else if (mustSettle && orders.length === 0) {
        figures.forgotten++;
        wrong(`${sn} of both batches is forgotten: ${said}`);
      }
      const isTrue = claimed.every((row) => row['orderNo'] === orders[0]?.orderNo);
      if (claimed.length > 1 || !isTrue || (mustSettle && claimed.length !== 1)) {
        figures.untrue++;
        wrong(`${sn} of both batches has ${orders[0]?.orderNo ?? 'no order'}, and they say ${said}`);
      }
    }
  };

  const runUntilDone = async (): Promise<void> => {
    let happening = true;
    const happened = happenAll().finally(() => {
      happening = false;
      sandbox.setFaults([]);
    });
    sandbox.setFaults(scenario.faults);
    const playOne = async (batch: Batch): Promise<void> => {
      let isDone = false;
      for (let calm = 0; !isDone && calm < (mustSettle ? LAST_RUNS : 1); ) {
        const wasHappening = happening;
        if (!wasHappening) calm++;
        const since = Date.now();
        figures.runs++;
        const pair = second.length > 0 ? ['--skip-invalid'] : [];
        const args = [`${batch.name}.csv`, ...options, ...pair, ...(wasHappening ? early : CALM), '--json'];
        const ended = await batch.runner.start(args).ended;
        isDone = check(batch, ended, since);
        if (!isDone) await sleep(200);
      }
    };
    await Promise.all(batches.map(playOne));
    over.abort();
    await happened;
  };

  return {
    toTheEnd: async () => {
      for (const { name, lines: own, runner: who } of batches) who.party.write(name, own);
      for (const worker of workers) worker.start(WORK);
      await runUntilDone();
      for (const { name, lines: own, runner: who } of batches) {
        const told = {
          results: who.party.results(name),
          ordersFor,
          isOwn: () => true,
          requestsFor,
          repeats: false,
          mustSettle,
          withPo: true,
        };
        const alone = own.filter(({ sn }) => !isShared(sn));
        compareWithTruth(alone, told, figures).forEach(wrong);
      }
      checkShared();
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
      for (const one of everyone) one.signal('SIGCONT');
      await Promise.all(everyone.map((one) => one.close()));
    },
  };
}

const WORK = ['work', '--json'];
const CALM = ['--max-failures', '100%', '--recent-orders', 'adopt', '--canary', '0'];
