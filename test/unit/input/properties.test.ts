import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readContent, utf16 } from './support.js';

const SECONDS = 1000;

/** Reads to the end and asserts what holds for every file. */
async function readsInPeace(content: Buffer): Promise<void> {
  const { rows, columns, findings } = await readContent(content);
  let line = 0;
  for (const [i, row] of rows.entries()) {
    expect(row.position).toBe(i);
    expect(row.line).toBeGreaterThan(line);
    expect(row.cells).toHaveLength(columns.length);
    for (const finding of row.findings) expect(finding.line).toBe(row.line);
    line = row.line;
  }
  for (const { message } of findings) expect(message.length).toBeGreaterThan(20);
  if (rows.length === 0) expect(findings).not.toEqual([]);
}

it('reads whatever bytes', { timeout: 60 * SECONDS }, async () => {
  const start = fc.constantFrom('', '\ufeff', 'sn,plan\n', 'sep=;\n', '\xff\xfe', '\xfe\xff', 'sn;"plan"\r');
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (before, bytes) => {
      await readsInPeace(Buffer.concat([Buffer.from(before, 'latin1'), bytes]));
    }),
    { numRuns: 500 },
  );
});

it('reads CSVs with bytes changed, put in and taken out', { timeout: 60 * SECONDS }, async () => {
  const text = 'sn,plan,Years,note\n111,Pro,1,"a, ""b""\nc"\n222,Größe,2,\n\n333,Pro,,x\n';
  const valid = fc.constantFrom(
    Buffer.from(text),
    utf16(text, 'le'),
    utf16(text.replaceAll('\n', '\r\n'), 'be'),
  );
  const byte = fc.oneof(
    fc.constantFrom(0, 9, 10, 13, 34, 39, 44, 59, 0x80, 0xc3, 0xd8, 0xf0, 0xff),
    fc.nat(255),
  );
  const change = fc.record({ at: fc.nat(200), remove: fc.nat(3), put: fc.array(byte, { maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(valid, fc.array(change, { minLength: 1, maxLength: 6 }), async (original, changes) => {
      let bytes = original;
      for (const { at, remove, put } of changes) {
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + remove)]);
      }
      await readsInPeace(bytes);
    }),
    { numRuns: 500 },
  );
});

it('reads the cells that were written, with their lines, in every dialect', {
  timeout: 60 * SECONDS,
}, async () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const tricky = fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '\n', '\r\n', "'", 'ü', '😀', ' ', '\ufeff'),
  });
  // NUL and U+FFFD are damage, and a ' before a formula is taken off: all by design.
  const cell = fc.oneof(text, tricky).map((value) => value.replaceAll(/[\0\ufffd]/g, '').replace(/^'+/, ''));
  const row = fc.tuple(fc.stringMatching(/^[0-9A-Z]{1,12}$/), cell, cell);
  const shape = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t'),
    newline: fc.constantFrom('\n' as const, '\r\n' as const),
    bom: fc.boolean(),
    encoding: fc.constantFrom('utf8', 'le', 'be'),
    quoted: fc.boolean(),
    emptyLines: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(shape, fc.array(row, { minLength: 1, maxLength: 12 }), async (form, records) => {
      const { delimiter, newline, quoted } = form;
      const write = (record: readonly string[]): string =>
        stringify([[...record]], {
          delimiter,
          quoted,
          record_delimiter: newline,
          quote_record_delimiter: true,
        });
      let content = write(['sn', 'plan', 'note']);
      const lines: number[] = [];
      for (const record of records) {
        if (form.emptyLines) content += newline;
        lines.push(content.split(/\r\n|[\r\n]/).length);
        content += write(record);
      }
      const bytes =
        form.encoding === 'utf8'
          ? Buffer.from(`${form.bom ? '\ufeff' : ''}${content}`)
          : utf16(content, form.encoding === 'le' ? 'le' : 'be');

      const read = await readContent(bytes);
      expect(read.findings).toEqual([]);
      expect(read.dialect).toEqual({
        delimiter,
        newline,
        bom: form.bom || form.encoding !== 'utf8',
        encoding: { utf8: 'utf-8', le: 'utf-16le', be: 'utf-16be' }[form.encoding],
      });
      expect(read.rows.map((one) => one.cells)).toEqual(records);
      expect(read.rows.map((one) => one.line)).toEqual(lines);
    }),
    { numRuns: 500 },
  );
});
