import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { assertWritable, writeWhole } from '../../../src/output/atomic-file.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const root = temporaryFolder();
let folder = '';
let tests = 0;
beforeEach(() => {
  folder = join(root, String(++tests));
  mkdirSync(folder);
});
const at = (name: string): string => join(folder, name);

async function* parts(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

describe('a file is written whole or not at all', () => {
  it('part by part, and nothing else is left beside it', async () => {
    await writeWhole(at('out.csv'), parts('one\n', 'zwei ü\n', '三\n'));
    expect(readFileSync(at('out.csv'), 'utf8')).toBe('one\nzwei ü\n三\n');
    expect(readdirSync(folder)).toStrictEqual(['out.csv']);
  });

  it('never in place of a pipe or a device, which would be gone', async () => {
    const server = createServer().listen(at('pipe'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const refusal = { code: 'file_unwritable', message: expect.stringContaining('it is a device or a pipe') };
    await expect(assertWritable(at('pipe'), '--out')).rejects.toMatchObject({ ...refusal, exitStatus: 2 });
    await expect(writeWhole(at('pipe'), parts('one'))).rejects.toMatchObject({ ...refusal, exitStatus: 3 });
    expect(lstatSync(at('pipe')).isSocket()).toBe(true);
    expect(readdirSync(folder)).toStrictEqual(['pipe']);
  });

  it('in place of the one before, which stands until then', async () => {
    writeFileSync(at('out.csv'), 'before');
    async function* watched(): AsyncGenerator<string> {
      yield 'after, ';
      expect(readFileSync(at('out.csv'), 'utf8')).toBe('before');
      yield 'whole';
    }
    await writeWhole(at('out.csv'), watched());
    expect(readFileSync(at('out.csv'), 'utf8')).toBe('after, whole');
  });

  it('and leaves the one before when its content fails halfway, and no half one', async () => {
    writeFileSync(at('out.csv'), 'before');
    const failure = new Error('the ledger is gone');
    await expect(writeWhole(at('out.csv'), parts('half', failure))).rejects.toBe(failure);
    expect(readFileSync(at('out.csv'), 'utf8')).toBe('before');
    expect(readdirSync(folder)).toStrictEqual(['out.csv']);
  });

  it('and where nothing stood before, nothing stands after a failure', async () => {
    await expect(writeWhole(at('out.csv'), parts('half', new Error('gone')))).rejects.toThrow('gone');
    expect(readdirSync(folder)).toStrictEqual([]);
  });

  it('never in place of a folder', async () => {
    mkdirSync(at('out.csv'));
    await expect(writeWhole(at('out.csv'), parts('text'))).rejects.toMatchObject({
      name: 'Problem',
      code: 'file_unwritable',
    });
    expect(readdirSync(folder)).toStrictEqual(['out.csv']);
  });

  it('is a problem with a remedy where its folder is not there: the run is over, the ledger has it all', async () => {
    await expect(writeWhole(at('nowhere/out.csv'), parts('text'))).rejects.toMatchObject({
      code: 'file_unwritable',
      exitStatus: 3,
      message: expect.stringContaining('its folder does not exist'),
      remedy: expect.stringContaining('results'),
    });
  });
});

describe('whether a file can be written is known before anything is sent', () => {
  it('and asking leaves nothing behind and nothing changed', async () => {
    writeFileSync(at('out.csv'), 'before');
    await assertWritable(at('out.csv'), '--out');
    await assertWritable(at('new.csv'), '--out');
    expect(readdirSync(folder)).toStrictEqual(['out.csv']);
    expect(readFileSync(at('out.csv'), 'utf8')).toBe('before');
  });

  it.each([
    ['a folder that does not exist', 'nowhere/out.csv'],
    ['a folder that is a file', 'file/out.csv'],
  ])('not in %s, with the option to change', async (_, name) => {
    writeFileSync(at('file'), '');
    await expect(assertWritable(at(name), '--failures')).rejects.toMatchObject({
      code: 'file_unwritable',
      exitStatus: 2,
      remedy: expect.stringContaining('--failures'),
    });
  });

  it('not under the name of a folder', async () => {
    mkdirSync(at('out.csv'));
    await expect(assertWritable(at('out.csv'), '--out')).rejects.toMatchObject({ code: 'file_unwritable' });
  });
});
