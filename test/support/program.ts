import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { onTestFinished } from 'vitest';
import type { Summary } from '../../src/output/summary.js';
import type { PlacedOrder, Sandbox } from '../../src/sandbox/start-sandbox.js';
import { built } from './built.js';

export const PROGRAM = built('app/bin/cli.js');
/** Where Node keeps the program as it has compiled it: it is started some seven hundred times. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

export interface Ended {
  /** The exit status, or -1 for a process that was killed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr shows the text. */
  readonly says: (text: string) => Promise<void>;
}

/** A folder of its own for one test, with the program as a child process in it. */
export interface Workplace {
  readonly folder: string;
  readonly write: (name: string, content: string | Buffer) => string;
  readonly read: (name: string) => string;
  readonly exists: (name: string) => boolean;
  readonly results: (name: string) => Record<string, string>[];
  readonly start: (args: readonly string[], env?: Record<string, string>) => Running;
  readonly run: (args: readonly string[], env?: Record<string, string>) => Promise<Ended>;
  /** Runs a command line as a person would type it. */
  readonly type: (command: string, env?: Record<string, string>) => Promise<Ended>;
  /** Runs with --json and reads the summary. */
  readonly summary: (
    args: readonly string[],
    env?: Record<string, string>,
  ) => Promise<Ended & { summary: Summary }>;
}

export function workplace(sandbox?: Pick<Sandbox, 'url' | 'clientId' | 'clientSecret'>): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'yeastar-batch-'));
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  const access =
    sandbox === undefined
      ? {}
      : {
          YEASTAR_BASE_URL: sandbox.url,
          YEASTAR_CLIENT_ID: sandbox.clientId,
          YEASTAR_CLIENT_SECRET: sandbox.clientSecret,
        };
  const start = (args: readonly string[], env?: Record<string, string>): Running =>
    watch(process.execPath, ['--', PROGRAM, ...args], env);
  const watch = (file: string, args: readonly string[], env: Record<string, string> = {}): Running => {
    // The Node that runs the tests is the one that a printed command finds.
    const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
    const child = spawn(file, args, {
      cwd: folder,
      env: { PATH: path, NODE_COMPILE_CACHE: COMPILED, ...access, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let stdout = '';
    let stderr = '';
    const waiting: { text: string; found: () => void }[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      for (const { text: wanted, found } of waiting) if (stderr.includes(wanted)) found();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ status: code ?? -1, stdout, stderr }));
    });
    const says = (text: string): Promise<void> =>
      new Promise((found, reject) => {
        if (stderr.includes(text)) return found();
        waiting.push({ text, found });
        void ended.then((end) =>
          reject(new Error(`ended (${end.status}) without saying "${text}":\n${end.stderr}`)),
        );
      });
    return { child, ended, says };
  };
  const run = (args: readonly string[], env?: Record<string, string>): Promise<Ended> =>
    start(args, env).ended;
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    exists: (name) => existsSync(path(name)),
    results: (name) =>
      parse(readFileSync(path(name)), { columns: true, bom: true, delimiter: [',', ';', '\t'] }) as Record<
        string,
        string
      >[],
    start,
    run,
    type: (command, env) => watch('sh', ['-c', command], env).ended,
    summary: async (args, env) => {
      const ended = await run([...args, '--json'], env);
      if (ended.stdout === '') throw new Error(`no summary (status ${ended.status}):\n${ended.stderr}`);
      return { ...ended, summary: JSON.parse(ended.stdout) as Summary };
    },
  };
}

/** A clean file of so many rows for the sandbox's catalog. */
export function csvOf(rows: number, options: { from?: number; plan?: string } = {}): string {
  const lines = Array.from(
    { length: rows },
    (_, i) =>
      `${serialNumberOf(i + (options.from ?? 0))},${options.plan ?? 'Linkus Cloud Service Pro'},ada.keller@example.com`,
  );
  return `sn,plan,billingContact\n${lines.join('\n')}\n`;
}

export const serialNumberOf = (index: number): string =>
  `3694${String(71667338 + index * 7919).padStart(8, '0')}`;

/** Orders of the truth for each serial number. */
export function ordersBySerialNumber(truth: readonly PlacedOrder[]): Map<string, PlacedOrder[]> {
  const orders = new Map<string, PlacedOrder[]>();
  for (const order of truth) orders.set(order.productNo, [...(orders.get(order.productNo) ?? []), order]);
  return orders;
}

/** What contradicts the promise: the results against what the portal says it placed. Empty when all is well. */
export function contradictions(
  results: readonly Record<string, string>[],
  truth: readonly PlacedOrder[],
): string[] {
  const orders = ordersBySerialNumber(truth);
  const wrong: string[] = [];
  for (const row of results) {
    const sn = row['sn'] ?? row['PBX SN'] ?? '';
    const placed = orders.get(sn) ?? [];
    const claimsOrder = row['status'] === 'succeeded' || row['status'] === 'pending';
    if (placed.length > 1) wrong.push(`${sn} was ordered ${placed.length} times`);
    if (claimsOrder && placed[0]?.orderNo !== row['orderNo'])
      wrong.push(
        `${sn} is ${row['status']} with order ${row['orderNo']}, the portal has ${placed[0]?.orderNo}`,
      );
    if (!claimsOrder && row['status'] !== 'in_doubt' && placed.length > 0)
      wrong.push(`${sn} is ${row['status']} and was ordered`);
    orders.delete(sn);
  }
  for (const sn of orders.keys()) wrong.push(`${sn} was ordered and is not in the results`);
  return wrong;
}
