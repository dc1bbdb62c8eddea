import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import type { Finding } from '../../../src/common/finding.js';
import type { Dialect, InputOptions, InputRow } from '../../../src/input/input-file.js';
import { openInput } from '../../../src/input/read-input.js';
import type { Job } from '../../../src/job/define.js';

let folder: string | undefined;
let files = 0;

/** Writes the content to a file of its own, which is gone after the test. */
export function fileWith(content: string | Buffer): string {
  files++;
  folder ??= folderForTest();
  const path = join(folder, `input-${files}.csv`);
  writeFileSync(path, content);
  return path;
}

function folderForTest(): string {
  const made = mkdtempSync(join(tmpdir(), 'input-'));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
    folder = undefined;
  });
  return made;
}

export interface WhatWasRead {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  readonly unused: readonly string[];
  readonly usable: boolean;
  readonly rows: InputRow[];
  readonly findings: readonly Finding[];
  readonly chunkSizes: number[];
}

/** Reads a file to its end. */
export async function readFile(
  path: string,
  options: InputOptions = {},
  job: Job = switchPlan,
): Promise<WhatWasRead> {
  const { dialect, columns, unused, usable, rows, findings } = await openInput(path, job, options);
  const read: InputRow[] = [];
  const chunkSizes: number[] = [];
  for await (const chunk of rows) {
    chunkSizes.push(chunk.length);
    read.push(...chunk);
  }
  return { dialect, columns, unused, usable, rows: read, findings: findings(), chunkSizes };
}

/** Reads this content as a file. */
export async function readContent(
  content: string | Buffer,
  options: InputOptions = {},
  job: Job = switchPlan,
): Promise<WhatWasRead> {
  const path = fileWith(content);
  const read = await readFile(path, options, job);
  rmSync(path);
  return read;
}

/** The findings as `line code`, which is what most tests are about. */
export const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ line, code }) => `${line ?? '-'} ${code}`);

/** The text in UTF-16 with its byte order mark. */
export function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'be' ? bytes.swap16() : bytes;
}
