import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Where a server's program is, if it is installed: Debian puts some where only root's PATH leads. */
export const whereIs = (name: string, versionFlag: string): string | undefined =>
  [name, `/usr/sbin/${name}`].find((path) => spawnSync(path, [versionFlag]).status === 0);

/** Runs a server for one test, from the moment when its port takes connections. */
export async function runServer(program: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} ended at once`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}
