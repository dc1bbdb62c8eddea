import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { built } from '../support/built.js';
import { type Relay, startRelay } from './relay.js';
import type { Line } from './scenario.js';

const PROGRAM = built('app/bin/cli.js');
const KILL_POINTS = fileURLToPath(new URL('kill-points.cjs', import.meta.url));
const CLOCK_STEPS = fileURLToPath(new URL('clock-steps.cjs', import.meta.url));

/** No run may take longer: a hang is a failure. */
const HANG_MS = 120_000;
const STATUSES: readonly number[] = [0, 1, 2, 3, 4, 5, 129, 130, 143];

export interface Ended {
  /** -1: killed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** As the files about it are called. */
  readonly name: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Meddling {
  /** For kill-points.cjs. */
  readonly killAt?: string;
  /** For clock-steps.cjs. */
  readonly clock?: string;
}

/** Somebody who runs the program: a folder with a ledger of their own, and their own way to the portal. */
export interface Party {
  readonly name: string;
  readonly relay: Relay;
  readonly start: (args: readonly string[], meddling?: Meddling) => Running;
  readonly write: (file: string, lines: readonly Line[], withPo?: boolean) => void;
  /** The results of a run become its input. */
  readonly writeFrom: (file: string, results: string) => void;
  readonly results: (file: string) => Record<string, string>[] | undefined;
  readonly hasLedger: () => boolean;
  readonly loseLedger: () => void;
  /** Since when its ledger remembers, epoch ms. */
  readonly ledgerSince: () => number;
  readonly close: () => Promise<void>;
}

/**
 * @param wrong told what no run may do
 * @param env beside the way to the portal
 */
export async function createParty(
  name: string,
  parent: string,
  sandbox: Sandbox,
  wrong: (text: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<Party> {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const relay = await startRelay(sandbox.port);
  const children = new Set<ChildProcess>();
  let runs = 0;
  let ledgerSince = Date.now();

  const start: Party['start'] = (args, { killAt = '', clock = '' } = {}) => {
    const run = `run-${String(++runs).padStart(2, '0')}`;
    const startedAt = performance.now();
    const preloads = [...(killAt === '' ? [] : [KILL_POINTS]), ...(clock === '' ? [] : [CLOCK_STEPS])];
    const logged = ['--log-file', join(folder, `${run}.log`), '--log-level', 'debug'];
    const child = spawn(
      process.execPath,
      [...preloads.flatMap((file) => ['--require', file]), PROGRAM, ...args, ...logged],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          YEASTAR_BASE_URL: relay.url,
          YEASTAR_CLIENT_ID: sandbox.clientId,
          YEASTAR_CLIENT_SECRET: sandbox.clientSecret,
          FAULT_KILL_AT: killAt,
          FAULT_CLOCK: clock,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
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
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('close', (code) => {
        clearTimeout(watchdog);
        children.delete(child);
        const status = code ?? -1;
        const head = [
          args.join(' '),
          `kill at ${killAt || '-'}, clock ${clock || '-'}`,
          `status ${status}, from ${new Date(Date.now() - (performance.now() - startedAt)).toISOString()}, ${Math.round(performance.now() - startedAt)} ms`,
        ];
        writeFileSync(join(folder, `${run}.txt`), [...head, stdout, stderr].join('\n'));
        if (status !== -1 && !STATUSES.includes(status)) wrong(`${name} ${run}: exit status ${status}`);
        if (/\n\s+at .+:\d+:\d+/.test(stderr)) wrong(`${name} ${run}: an error of its own:\n${stderr}`);
        if (hung) reject(new Error(`${name} ${run}: did not end within ${HANG_MS} ms`));
        else resolve({ status, stdout, stderr, name: `${name} ${run}` });
      });
    });
    return { child, ended };
  };

  const resultsOf = (file: string): string => join(folder, `${file}.results.csv`);
  return {
    name,
    relay,
    start,
    write: (file, lines, withPo = true) =>
      writeFileSync(
        join(folder, `${file}.csv`),
        stringify(
          lines.map((line) => cellsOf(line, withPo)),
          { header: true },
        ),
      ),
    writeFrom: (file, results) =>
      writeFileSync(join(folder, `${file}.csv`), readFileSync(resultsOf(results))),
    results: (file) =>
      existsSync(resultsOf(file))
        ? (parse(readFileSync(resultsOf(file)), { columns: true }) as Record<string, string>[])
        : undefined,
    hasLedger: () => existsSync(join(folder, '.batch/ledger.db')),
    loseLedger: () => {
      rmSync(join(folder, '.batch'), { recursive: true, force: true });
      ledgerSince = Date.now();
    },
    ledgerSince: () => ledgerSince,
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      await relay.close();
    },
  };
}

const cellsOf = ({ sn, plan, multiCycle, billingContact, poNumber }: Line, withPo: boolean) => ({
  sn,
  plan,
  multiCycle,
  billingContact,
  ...(withPo ? { poNumber } : {}),
});
