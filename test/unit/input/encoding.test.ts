import { describe, expect, it } from 'vitest';
import { utf16ToUtf8 } from '../../../src/input/encoding.js';
import { checkUtf8 } from '../../../src/input/text.js';
import { brief, readContent, utf16 } from './support.js';

const csv = 'sn,plan,note\n111,Pro,Müller 😀\n222,Pro,Łódź\n';
const notes = ['Müller 😀', 'Łódź'];

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(csv), false],
    ['UTF-8 with a BOM', Buffer.from(`\ufeff${csv}`), true],
    ['UTF-16 little endian', utf16(csv, 'le'), true],
    ['UTF-16 big endian', utf16(csv, 'be'), true],
  ])('reads %s', async (_, content, bom) => {
    const { columns, rows, findings, dialect } = await readContent(content);
    expect(columns).toEqual(['sn', 'plan', 'note']);
    expect(rows.map((row) => row.cells[2])).toEqual(notes);
    expect(findings).toEqual([]);
    expect(dialect.bom).toBe(bom);
  });

  it('reads characters that are split between two chunks, in every encoding', () => {
    const text = 'x😀ü€😀\n';
    for (const encoding of ['utf8', 'le', 'be'] as const) {
      const content = encoding === 'utf8' ? Buffer.from(text) : utf16(text, encoding).subarray(2);
      for (let cut = 0; cut <= content.length; cut++) {
        const damaged: number[] = [];
        const decode = encoding === 'utf8' ? (bytes: Buffer) => bytes : utf16ToUtf8(encoding === 'be');
        const check = checkUtf8((line) => damaged.push(line));
        const parts = [content.subarray(0, cut), content.subarray(cut)].map((part, i) =>
          check(decode(part, i === 1), i === 1),
        );
        expect(Buffer.concat(parts).toString()).toBe(text);
        expect(damaged).toEqual([]);
      }
    }
  });

  it('reads files of many chunks in every encoding', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `${i},Pro,${'x'.repeat(i % 5)}😀ü€😀`);
    const text = `sn,plan,note\n${lines.join('\n')}\n`;
    for (const content of [Buffer.from(text), utf16(text, 'le'), utf16(text, 'be')]) {
      const { rows, findings } = await readContent(content);
      expect(findings).toEqual([]);
      expect(rows.map((row) => row.cells.join(','))).toEqual(lines);
    }
  });

  it('names each line with bytes that are no UTF-8 once, and reads on', async () => {
    const content = Buffer.from('sn,plan,note\n111,Pro,M\xfcller \xfc\n222,Pro,ok\n3 3,Pro,\xe4', 'latin1');
    const { rows, findings } = await readContent(content);
    expect(brief(findings)).toEqual(['2 not_utf8', '4 not_utf8']);
    expect(findings[0]?.message).toContain('Windows-1252');
    expect(rows[0]?.cells[2]).toBe('M\ufffdller \ufffd');
    expect(brief(rows[2]?.findings ?? [])).toEqual(['4 malformed_serial_number']);
  });

  it('names the right lines when the damage is many chunks into the file, once for a line over two chunks', async () => {
    const clean = `1234567,Pro,${'x'.repeat(87)}\n`.repeat(2000);
    const long = `222,Pro,\xff${'y'.repeat(150_000)}\xff\n`;
    const content = Buffer.from(`sn,plan,note\n${clean}${long}333,Pro,\xff\n`, 'latin1');
    expect(brief((await readContent(content)).findings)).toEqual(['2002 not_utf8', '2003 not_utf8']);
  });

  it('finds a character that the end of the file cuts off', async () => {
    const { findings, rows } = await readContent(Buffer.from('sn,plan\n111,Pro€').subarray(0, -1));
    expect(brief(findings)).toEqual(['2 not_utf8']);
    expect(rows[0]?.cells[1]).toBe('Pro\ufffd');
  });

  it('names 100 damaged lines and counts the others', async () => {
    const { findings, rows } = await readContent(Buffer.from(`sn,plan\n${'1,\xfc\n'.repeat(250)}`, 'latin1'));
    expect(rows).toHaveLength(250);
    expect(findings).toHaveLength(101);
    expect(findings[100]?.message).toContain('150 more lines');
  });

  it('finds lone surrogates and an odd last byte in UTF-16', async () => {
    const lone = Buffer.concat([
      utf16('sn,plan\n111,', 'le'),
      Buffer.from([0x00, 0xd8]),
      utf16('\n', 'le').subarray(2),
    ]);
    expect(brief((await readContent(lone)).findings)).toEqual(['2 not_utf8']);
    const odd = Buffer.concat([utf16('sn,plan\n111,Pro\n222,Pro', 'be'), Buffer.from([0x00])]);
    const { findings } = await readContent(odd);
    expect(brief(findings)).toEqual(['3 not_utf8']);
    expect(findings[0]?.message).toContain('UTF-16');
  });

  it.each(['le', 'be'] as const)(
    'says that a file is UTF-16 (%s) without a byte order mark',
    async (order) => {
      const { findings, rows } = await readContent(utf16(csv, order).subarray(2));
      expect(rows).toEqual([]);
      expect(brief(findings)).toEqual(['- not_utf8']);
      expect(findings[0]?.message).toContain('UTF-16 without a byte order mark');
    },
  );

  it('names the line of a stray NUL byte', async () => {
    const { findings } = await readContent('sn,plan,note\n111,Pro,ok\n222,Pro,a\0b\n');
    expect(brief(findings)).toEqual(['3 not_utf8']);
    expect(findings[0]?.message).toContain('NUL');
  });

  it('says that a workbook is no CSV', async () => {
    const { findings } = await readContent(Buffer.from('PK\x03\x04\x14\x00\x06\x00\x08\x00', 'latin1'));
    expect(brief(findings)).toEqual(['- not_utf8']);
    expect(findings[0]?.message).toContain('workbook');
  });
});
