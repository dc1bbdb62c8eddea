import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
export const PROGRAM = here('../app/bin/cli.js');
export const SCRIPT = here('script.js');
export const SLOW_DISK = here('slow-disk.js');
const USAGE = here('usage.js');
const PORTAL = here('portal.js');

export interface Counted {
  readonly orders: number;
  /** Requests turned away by the portal's limit. */
  readonly refused: number;
  /** When the first order arrived (of this program: the canary), the second, and when the last was answered, epoch ms. */
  readonly firstAt: number;
  readonly secondAt: number;
  readonly lastAt: number;
}

export interface Portal {
  readonly url: string;
  /** Orders since the last call. */
  readonly counted: () => Promise<Counted>;
  readonly close: () => void;
}

export interface PortalOptions {
  /** What an order takes to be answered, ms; with `slowAll` every request. */
  readonly latencyMs?: number;
  readonly slowAll?: boolean;
  /** What it takes in any one second; absent: all there is. */
  readonly limit?: number;
  /** Orders that were there before. */
  readonly older?: number;
}

export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const { latencyMs = 0, slowAll = false, limit, older = 0 } = options;
  const args = ['--latency', String(latencyMs), '--older', String(older)];
  if (slowAll) args.push('--slow-all');
  if (limit !== undefined) args.push('--limit', String(limit));
  const child: ChildProcess = spawn(process.execPath, [PORTAL, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the portal has no output');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const url = chunk.toString().trim();
  return {
    url,
    counted: async () => (await (await fetch(`${url}/bench/reset`)).json()) as Counted,
    close: () => void child.kill(),
  };
}

export interface Measured {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly seconds: number;
  readonly cpuS: number;
  readonly peakMb: number;
}

/** Runs a Node program to its end in a folder of its own; anything but exit 0 is an error. */
export async function measure(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Record<string, string>; readonly preload?: string },
): Promise<Measured> {
  const usage = join(options.cwd, 'usage.json');
  const preloads = [USAGE, ...(options.preload === undefined ? [] : [options.preload])];
  const startedAt = Date.now();
  // As `npm run batch` starts it: on a machine with much memory Node would collect none of it for long.
  const heap = ['--max-old-space-size=1024', '--max-semi-space-size=16'];
  const flags = [...heap, ...preloads.flatMap((file) => ['--import', file]), '--'];
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], BENCH_USAGE: usage, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  const endedAt = Date.now();
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${said}`);
  const used = JSON.parse(readFileSync(usage, 'utf8')) as { cpuS: number; peakMb: number };
  return { startedAt, endedAt, seconds: (endedAt - startedAt) / 1000, ...used };
}

export interface Place {
  readonly folder: string;
  /** Makes a file of so many rows; `from`: where their serial numbers begin. @returns its path */
  readonly csv: (rows: number, from?: number) => Promise<string>;
  readonly clear: () => void;
}

export function workplace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'yeastar-bench-'));
  return {
    folder,
    csv: async (rows, from = 0) => {
      const path = join(folder, `rows-${rows}-${from}.csv`);
      const file = createWriteStream(path);
      file.write('sn,plan,site\n');
      for (let row = from; row < from + rows; row++) {
        const more = file.write(`${369_400_000_000 + row},Linkus Cloud Service Pro,Site ${row}\n`);
        if (!more) await once(file, 'drain');
      }
      file.end();
      await once(file, 'finish');
      return path;
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the program needs of the environment to find a portal. */
export const access = (url: string): Record<string, string> => ({
  YEASTAR_BASE_URL: url,
  YEASTAR_CLIENT_ID: 'bench',
  YEASTAR_CLIENT_SECRET: 'bench-secret',
});
