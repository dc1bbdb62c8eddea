import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { RESULTS_COLUMNS } from '../../src/job/results-columns.js';
import { csvOf, type Ended, serialNumberOf, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

const PRO = 'Linkus Cloud Service Pro';
const ADA = 'ada.keller@example.com';
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

async function newPlace() {
  const sandbox = await sandboxForTest();
  const place = workplace(sandbox);
  const placed = (): string[] => sandbox.truth().map(({ productNo }) => productNo);
  /** Bytes of a file of the place. */
  const bytes = (name: string): Buffer => readFileSync(join(place.folder, name));
  return { ...place, placed, bytes };
}

/** What is said of a file that is refused: nothing was placed, nothing written, no batch left behind. */
async function refusal(content: string | Buffer, ...options: string[]): Promise<string> {
  const place = await newPlace();
  place.write('orders.csv', content);
  const { status, stderr } = await place.run(['orders.csv', ...options]);
  expect({ status, placed: place.placed(), results: place.exists('orders.results.csv') }).toEqual({
    status: 2,
    placed: [],
    results: false,
  });
  expect((await place.run(['status'])).stdout).not.toContain('orders');
  return stderr;
}

const first = serialNumberOf(0);
const second = serialNumberOf(1);

describe("German Excel's plain CSV", () => {
  const content = latin1(
    `Seriennummer;Tarif;Kunde\r\n${first};${PRO};M\xfcller & S\xf6hne\r\n${second};${PRO};Caf\xe9 \x84Gr\xf6\xdfe\x93 5 \x80\r\n`,
  );
  const NAMED = ['--column', 'sn=Seriennummer', '--column', 'plan=Tarif', '--billing-contact', ADA];
  const ENCODED = [...NAMED, '--encoding', 'windows-1252'];

  it('goes through with --encoding and --column, and its results are read by Excel as it was', async () => {
    const place = await newPlace();
    place.write('orders.csv', content);
    const { status, stderr } = await place.run(['orders.csv', ...ENCODED]);
    expect({ status, stderr: stderr.includes('finding') }).toEqual({ status: 0, stderr: false });
    expect(place.placed()).toEqual([first, second]);
    const text = new TextDecoder('windows-1252').decode(place.bytes('orders.results.csv'), { stream: true });
    expect(text.split('\r\n')[0]).toBe(`Seriennummer;Tarif;Kunde;${RESULTS_COLUMNS.join(';')}`);
    expect(text).toContain(`${first};${PRO};Müller & Söhne;succeeded;`);
    expect(text).toContain(`${second};${PRO};Café „Größe“ 5 €;succeeded;`);
  });

  it('without --encoding is one finding for the file, which names the option and shows what it would read', async () => {
    const stderr = await refusal(content, ...NAMED);
    expect(stderr).toMatch(
      /^1 problem found:\n {2}orders\.csv:2 {2}the line and 1 more have characters that are not UTF-8/m,
    );
    expect(stderr).toContain('add --encoding windows-1252 (with it, the first one reads');
    expect(stderr).toContain('Müller & Söhne');
    expect(stderr).toContain('None of the 2 rows read from orders.csv can be used');
  });

  it('without --column names the columns of the file, the likeliest, and how many rows there are', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${serialNumberOf(i)};${PRO};x\r\n`);
    const stderr = await refusal(`Seriennummer;plan;Kunde\r\n${rows.join('')}`);
    expect(stderr).toContain(
      'orders.csv:1  there is no column "sn". The file has the columns "Seriennummer", "plan", "Kunde". ' +
        'If "Seriennummer" is that column, add --column sn=Seriennummer',
    );
    expect(stderr).toContain('None of the 60 rows read from orders.csv can be used');
  });

  it('has results that go back in, and failures that are fixed and go back in, in the same encoding', async () => {
    const place = await newPlace();
    const broken = latin1(`${content.toString('latin1')}${serialNumberOf(2)};Gr\xf6\xdfer;K\xf6nig\r\n`);
    place.write('orders.csv', broken);
    const options = [...ENCODED, '--batch', 'june'];
    const run = await place.run(['orders.csv', ...options, '--skip-invalid', '--failures', 'open.csv']);
    expect(run.status).toBe(1);
    expect(place.placed()).toEqual([first, second]);
    const failures = place.bytes('open.csv').toString('latin1');
    expect(failures).toMatch(
      new RegExp(
        `^Seriennummer;Tarif;Kunde;status;errorCode;errorMessage\r\n${serialNumberOf(2)};Größer;König;invalid;unknown_plan;`,
      ),
    );
    place.write('open.csv', latin1(failures.replace(';Größer;', `;${PRO};`)));
    expect((await place.run(['open.csv', ...options])).status).toBe(0);
    expect(place.placed()).toEqual([first, second, serialNumberOf(2)]);
    place.write('again.csv', place.bytes('orders.results.csv'));
    const again = await place.summary(['again.csv', ...options, '--skip-invalid']);
    expect(again.summary).toMatchObject({ sent: 0, counts: { succeeded: 3 } });
  });

  it.each([
    [
      '--encoding',
      'ebcdic',
      '--encoding "ebcdic" is not an encoding; use auto, or a name such as windows-1252',
    ],
    ['--column', 'Seriennummer', '--column "Seriennummer" does not name a column; use sn=Seriennummer'],
    ['--column', 'serial=Seriennummer', 'the job switch-plan has no column "serial". It has sn, plan'],
  ])('is refused with %s %s, in words', async (option, value, words) => {
    expect(await refusal(content, option, value)).toContain(words);
  });
});

describe('other programs', () => {
  const lines = (newline: string, delimiter: string, name = 'Müller'): string =>
    ['sn,plan,billingContact,Kunde', `${first},${PRO},${ADA},${name}`, `${second},${PRO},${ADA},x`, '']
      .join(newline)
      .replaceAll(',', delimiter);

  it.each<readonly [string, Buffer, string[]]>([
    ["LibreOffice's UTF-16, with tabs", utf16(lines('\n', '\t')), []],
    ["Excel's Unicode text, big endian", utf16(lines('\r\n', '\t')).swap16(), []],
    ['UTF-16 without a byte order mark', utf16(lines('\r\n', ';')).subarray(2), ['--encoding', 'utf-16le']],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${lines('\r\n', ',')}`), []],
    [
      'a Mac of old: CR and its own umlauts',
      latin1(lines('\r', ';', 'M\x9fller')),
      ['--encoding', 'macintosh'],
    ],
    [
      'line ends of all kinds in one file',
      Buffer.from(lines('\r\n', ',').replace('\r\n', '\r').replace(/\r\n$/, '\n')),
      [],
    ],
    ['a semicolon at the end of each line', Buffer.from(lines(';\r\n', ';')), []],
    ['empty lines and empty rows at the end', Buffer.from(`${lines('\r\n', ';')}\r\n;;;\r\n\r\n`), []],
    ["Excel's sep= line", Buffer.from(`sep=;\r\n${lines('\r\n', ';')}`), []],
  ])('%s: orders are placed, and the results go back in', async (_, content, options) => {
    const place = await newPlace();
    place.write('orders.csv', content);
    const { status, stderr } = await place.run(['orders.csv', ...options]);
    expect(stderr).not.toContain('finding');
    expect(status).toBe(0);
    expect(place.placed()).toEqual([first, second]);
    place.write('again.csv', place.bytes('orders.results.csv'));
    const again = await place.summary([
      'again.csv',
      ...options,
      '--batch',
      'orders',
      '--out',
      'again.out.csv',
    ]);
    expect(again.summary).toMatchObject({ sent: 0, counts: { total: 2, succeeded: 2 } });
    expect(place.bytes('again.out.csv')).toEqual(place.bytes('orders.results.csv'));
  });

  it.each([
    [
      'an Excel workbook',
      latin1('PK\x03\x04\x14\x00\x06\x00xl/workbook.xml'),
      'an Excel workbook (.xlsx), not a CSV',
    ],
    [
      'a web page',
      Buffer.from('<!DOCTYPE html>\n<html><table><tr><td>sn</td></tr></table>'),
      'a web page (HTML), not a CSV',
    ],
  ])('%s that is called .csv is recognised, and how to export is told', async (_, content, words) => {
    const stderr = await refusal(content);
    expect(stderr).toContain(words);
    expect(stderr).toContain('In Excel choose File > Save As > "CSV UTF-8"');
    expect(stderr).toContain('No rows can be read from orders.csv');
  });

  it('a quoted field that is never closed is found where it opens', async () => {
    const stderr = await refusal(
      `${csvOf(3)}${serialNumberOf(3)},"${PRO},${ADA}\n${serialNumberOf(4)},${PRO},${ADA}\n`,
    );
    expect(stderr).toContain('orders.csv:5  a quote (") opens here and is never closed');
  });

  it('two columns of one name are refused', async () => {
    expect(await refusal(`sn,plan,plan\n${first},${PRO},x\n`)).toContain(
      'the columns "plan" and "plan" both mean plan',
    );
  });
});

describe('rows that a spreadsheet spoilt', () => {
  /** A file with findings: nothing placed, and the results say what. */
  async function findings(content: string, ...options: string[]): Promise<Ended & { place: Workplace }> {
    const place = await newPlace();
    place.write('orders.csv', content);
    const ended = await place.run(['orders.csv', ...options]);
    expect({ status: ended.status, placed: place.placed() }).toEqual({ status: 2, placed: [] });
    return { ...ended, place };
  }

  it.each(['3.69472E+11', '"3,69472E+11"'])(
    'a serial number that reads %s is named for what it is',
    async (cell) => {
      const { stderr, place } = await findings(`${csvOf(2)}${cell},${PRO},${ADA}\n`);
      expect(stderr).toContain('orders.csv:4  column "sn": the serial number reads "3');
      expect(stderr).toContain('a spreadsheet has rounded it');
      expect(place.results('orders.results.csv').map((row) => row['errorCode'])).toEqual([
        '',
        '',
        'malformed_serial_number',
      ]);
    },
  );

  it('one unknown plan in 1,000 rows is said once; the results say it a thousand times', async () => {
    const { stderr, place } = await findings(csvOf(1000, { plan: 'Linkus Pro' }));
    expect(stderr.split('\n').filter((line) => line.includes('has no plan'))).toEqual([
      expect.stringMatching(
        /^ {2}orders\.csv:2 {2}the portal has no plan "Linkus Pro": .* \(and 999 more rows, the last in line 1001\)$/,
      ),
    ]);
    expect(stderr).toContain('1 problem in 1000 rows found:');
    const told = place
      .results('orders.results.csv')
      .filter((row) => row['errorMessage']?.includes('has no plan'));
    expect(told).toHaveLength(1000);
  });

  it('several contacts of which none is named is said once', async () => {
    const { stderr } = await findings(csvOf(50).replaceAll(ADA, ''));
    expect(stderr.match(/the row names no billing contact/g)).toHaveLength(1);
    expect(stderr).toContain('(and 49 more rows, the last in line 51)');
  });

  it('a hundred findings of their own are all in the results, and twenty on the screen', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `3694-${i},${PRO},${ADA}`);
    const { stderr, place } = await findings(`sn,plan,billingContact\n${rows.join('\n')}\n`);
    expect(stderr.split('\n').filter((line) => line.includes('is not a serial number'))).toHaveLength(20);
    expect(stderr).toContain('… and 80 more: the results list all of them');
    const results = parse(place.read('orders.results.csv'), { columns: true }) as Record<string, string>[];
    expect(results.map((row) => row['errorMessage'])).toEqual(
      rows.map(
        (row) =>
          `column "sn": "${row.split(',')[0]}" is not a serial number: only letters and digits are allowed`,
      ),
    );
  });

  it('a second header in the middle, with its byte order mark, is the finding of that line alone', async () => {
    const { stderr, place } = await findings(`${csvOf(2)}\ufeff${csvOf(2, { from: 2 })}`);
    expect(stderr).toMatch(/^1 problem found:\n {2}orders\.csv:4 {2}the line is the header again/m);
    expect((await place.run(['orders.csv', '--skip-invalid'])).status).toBe(1);
    expect(place.results('orders.results.csv').map((row) => row['status'])).toEqual([
      'succeeded',
      'succeeded',
      'invalid',
      'succeeded',
      'succeeded',
    ]);
  });
});
