import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROGRAM, workplace } from '../support/program.js';

const OLD = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";

it('under an older Node the program says in one sentence what to do, with exit 2', async () => {
  const place = workplace();
  place.write('orders.csv', 'not,even,looked,at\n');
  const ended = await place.run(['orders.csv', '--sandbox'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(OLD)}`,
  });
  expect(ended).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'yeastar-batch needs Node 22.14 or later, but not 23, and this is Node 20.20.2: install Node 24 and run the same command again.\n',
  });
  expect(place.exists('.batch')).toBe(false);
});

it('nothing is loaded before the version of Node is checked', () => {
  const entry = readFileSync(PROGRAM, 'utf8');
  expect(entry).toContain('process.versions.node');
  expect(entry).not.toMatch(/^\s*import\s*[^(\s]/m);
});

it('--version is that of package.json, wherever the program is started', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await workplace().run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});
