import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { report } from '../../../src/commands/report.js';
import { createReleasers } from '../../../src/common/releasers.js';
import { STYLE } from '../../../src/report/page/style.js';
import type { ReportRow } from '../../../src/report/rows.js';
import { writeReport } from '../../../src/report/write-report.js';
import { bring, JUNE, line, load, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';
import { virtualClock } from '../../support/virtual-clock.js';
import { rejected, row, sourceOf } from './support.js';

const folder = temporaryFolder();
const HOSTILE = '</script><img src=x onerror=alert(1)> "quoted" \u2028';

async function pageOf(...source: Parameters<typeof sourceOf>): Promise<string> {
  const path = join(folder, 'report.html');
  await writeReport(sourceOf(...source), path);
  return readFileSync(path, 'utf8');
}

const rowsOf = (page: string): ReportRow[] =>
  JSON.parse(/id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? 'null') as ReportRow[];

describe('the report', () => {
  it('carries every row once, whatever the portions', async () => {
    const rows = Array.from({ length: 1234 }, (_, i) => row(i));
    const lines = Array.from({ length: 700 }, (_, i) => rejected(1234 + i, ['x'], 'wrong'));
    const numbers = rowsOf(await pageOf(rows, lines)).map(([number]) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 1934 }, (_, i) => i + 1));
  });

  it('is made for a batch without any row, and for one that has sent nothing', async () => {
    expect(rowsOf(await pageOf([]))).toEqual([]);
    const page = await pageOf([row(0, { status: 'not_sent', submitted_at: null, attempts: 0 })]);
    expect(page).toContain('0 of 1 PBX was switched, 1 was not sent.');
    // No chart of what is not there.
    expect(page).not.toContain('<svg');
  });

  it('loads nothing and runs no script but its own', async () => {
    const page = await pageOf([row(0)]);
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`);
    expect(page).not.toMatch(/(?:src|href)="(?!#)|url\((?!#)|@import/);
    expect([...page.matchAll(/https?:\/\/[^"' <]+/g)].map(String)).toSatisfy((urls: string[]) =>
      urls.every((url) => url.startsWith('http://www.w3.org/')),
    );
  });

  it('shows values that contain HTML as text, wherever they stand', async () => {
    const cells = JSON.stringify([HOSTILE, HOSTILE, HOSTILE]);
    const failed = { status: 'failed' as const, error_code: HOSTILE, error_message: HOSTILE, cells };
    const source = sourceOf([row(0, failed)]);
    const batch = {
      ...source.batch,
      file: `/data/${HOSTILE.replaceAll('/', '')}`,
      job: HOSTILE,
      columns: JSON.stringify([HOSTILE]),
    };
    const page = await pageOf([row(0, failed)], [rejected(1, [HOSTILE], HOSTILE)], { batch });
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(rowsOf(page)[0]?.[9]).toEqual([HOSTILE, HOSTILE, HOSTILE]);
  });

  it('says that no order is real where the sandbox was used', async () => {
    expect(await pageOf([row(0)], [], { sandbox: true })).toContain('<title>SANDBOX: june');
    expect(await pageOf([row(0)])).not.toContain('SANDBOX');
  });

  it('leaves the earlier page alone when the ledger cannot be read to its end', async () => {
    const path = join(folder, 'kept.html');
    writeFileSync(path, 'the earlier one');
    const source = sourceOf([row(0)]);
    const read = { ...source.ledger.read, rejectedByPosition: () => Promise.reject(new Error('gone')) };
    await expect(writeReport({ ...source, ledger: { read } }, path)).rejects.toThrow('gone');
    expect(readFileSync(path, 'utf8')).toBe('the earlier one');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('has text with a contrast of at least 4.5, in light and in dark', () => {
    const themes = [...STYLE.matchAll(/--page:[\s\S]*?color-scheme/g)].map(([block]) => colours(block));
    expect(themes).toHaveLength(2);
    const names = [
      'text',
      'text-soft',
      'accent',
      'succeeded',
      'pending',
      'failed',
      'in-doubt',
      'invalid',
      'not-sent',
    ];
    for (const theme of themes) {
      for (const name of names) {
        const colour = theme[name] ?? [];
        const card = theme['card'] ?? [];
        // A badge stands on 12 % of its own colour.
        const ground = card.map((value, i) => value * 0.88 + (colour[i] ?? 0) * 0.12);
        expect(contrast(colour, ground), name).toBeGreaterThanOrEqual(4.5);
        expect(contrast(colour, theme['page'] ?? []), name).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe('the command', () => {
  it('writes the report of a batch from its ledger', async () => {
    const ledger = await newLedger(folder, join(folder, 'june.db'));
    await load(ledger, [[line(0, 'A1'), line(1, 'A2'), line(2, '', { findings: ['no plan'] })]]);
    await bring(ledger, 'A1', 'succeeded');
    await bring(ledger, 'A2', 'failed');
    await ledger.close();
    const call = {
      subject: JUNE,
      options: { out: 'june.html', ledger: 'june.db', sandbox: false },
      environment: {},
      cwd: folder,
      clock: virtualClock(),
      releasers: createReleasers(),
    };
    expect(await report(call)).toMatchObject({ exitCode: 0, text: join(folder, 'june.html') });
    const page = readFileSync(join(folder, 'june.html'), 'utf8');
    expect(rowsOf(page).map((cells) => cells.slice(0, 3))).toEqual([
      [1, 'A1', 0],
      [2, 'A2', 2],
      [3, '', 4],
    ]);
    await expect(report({ ...call, subject: 'july' })).rejects.toThrow('has no batch "july"');
    const elsewhere = { ...call.options, ledger: '/none' };
    await expect(report({ ...call, options: elsewhere })).rejects.toThrow('no ledger');
    await call.releasers.run();
  });
});

const colours = (block: string): Record<string, number[]> =>
  Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): #([0-9a-f]{3,6});/g)].map(([, name = '', hex = '']) => [
      name,
      (hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? [])).map((pair) =>
        Number.parseInt(pair, 16),
      ),
    ]),
  );

const luminance = (colour: readonly number[]): number => {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** The contrast of WCAG 2. */
const contrast = (a: readonly number[], b: readonly number[]): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};
