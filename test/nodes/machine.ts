import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a command printed, with its exit status. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine as a user has it: a Node, the npm that comes with it, and a place for global installs. */
export interface Machine {
  /** Runs a command line in a folder, as typed into a shell. */
  readonly run: (command: string, folder: string) => Promise<Ended>;
}

/**
 * A machine with a Node of its own, which npm has as a package for each platform.
 * @param folder where all of it is kept
 * @param node the version of Node, such as `22` or `22.12`
 * @param npm the version of npm that such a Node comes with
 */
export async function machineWith(folder: string, node: string, npm: string): Promise<Machine> {
  const tools = join(folder, `node-${node}`);
  const prefix = join(tools, 'global');
  mkdirSync(prefix, { recursive: true });
  const path = [join(tools, 'node_modules/.bin'), join(prefix, 'bin'), ...systemPath()].join(delimiter);
  const env = { ...userEnvironment(), PATH: path, npm_config_prefix: prefix };
  const nodePackage = `node-${process.platform}-${process.arch}@${node}`;
  const install = `npm install --no-save --prefix "${tools}" ${nodePackage} npm@${npm}`;
  const installed = await shell(install, folder, { ...userEnvironment(), PATH: process.env['PATH'] });
  if (installed.status !== 0) throw new Error(`${install}\n${installed.stderr}`);
  return { run: (command, where) => shell(command, where, env) };
}

/** The shell's own tools, without the Node and the npm scripts that run these tests. */
const systemPath = (): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));

/** The environment of somebody who types: what npm and vitest add is left out, but for the registry's address. */
const userEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name === 'npm_config_registry' || !/^(npm_|vitest|node_env$|init_cwd$|test$)/i.test(name),
    ),
  );

function shell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? -1, stdout, stderr }));
  });
}
