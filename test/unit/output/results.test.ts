import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import type { BatchId, BillingContactId, OrderNo, PlanId, SerialNumber } from '../../../src/common/ids.js';
import { serialKey } from '../../../src/common/ids.js';
import type { Dialect } from '../../../src/input/input-file.js';
import { openInput } from '../../../src/input/read-input.js';
import { RESULTS_COLUMNS } from '../../../src/job/results-columns.js';
import type { CheckedLine } from '../../../src/ledger/checked-line.js';
import type { Ledger } from '../../../src/ledger/ledger.js';
import { countRows } from '../../../src/output/counts.js';
import { publicStatus } from '../../../src/output/public-status.js';
import { writeFailures, writeResults } from '../../../src/output/results.js';
import { bring, JUNE, makeMove, move, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `file-${++files}.csv`);

const COMMA: Dialect = { delimiter: ',', bom: false, newline: '\n' };

interface Row {
  readonly sn: string;
  readonly cells: readonly string[];
  readonly broken?: string;
}

/** A ledger with one batch of these rows. */
async function ledgerWith(
  columns: readonly string[],
  rows: readonly Row[],
  dialect = COMMA,
  given?: Ledger,
): Promise<Ledger> {
  const ledger = given ?? (await newLedger(folder));
  const lines = rows.map(
    ({ sn, cells, broken }, i): CheckedLine => ({
      position: i,
      line: i + 2,
      cells: JSON.stringify(cells),
      snKey: serialKey(sn),
      findings: broken === undefined ? [] : [{ line: i + 2, code: 'unknown_plan', message: broken }],
      order:
        broken === undefined
          ? {
              serialNumber: sn as SerialNumber,
              planId: '3048918719332507648' as PlanId,
              billingContactId: '9223372036854775807' as BillingContactId,
              billingCycle: 'annually',
              multiCycle: 1,
              ownPoNumber: undefined,
            }
          : undefined,
    }),
  );
  async function* chunks(): AsyncGenerator<readonly CheckedLine[]> {
    for (let at = 0; at < lines.length; at += 300) yield lines.slice(at, at + 300);
  }
  await ledger.load({
    batch: JUNE,
    job: switchPlan,
    file: 'june.csv',
    dialect: JSON.stringify(dialect),
    columns,
    allowRepeat: false,
    onFinding: () => undefined,
    lines: chunks(),
  });
  return ledger;
}

async function write(ledger: Ledger, writer = writeResults): Promise<{ path: string; text: string }> {
  const path = newPath();
  const batch = await ledger.read.batch(JUNE);
  if (batch === undefined) throw new Error('no batch');
  await writer({ ledger, batch }, path);
  return { path, text: readFileSync(path, 'utf8') };
}

/** What reading a file as an input gives. */
async function readBack(path: string, encoding?: string) {
  const input = await openInput(path, switchPlan, { encoding });
  const rows: string[][] = [];
  for await (const chunk of input.rows) rows.push(...chunk.map((row) => [...row.cells]));
  return { dialect: input.dialect, columns: input.columns, findings: input.findings(), rows };
}

const records = (text: string, delimiter = ','): Record<string, string>[] =>
  parse(text, { columns: true, bom: true, delimiter }) as Record<string, string>[];

describe('the results', () => {
  it('have the input’s columns, then those of the contract, in its order', async () => {
    const ledger = await ledgerWith(['sn', 'Plan Name', 'note'], [{ sn: 'A', cells: ['A', 'Pro', 'x'] }]);
    const { text } = await write(ledger);
    expect(text.split('\n')[0]).toBe(
      'sn,Plan Name,note,status,orderNo,transactionNo,orderStatus,instanceId,planId,billingContactId,reference,' +
        'attempts,requestId,errorCode,errorMessage,submittedAt,finishedAt,amount,currency',
    );
    await ledger.close();
  });

  it('tell everything of a row that succeeded, every digit of its ids', async () => {
    const ledger = await ledgerWith(['sn'], [{ sn: 'A', cells: ['A'] }]);
    const cost = { amount: '108.00', currency: 'USD', productNos: [], references: [] };
    await ledger.mirror.noteDetails([{ orderNo: 'O-1' as OrderNo, state: 'read', details: cost }]);
    await bring(ledger, 'A', 'succeeded', {
      orderNo: 'O-1',
      submittedAt: Date.parse('2026-06-01T12:00:00.5Z'),
    });
    expect(records((await write(ledger)).text)).toStrictEqual([
      {
        sn: 'A',
        status: 'succeeded',
        orderNo: 'O-1',
        transactionNo: 'T-1',
        orderStatus: 'succeed',
        instanceId: 'I-1',
        planId: '3048918719332507648',
        billingContactId: '9223372036854775807',
        reference: 'REF-A',
        attempts: '1',
        requestId: 'req-1',
        errorCode: '',
        errorMessage: '',
        submittedAt: '2026-06-01T12:00:00.500Z',
        finishedAt: '1970-01-01T00:01:20.000Z',
        amount: '108.00',
        currency: 'USD',
      },
    ]);
    await ledger.close();
  });

  it('have one row for each row of the input, in its order, whatever became of it', async () => {
    const names = ['ok', 'waits', 'bad', 'no', 'doubt', 'left', 'dying'];
    const rows = names.map((sn) => ({
      sn,
      cells: [sn],
      ...(sn === 'bad' ? { broken: 'no such plan' } : {}),
    }));
    const ledger = await ledgerWith(['sn'], rows);
    await bring(ledger, 'ok', 'succeeded');
    await bring(ledger, 'waits', 'pending');
    await bring(ledger, 'no', 'failed');
    await bring(ledger, 'doubt', 'in_doubt');
    await bring(ledger, 'dying', 'sending');
    const found = records((await write(ledger)).text);
    expect(found.map((row) => `${row['sn']} ${row['status']} ${row['errorCode']}`)).toStrictEqual([
      'ok succeeded ',
      'waits pending ',
      'bad invalid unknown_plan',
      'no failed why',
      'doubt in_doubt why',
      'left not_sent ',
      'dying in_doubt ',
    ]);
    expect(found[2]).toMatchObject({ errorMessage: 'no such plan', attempts: '0', orderNo: '' });
    expect(await countRows(ledger, { batch: JUNE, runNo: 1 })).toStrictEqual({
      succeeded: 1,
      pending: 1,
      failed: 1,
      in_doubt: 2,
      invalid: 1,
      not_sent: 1,
      total: 7,
    });
    await ledger.close();
  });

  it('of many rows are all there, good and rejected ones mixed, over every portion', async () => {
    const rows = Array.from({ length: 1_777 }, (_, i) => ({
      sn: `S${i}`,
      cells: [`S${i}`],
      ...(i % 3 === 1 || (i > 700 && i < 1_300) ? { broken: 'broken' } : {}),
    }));
    const ledger = await ledgerWith(['sn'], rows);
    expect(records((await write(ledger)).text).map((row) => row['sn'])).toStrictEqual(
      rows.map(({ sn }) => sn),
    );
    await ledger.close();
  });

  it.each<readonly [string, Dialect, string]>([
    ['commas and line feeds', COMMA, 'sn,note,status'],
    ['semicolons, CRLF and a BOM', { delimiter: ';', bom: true, newline: '\r\n' }, '\uFEFFsn;note;status'],
    ['tabs', { delimiter: '\t', bom: false, newline: '\r\n' }, 'sn\tnote\tstatus'],
  ])('are written as the input was: %s', async (_, dialect, begins) => {
    const cells = ['A', `a${dialect.delimiter}b "c"\nd`];
    const ledger = await ledgerWith(['sn', 'note'], [{ sn: 'A', cells }], dialect);
    const { path, text } = await write(ledger);
    expect(text.startsWith(begins)).toBe(true);
    expect(text.endsWith(dialect.newline)).toBe(true);
    expect(text.split(dialect.newline).at(-1)).toBe('');
    expect(records(text, dialect.delimiter)[0]?.['note']).toBe(cells[1]);
    expect((await readBack(path)).dialect).toStrictEqual({ ...dialect, encoding: 'utf-8' });
    await ledger.close();
  });

  it('have one planId, the one that was ordered', async () => {
    const ledger = await ledgerWith(
      ['sn', 'Plan ID', 'note'],
      [
        { sn: 'A', cells: ['A', '3048918719332507648', 'x'] },
        { sn: 'B', cells: ['B', '77', 'y'], broken: 'no such plan' },
      ],
    );
    const { text } = await write(ledger);
    expect(
      text
        .split('\n')[0]
        ?.toLowerCase()
        .match(/plan ?id/g),
    ).toHaveLength(1);
    expect(records(text)).toMatchObject([
      { sn: 'A', note: 'x', planId: '3048918719332507648' },
      { sn: 'B', note: 'y', planId: '77' },
    ]);
    await ledger.close();
  });
});

describe('a value that a spreadsheet would run', () => {
  const DANGEROUS = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '=cmd|"/c calc"!A1'];

  it('is defused, the input’s own and the portal’s words too', async () => {
    const rows = DANGEROUS.map((cell, i) => ({ sn: `S${i}`, cells: [`S${i}`, cell] }));
    const ledger = await ledgerWith(['sn', 'note'], rows);
    await makeMove(ledger, move('intend', 'S0'));
    await ledger.record({
      move: 'refuse',
      batch: JUNE,
      snKey: serialKey('S0'),
      reason: { code: '@code', message: '=HYPERLINK("http://x")' },
      at: 1,
    });
    const { text } = await write(ledger);
    const found = records(text);
    expect(found.map((row) => row['note'])).toStrictEqual(DANGEROUS.map((cell) => `'${cell}`));
    expect(found[0]).toMatchObject({ errorCode: "'@code", errorMessage: '\'=HYPERLINK("http://x")' });
    await ledger.close();
  });

  it('is defused as a column’s name too', async () => {
    const ledger = await ledgerWith(['sn', '=1+1'], [{ sn: 'A', cells: ['A', 'x'] }]);
    const header = parse((await write(ledger)).text, { to: 1 })[0] as string[];
    expect(header[1]).toBe("'=1+1");
    await ledger.close();
  });
});

describe('a file in another encoding', () => {
  const cells: Readonly<Record<string, string>> = {
    'utf-16le': 'Größe 😀 東京',
    'utf-16be': 'Größe 😀 東京',
    'windows-1252': 'Größe – 5 €, \x81',
    'windows-1250': 'Łódź',
    macintosh: 'Größe',
    shift_jis: '東京 ｱ',
    gbk: '北京',
    gb18030: '北京 😀',
    'euc-kr': '서울',
    'iso-2022-jp': '東京 abc',
  };

  it.each(Object.entries(cells))('in %s has results that are read as it was', async (encoding, note) => {
    const bom = encoding.startsWith('utf-16');
    const dialect: Dialect = { delimiter: ';', bom, newline: '\r\n', encoding };
    const ledger = await ledgerWith(['sn', 'plan', note], [{ sn: 'A', cells: ['A', 'Pro', note] }], dialect);
    for (const writer of [writeResults, writeFailures]) {
      const { path } = await write(ledger, writer);
      expect(readFileSync(path).toString('latin1')).not.toContain(Buffer.from(note).toString('latin1'));
      expect(await readBack(path, bom ? undefined : encoding)).toStrictEqual({
        dialect,
        columns: ['sn', 'plan', note],
        findings: [],
        rows: [['A', 'Pro', note]],
      });
    }
    await ledger.close();
  });

  it('has a question mark for what the encoding does not have in words that are not the file’s', async () => {
    const dialect: Dialect = { ...COMMA, encoding: 'windows-1252' };
    const broken = 'no plan "東京 😀": did you mean "Größe"?';
    const ledger = await ledgerWith(['sn', 'plan'], [{ sn: 'A', cells: ['A', 'ü'], broken }], dialect);
    const { path } = await write(ledger);
    const text = new TextDecoder('windows-1252').decode(readFileSync(path), { stream: true });
    expect(records(text)[0]).toMatchObject({
      errorMessage: 'no plan "?? ?": did you mean "Größe"?',
      plan: 'ü',
    });
    await ledger.close();
  });

  it('may bring damaged words of the portal back in: those columns are not read', async () => {
    const ledger = await ledgerWith(
      ['sn', 'plan'],
      [{ sn: 'A', cells: ['A', 'x'], broken: 'M\ufffdller \0' }],
    );
    expect((await readBack((await write(ledger)).path)).findings).toStrictEqual([]);
    await ledger.close();
  });
});

describe('a results file is itself a valid input', () => {
  it('whatever is in its cells: read again and written again, the input’s columns are what they were', async () => {
    const cell = fc.oneof(
      // U+FFFD is what a damaged file holds: it is a finding, not a cell.
      fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !text.includes('\ufffd')),
      fc.constantFrom('=1', "'=1", "''=1", "'", '"', '",\n', '\r\n', ' padded ', '-', '﻿x', ';', '\t'),
    );
    const dialect = fc.record({
      delimiter: fc.constantFrom(',' as const, ';' as const, '\t' as const),
      bom: fc.boolean(),
      newline: fc.constantFrom('\n' as const, '\r\n' as const),
    });
    const one = await newLedger(folder);
    await fc.assert(
      fc.asyncProperty(
        dialect,
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }),
        async (shape, notes) => {
          const rows = notes.map((note, i) => ({ sn: `S${i}`, cells: [`S${i}`, 'Pro', ...note] }));
          const original = newPath();
          const ledger = await ledgerWith(['sn', 'plan', 'note', 'remark'], rows, shape, one);
          const written = await write(ledger);
          writeFileSync(original, written.text);
          const { columns, findings, rows: read } = await readBack(original);
          expect(columns).toStrictEqual(['sn', 'plan', 'note', 'remark']);
          expect(findings).toStrictEqual([]);
          const plain = (text: string): string => text.replace(/^'(?=[=+\-@\t\r＝＋－＠])/u, '');
          expect(read).toStrictEqual(rows.map(({ cells }) => cells.map(plain)));
        },
      ),
      { numRuns: 60 },
    );
    await one.close();
  });
});

describe('the failures', () => {
  it('are the rows that did not succeed, in the shape of the input, with what was wrong', async () => {
    const rows = ['ok', 'waits', 'bad', 'no', 'left'].map((sn) => ({
      sn,
      cells: [sn, '30', 'x'],
      ...(sn === 'bad' ? { broken: 'no such plan' } : {}),
    }));
    const ledger = await ledgerWith(['sn', 'planId', 'note'], rows);
    await bring(ledger, 'ok', 'succeeded');
    await bring(ledger, 'waits', 'pending');
    await bring(ledger, 'no', 'failed');
    const { path, text } = await write(ledger, writeFailures);
    expect(text).toBe(
      'sn,planId,note,status,errorCode,errorMessage\n' +
        'bad,30,x,invalid,unknown_plan,no such plan\n' +
        'no,30,x,failed,why,because\n' +
        'left,30,x,not_sent,,\n',
    );
    expect((await readBack(path)).columns).toStrictEqual(['sn', 'planId', 'note']);
    await ledger.close();
  });
});

describe('the file that stood there', () => {
  it('is left as it is when the ledger fails in the middle', async () => {
    const ledger = await ledgerWith(['sn'], [{ sn: 'A', cells: ['A'] }]);
    const batch = await ledger.read.batch(JUNE);
    if (batch === undefined) throw new Error('no batch');
    const path = newPath();
    writeFileSync(path, 'before');
    const broken = {
      ...ledger,
      read: { ...ledger.read, rowsByPosition: () => Promise.reject(new Error('the disk is gone')) },
    };
    await expect(writeResults({ ledger: broken, batch }, path)).rejects.toThrow('the disk is gone');
    expect(readFileSync(path, 'utf8')).toBe('before');
    await ledger.close();
  });

  it('is another batch’s business: a batch without rows gives a header alone', async () => {
    const ledger = await ledgerWith(['sn'], []);
    expect((await write(ledger)).text).toBe(`sn,${RESULTS_COLUMNS.join(',')}\n`);
    expect(await ledger.read.batch('july' as BatchId)).toBeUndefined();
    await ledger.close();
  });
});

it('a row that is being sent while nobody sends it is told as in doubt', () => {
  expect(publicStatus('sending')).toBe('in_doubt');
  expect(publicStatus('failed')).toBe('failed');
});
