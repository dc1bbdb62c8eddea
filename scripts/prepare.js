import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * npm runs this after `npm ci`, and before `npm pack` and `npm install -g .`. The last two install no tools, so in a
 * fresh clone they are installed first, which then builds too. `npm install -g` hands its own options down: they
 * are not for this folder.
 */
const [command, ...options] = existsSync('node_modules')
  ? ['run', 'build']
  : ['ci', '--no-global', '--include=dev'];
const { status } = spawnSync(process.execPath, [process.env.npm_execpath ?? '', command, ...options], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
