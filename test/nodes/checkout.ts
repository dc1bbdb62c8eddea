import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A clone of the project as it stands here, with what is not committed yet and without anything that git ignores. */
export function freshClone(folder: string): string {
  const clone = mkdtempSync(join(folder, 'clone-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const name of listed.split('\0').filter(Boolean)) {
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  }
  execFileSync('git', ['init', '--quiet'], { cwd: clone });
  return clone;
}

/** The README's two commands, as a reader copies them: the main job on a sample, and the tests. */
export function readmeCommands(): { mainJob: string; tests: string } {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [mainJob = '', tests = ''] = [...readme.matchAll(/```sh\n(npm ci .*)\n```/g)].map(([, line]) => line);
  return { mainJob, tests };
}
