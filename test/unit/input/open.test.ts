import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import { Problem } from '../../../src/common/errors.js';
import { openInput } from '../../../src/input/read-input.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { fileWith } from './support.js';

const problemOf = async (path: string): Promise<Problem> => {
  const error = await openInput(path, switchPlan).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Problem)) throw new Error(`no Problem but ${error}`);
  return error;
};

const folder = temporaryFolder();
const aFile = join(folder, 'orders.csv');
writeFileSync(aFile, 'x');

describe('a file that cannot be read', () => {
  it.each([
    ['is not there', join(folder, 'none.csv'), 'input_not_found'],
    ['lies under a file', join(aFile, 'none.csv'), 'input_not_found'],
    ['is a directory', folder, 'input_is_a_folder'],
  ])('because it %s is a Problem that names it and the remedy', async (_, path, code) => {
    const problem = await problemOf(path);
    expect(problem).toMatchObject({ code, exitStatus: 2 });
    expect(problem.message).toContain(path);
    expect(problem.remedy).toBeTruthy();
  });
});

describe.runIf(process.platform === 'linux')('an open file', () => {
  const isOpen = (path: string): boolean =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });

  it('is closed when its rows are read, or no longer wanted, or it has none', async () => {
    const path = fileWith(`sn,plan\n${'1,Pro\n'.repeat(50_000)}`);
    const whole = await openInput(path, switchPlan);
    expect(isOpen(path)).toBe(true);
    for await (const _ of whole.rows);
    expect(isOpen(path)).toBe(false);

    const left = await openInput(path, switchPlan);
    for await (const _ of left.rows) break;
    expect(isOpen(path)).toBe(false);

    const unusable = fileWith('%PDF-1.7');
    await openInput(unusable, switchPlan);
    expect(isOpen(unusable)).toBe(false);
  });
});
