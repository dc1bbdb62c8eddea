import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LEGAL_MOVES } from '../../../src/ledger/moves.js';
import type { Outcome } from '../../../src/portal/outcome.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCUMENT = `${ROOT}docs/architecture.md`;

type Table = readonly Readonly<Record<string, string>>[];

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));

/** The document's table whose first column is headed so; each row by the heads of its columns. */
function tableHeaded(first: string): Table {
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  const at = lines.findIndex(
    (line) => line.trim().startsWith('|') && cellsOf(line)[0]?.toLowerCase() === first,
  );
  if (at < 0) throw new Error(`docs/architecture.md has no table whose first column is headed "${first}"`);
  const heads = cellsOf(lines[at] ?? '').map((head) => head.toLowerCase());
  const rows: Record<string, string>[] = [];
  for (const line of lines.slice(at + 2)) {
    if (!line.trim().startsWith('|')) break;
    rows.push(Object.fromEntries(cellsOf(line).map((cell, i) => [heads[i] ?? '', cell])));
  }
  return rows;
}

const listed = (cell: string | undefined): string[] => (cell ?? '').split(/\s*,\s*/).filter(Boolean);

/** Complete, because the compiler wants every kind and no other. */
const OUTCOMES: Record<Outcome['kind'], true> = {
  placed: true,
  refused: true,
  'never-sent': true,
  'turned-away': true,
  unknown: true,
};

it('shows the moves of a row as the code has them', () => {
  const shown = tableHeaded('move').map((row) => [
    row['move'],
    { from: listed(row['from']), to: listed(row['to']) },
  ]);
  expect(Object.fromEntries(shown)).toEqual(LEGAL_MOVES);
  expect(shown).toHaveLength(Object.keys(LEGAL_MOVES).length);
});

it('shows every outcome of a send, once', () => {
  const shown = tableHeaded('outcome').map((row) => row['outcome'] ?? '');
  expect(shown.sort()).toEqual(Object.keys(OUTCOMES).sort());
});

/** The folders of `src/` that the files of a folder import from, without itself. */
function foldersUsedBy(folder: string): string[] {
  const used = globSync(`${folder}**/*.ts`, { cwd: ROOT }).flatMap((file) => {
    const text = readFileSync(`${ROOT}${file}`, 'utf8');
    const imported = [...text.matchAll(/(?:from|import\()\s*'([.][^']+)'/g)].map(([, path = '']) => path);
    return imported.map((path) => posix.join(posix.dirname(file), path));
  });
  const folders = used.map((path) => /^src\/(\w+)\//.exec(path)?.[1] ?? path);
  return [...new Set(folders)].filter((name) => folder !== `src/${name}/`).sort();
}

it('shows which folders each folder uses', () => {
  for (const { folder = '', uses = '' } of tableHeaded('folder')) {
    const used = foldersUsedBy(folder);
    const [, but] = /^all(?: but (.+))?$/.exec(uses) ?? [];
    if (uses.startsWith('all'))
      expect(
        used.filter((name) => listed(but).includes(name)),
        folder,
      ).toEqual([]);
    else expect(used, folder).toEqual(uses === 'nothing' ? [] : listed(uses));
  }
});

it('names only files and folders that are there', () => {
  const files = globSync('{src,test,jobs}/**', { cwd: ROOT });
  const named = [...readFileSync(DOCUMENT, 'utf8').matchAll(/`([\w./-]+(?:[.]ts|\/))`/g)].map(
    ([, name = '']) => name,
  );
  const isThere = (name: string): boolean =>
    files.some((file) => `/${file}`.endsWith(`/${name.replace(/\/$/, '')}`));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
});
