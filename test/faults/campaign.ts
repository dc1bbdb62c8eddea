import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Summary } from '../../src/output/summary.js';
import { type PlacedOrder, type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { contradictions } from '../support/program.js';
import { chanceFrom } from './chance.js';
import { count, type Figures } from './figures.js';
import { type Relay, startRelay } from './relay.js';
import { type End, type Line, type Round, type Scenario, scenarioOf } from './scenario.js';
import { compareWithTruth } from './truth.js';

const PROGRAM = fileURLToPath(new URL('../../dist/app/bin/cli.js', import.meta.url));
const KILL_POINTS = fileURLToPath(new URL('kill-points.cjs', import.meta.url));

/** No run may take longer: a hang is a failure. */
const HANG_MS = 60_000;
/** Runs without faults after which every row has to be done. */
const LAST_RUNS = 6;
/** A run with faults that has not ended by then is killed: that, too, is some instant. */
const ROUND_MS = 2_500;
const STATUSES: readonly number[] = [0, 1, 2, 3, 4, 5, 130, 143];

interface Ended {
  /** -1: killed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
  const relay = await startRelay(sandbox.port);
  const campaign = createCampaign(scenario, folder, sandbox, relay, figures);
  try {
    await campaign.play();
  } catch (error) {
    campaign.wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    campaign.end();
    await relay.close();
    await sandbox.close();
  }
  figures.campaigns++;
  figures.orders += sandbox.truth().length;
  for (const [kind, hits] of Object.entries(sandbox.stats().faults)) count(figures.faults, kind, hits);
  const { wrong } = campaign;
  if (wrong.length === 0 && !process.env['FAULT_KEEP']) {
    rmSync(folder, { recursive: true, force: true });
    return { seed, wrong, folder: undefined, stalled: false };
  }
  writeFileSync(join(folder, 'scenario.json'), JSON.stringify(scenario, null, 1));
  writeFileSync(join(folder, 'truth.json'), JSON.stringify(sandbox.truth(), null, 1));
  writeFileSync(join(folder, 'wrong.txt'), `${wrong.join('\n')}\n`);
  return { seed, wrong, folder, stalled: stalled(scenario, sandbox.truth(), relay) };
}

/** Whether an order came into being later after it was sent than the scenario, and so `--settle`, allows for. */
function stalled(scenario: Scenario, truth: readonly PlacedOrder[], relay: Relay): boolean {
  const offset = scenario.sandbox.clockOffsetMs ?? 0;
  return truth.some(({ productNo, createTime }) => {
    const placedAt = createTime - offset;
    const sentAt = (relay.sent.get(productNo) ?? []).filter((time) => time <= placedAt).at(-1);
    const lagMs = scenario.sandbox.listLagMs ?? 0;
    return sentAt !== undefined && placedAt - sentAt + lagMs >= scenario.settleMs;
  });
}

function createCampaign(
  scenario: Scenario,
  folder: string,
  sandbox: Sandbox,
  relay: Relay,
  figures: Figures,
) {
  const wrong: string[] = [];
  const children = new Set<ChildProcess>();
  const chance = chanceFrom(scenario.seed ^ 0x0c4a05);
  let runs = 0;
  let done = false;
  let ledgersLost = 0;

  const start = (args: readonly string[], killAt = ''): { child: ChildProcess; ended: Promise<Ended> } => {
    const name = `run-${String(++runs).padStart(2, '0')}`;
    figures.runs++;
    const watched = killAt === '' ? [] : ['--require', KILL_POINTS];
    const startedAt = performance.now();
    const logged = ['--log-file', join(folder, `${name}.log`), '--log-level', 'debug'];
    const child = spawn(process.execPath, [...watched, PROGRAM, ...args, ...logged], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        YEASTAR_BASE_URL: relay.url,
        YEASTAR_CLIENT_ID: sandbox.clientId,
        YEASTAR_CLIENT_SECRET: sandbox.clientSecret,
        FAULT_KILL_AT: killAt,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    let hung = false;
    const watchdog = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, HANG_MS);
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => {
        clearTimeout(watchdog);
        children.delete(child);
        const status = code ?? -1;
        writeFileSync(
          join(folder, `${name}.txt`),
          `${args.join(' ')}\nkill at ${killAt || '-'}\nstatus ${status} after ${Math.round(performance.now() - startedAt)} ms\n${stdout}\n${stderr}`,
        );
        if (hung) wrong.push(`${name}: did not end within ${HANG_MS} ms`);
        else if (status !== -1 && !STATUSES.includes(status)) wrong.push(`${name}: exit status ${status}`);
        if (/\n\s+at .+:\d+:\d+/.test(stderr)) wrong.push(`${name}: an error of its own:\n${stderr}`);
        resolve({ status, stdout, stderr });
      });
    });
    return { child, ended };
  };

  const results = (): Record<string, string>[] | undefined => {
    const path = join(folder, 'orders.results.csv');
    return existsSync(path)
      ? (parse(readFileSync(path), { columns: true }) as Record<string, string>[])
      : undefined;
  };

  const writeFile = (how: Round['file']): void => {
    const earlier = how === 'results' ? join(folder, 'orders.results.csv') : undefined;
    if (earlier !== undefined && existsSync(earlier)) {
      writeFileSync(join(folder, 'orders.csv'), readFileSync(earlier));
      return;
    }
    const lines = how === 'shuffled' ? chance.some(scenario.lines, scenario.lines.length) : scenario.lines;
    writeFileSync(join(folder, 'orders.csv'), stringify(lines.map(cellsOf), { header: true }));
  };

  /** What the results of a run that ended by itself must not say, whatever happened to it. */
  const checkRun = (ended: Ended): void => {
    if (ended.status === -1 || ended.stdout === '') return;
    const summary = JSON.parse(ended.stdout) as Summary;
    const rows = results();
    if (summary.results === null) return;
    if (rows?.length !== scenario.lines.length) {
      wrong.push(`run ${runs}: ${rows?.length} rows in the results of ${scenario.lines.length}`);
    }
    for (const said of contradictions(rows ?? [], sandbox.truth())) wrong.push(`run ${runs}: ${said}`);
    const { total, ...counts } = summary.counts;
    done = counts.succeeded === total;
    const sum = Object.values(counts).reduce((all, some) => all + some, 0);
    if (sum !== total || total !== scenario.lines.length) {
      wrong.push(`run ${runs}: the counts ${JSON.stringify(summary.counts)} do not add up`);
    }
  };

  const killAs = (child: ChildProcess, how: string) => (): void => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    count(figures.kills, how);
  };

  const meddle = (child: ChildProcess, end: End): (() => void) => {
    if (end.kind === 'kill-at-instant') {
      const timer = setTimeout(killAs(child, 'instant'), end.ms);
      return () => clearTimeout(timer);
    }
    if (end.kind === 'kill-at-order') {
      relay.trap(end.point, end.nth, killAs(child, end.point));
      return relay.disarm;
    }
    if (end.kind !== 'signal') return () => undefined;
    let timer: NodeJS.Timeout | undefined;
    relay.trap('passed-on', end.nth, () => {
      child.kill(end.signal);
      figures.signals++;
      if (end.again) timer = setTimeout(() => child.kill(end.signal), 550);
    });
    return () => {
      relay.disarm();
      clearTimeout(timer);
    };
  };

  const disturb = (child: ChildProcess, end: End): { late: () => boolean; stop: () => void } => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killAs(child, 'instant')();
    }, ROUND_MS);
    const stop = meddle(child, end);
    return {
      late: () => late,
      stop: () => {
        clearTimeout(timer);
        stop();
      },
    };
  };

  const playRound = async (round: Round): Promise<void> => {
    if (round.loseLedger) {
      // What is lost with the ledger is found in the portal only once the portal shows it.
      await sleep(scenario.latestMs + 400);
      rmSync(join(folder, '.batch'), { recursive: true, force: true });
      figures.ledgersLost++;
      ledgersLost++;
    }
    writeFile(round.file);
    sandbox.setFaults(round.faults);
    const { end } = round;
    const reconciling = round.reconcile && existsSync(join(folder, '.batch/ledger.db'));
    const command = reconciling
      ? ['reconcile', 'orders', ...scenario.times, '--json']
      : ['orders.csv', ...scenario.options, ...round.options, '--json'];
    const running = start(command, end.kind === 'kill-at-ledger' ? `${end.point}:${end.nth}` : '');
    const disturbance = disturb(running.child, end);
    const outage = round.outage === undefined ? undefined : interrupt(round.outage, running.ended);
    const rival = round.rival ? startRival(command) : undefined;
    const ended = await running.ended;
    disturbance.stop();
    await outage;
    await rival;
    if (ended.status === -1 && end.kind === 'kill-at-ledger' && !disturbance.late())
      count(figures.kills, end.point);
    // A rival may have written its own results meanwhile.
    if (rival === undefined && !reconciling) checkRun(ended);
  };

  /** A second run of the same command: it has to stand back, or to go on where the first was killed. */
  const startRival = async (command: readonly string[]): Promise<void> => {
    await sleep(250);
    const rival = start(command);
    const { stop } = disturb(rival.child, { kind: 'left-alone' });
    await rival.ended;
    stop();
  };

  const interrupt = async (outage: NonNullable<Round['outage']>, over: Promise<unknown>): Promise<void> => {
    let ended = false;
    void over.then(() => {
      ended = true;
    });
    const from = relay.orders();
    while (!ended && relay.orders() < from + outage.nth) await sleep(5);
    if (ended) return;
    figures.outages++;
    await relay.outage(outage.ms);
  };

  const finish = async (): Promise<void> => {
    sandbox.setFaults([]);
    for (let run = 1; run <= LAST_RUNS; run++) {
      writeFile('same');
      const { ended } = start([
        'orders.csv',
        ...scenario.options,
        '--concurrency',
        '20',
        '--max-failures',
        '100%',
        '--json',
      ]);
      checkRun(await ended);
      if (done) return;
      await sleep(scenario.sandbox.pendingMs ?? 0);
    }
  };

  return {
    wrong,
    play: async (): Promise<void> => {
      mkdirSync(folder, { recursive: true });
      for (const round of scenario.rounds) {
        // With every row ordered only a lost ledger is a danger any more.
        if (!done || round.loseLedger) await playRound(round);
      }
      await finish();
      const told = { results: results() ?? [], truth: sandbox.truth(), sent: relay.sent, ledgersLost };
      wrong.push(...compareWithTruth(scenario.lines, told, figures));
    },
    end: (): void => {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

const cellsOf = ({ sn, plan, multiCycle, billingContact, poNumber }: Line) => ({
  sn,
  plan,
  multiCycle,
  billingContact,
  poNumber,
});
