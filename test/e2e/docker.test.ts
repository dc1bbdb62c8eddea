import { readFileSync, symlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { csvOf, PROGRAM, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const DOCKERFILE = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

it('called as the image calls it, the program prints commands without a path of the image', async () => {
  const entry = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(DOCKERFILE)?.[1] ?? '[]') as string[];
  const called = entry.at(-1) ?? '';
  const [, target] = new RegExp(`^RUN ln -s (\\S+) ${called}$`, 'm').exec(DOCKERFILE) ?? [];
  expect(target).toBe('/app/dist/app/bin/cli.js');
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  place.write('orders.csv', csvOf(3));
  symlinkSync(PROGRAM, `${place.folder}/${basename(called)}`);
  const command = [...entry.slice(0, -1), `${place.folder}/${basename(called)}`].join(' ');
  const { status, stdout } = await place.type(`${command} orders.csv --limit 1`);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {9}yeastar-batch orders\.csv --limit 1$/m);
  expect(sandbox.truth()).toHaveLength(1);
});
