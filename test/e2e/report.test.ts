import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../src/report/write-report.js';
import { rejected, row, START, sourceOf } from '../unit/report/support.js';

const HOSTILE = '</script><img src=x onerror="window.hit=1"> <b>bold</b> \u2028 "quoted"';

const executable = findChromium();
if (executable === undefined) {
  process.stderr.write('SKIPPED: no Chromium for the report: install it, or name it with CHROMIUM=<path>.\n');
}

describe.skipIf(executable === undefined)('the report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yeastar-report-'));
  const path = join(folder, 'report.html');
  const troubles: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executable ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    await writeReport(batchOf(250), path);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The report in a page of its own; whatever the browser complains about fails the test. */
  async function open(options: BrowserContextOptions = {}, file = path): Promise<Page> {
    troubles.length = 0;
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) troubles.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  const firstRow = (page: Page) => page.locator('#rows tr').first();
  const count = (page: Page) => page.locator('#count');

  it('shows a page of the rows, without a complaint and without asking for anything', async () => {
    const page = await open();
    expect(await page.locator('#rows tr').count()).toBe(100);
    expect(await count(page).textContent()).toBe('253 rows');
    expect(await page.locator('#range').textContent()).toBe('1–100 of 253');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.locator('#range').textContent()).toBe('201–253 of 253');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('searches, filters and sorts', async () => {
    const page = await open();
    await page.getByLabel('Search').fill('customer 17 PRO');
    await waitForCount(page, '13 of 253 rows');
    await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'failed (25)' });
    await waitForCount(page, '1 of 253 rows');
    expect(await firstRow(page).textContent()).toContain('INSTANCE_EXPIRED');
    await page.getByLabel('Search').fill('');
    await waitForCount(page, '25 of 253 rows');
    const header = page.getByRole('columnheader', { name: 'Serial number' });
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await firstRow(page).textContent()).toContain('369410000000');
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await firstRow(page).textContent()).toContain('369410000240');
    await page.getByLabel('Search').fill('nothing like this');
    await waitForCount(page, '0 of 253 rows');
    expect(await page.locator('#range').textContent()).toBe('No row matches.');
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('shows values that contain HTML as text, in the table and in the details', async () => {
    const page = await open();
    await page.getByLabel('Search').fill('onerror');
    await waitForCount(page, '3 of 253 rows');
    await firstRow(page).getByRole('button').click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('dd').allTextContents()).toContain(HOSTILE);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    expect(await page.locator('img, main b').count()).toBe(0);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('has landmarks, one heading above the others, and a name for everything that is operated', async () => {
    const page = await open();
    for (const role of ['banner', 'main', 'contentinfo', 'search', 'navigation'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Batch june']);
    expect(await page.locator('svg:not([aria-label])').count()).toBe(0);
    expect(await page.locator('th:not([scope])').count()).toBe(0);
    expect(await count(page).getAttribute('aria-live')).toBe('polite');
    await page.close();
  });

  for (const width of [400, 320]) {
    it(`overflows nowhere at ${width} px`, async () => {
      const page = await open({ viewport: { width, height: 800 } });
      const overflow = 'document.documentElement.scrollWidth';
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(width);
      await page.getByLabel('Search').fill('onerror');
      await waitForCount(page, '3 of 253 rows');
      await firstRow(page).getByRole('button').click();
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(width);
      expect(await page.evaluate("document.getElementById('details').scrollWidth")).toBeLessThanOrEqual(
        width,
      );
      await page.close();
    });
  }

  it('is dark where the reader is, and light on paper', async () => {
    const page = await open({ colorScheme: 'dark' });
    const ground = 'getComputedStyle(document.body).backgroundColor';
    const bar = `getComputedStyle(document.querySelector('.wide path[fill="var(--succeeded)"]')).fill`;
    expect(await page.evaluate(ground)).toBe('rgb(17, 21, 28)');
    expect(await page.evaluate(bar)).toBe('rgb(69, 189, 128)');
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF');
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('stays quick with 50,000 rows', { timeout: 60_000 }, async () => {
    const large = join(folder, 'large.html');
    await writeReport(batchOf(50_000), large);
    const page = await open({}, large);
    await waitForCount(page, '50,003 rows');
    const startedAt = performance.now();
    await page.getByLabel('Search').fill('customer 49999');
    await waitForCount(page, '1 of 50,003 rows');
    await page.getByLabel('Search').fill('');
    await waitForCount(page, '50,003 rows');
    await page.getByRole('columnheader', { name: 'Latency' }).getByRole('button').click();
    expect(await page.locator('#rows tr').count()).toBe(100);
    // A second on an idle machine; what it must not be is the minute of 50,000 rows in the document.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(troubles).toEqual([]);
    await page.close();
  });
});

const waitForCount = (page: Page, text: string): Promise<void> =>
  page.getByText(text, { exact: true }).waitFor({ timeout: 15_000 });

/** So many orders, every tenth refused, and three lines whose values contain HTML. */
function batchOf(rows: number) {
  const orders = Array.from({ length: rows }, (_, i) => {
    const cells = JSON.stringify([`X${i}`, `Customer ${i}`, 'Linkus Cloud Service Pro']);
    const refused = { status: 'failed' as const, order_no: null, error_code: 'INSTANCE_EXPIRED' };
    const at = START + i * 50;
    const times = { submitted_at: at, finished_at: at + 150 + (i % 90) };
    return row(i, { cells, ...times, ...(i % 10 === 0 ? { ...refused, error_message: 'too late' } : {}) });
  });
  const lines = [0, 1, 2].map((i) => rejected(rows + i, [HOSTILE, HOSTILE, HOSTILE], HOSTILE));
  return sourceOf(orders, lines);
}

function findChromium(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'chromium'));
  return [process.env['CHROMIUM'], '/usr/bin/chromium', ...onPath].find((candidate) => {
    try {
      if (candidate === undefined || candidate === '') return false;
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
