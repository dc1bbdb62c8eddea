import { describe, expect, it, vi } from 'vitest';
import { decoding, knownEncoding } from '../../../src/input/encoding.js';
import { brief, readContent, utf16 } from './support.js';

const csv = 'sn,plan,note\n111,Pro,Müller 😀\n222,Pro,Łódź\n';
const notes = ['Müller 😀', 'Łódź'];
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(csv), 'utf-8', false],
    ['UTF-8 with a BOM', Buffer.from(`\ufeff${csv}`), 'utf-8', true],
    ['UTF-16 little endian', utf16(csv, 'le'), 'utf-16le', true],
    ['UTF-16 big endian', utf16(csv, 'be'), 'utf-16be', true],
  ])('reads %s', async (_, content, encoding, bom) => {
    const { columns, rows, findings, dialect } = await readContent(content);
    expect(columns).toEqual(['sn', 'plan', 'note']);
    expect(rows.map((row) => row.cells[2])).toEqual(notes);
    expect(findings).toEqual([]);
    expect(dialect).toMatchObject({ encoding, bom });
  });

  it.each([
    [
      'windows-1252',
      'größer – 5 € „x“',
      [0x67, 0x72, 0xf6, 0xdf, 0x65, 0x72, 0x20, 0x96, 0x20, 0x35, 0x20, 0x80, 0x20, 0x84, 0x78, 0x93],
    ],
    ['macintosh', 'ßäöü', [0xa7, 0x8a, 0x9a, 0x9f]],
    ['windows-1250', 'Łódź', [0xa3, 0xf3, 0x64, 0x9f]],
    ['windows-1251', 'Иван', [0xc8, 0xe2, 0xe0, 0xed]],
    ['shift_jis', '東京', [0x93, 0x8c, 0x8b, 0x9e]],
    ['gbk', '北京', [0xb1, 0xb1, 0xbe, 0xa9]],
    ['utf-16le', 'ü', [0xfc, 0x00]],
  ])('reads %s where the user names it', async (encoding, note, bytes) => {
    const wide = encoding === 'utf-16le';
    const ascii = (text: string): Buffer => Buffer.from(text, wide ? 'utf16le' : 'ascii');
    const content = Buffer.concat([ascii('sn,plan,note\n111,Pro,'), Buffer.from(bytes), ascii('\n')]);
    const { rows, findings, dialect } = await readContent(content, { encoding });
    expect(findings).toEqual([]);
    expect(rows[0]?.cells[2]).toBe(note);
    expect(dialect).toMatchObject({ encoding, bom: false });
  });

  it('takes the byte order mark for the truth, whatever is named', async () => {
    const { rows, dialect } = await readContent(Buffer.from(`\ufeff${csv}`), { encoding: 'windows-1252' });
    expect(rows[0]?.cells[2]).toBe(notes[0]);
    expect(dialect.encoding).toBe('utf-8');
  });

  const WINDOWS_1252 =
    '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿' +
    'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ';
  /** As Node 22.14 has it: a text that is decoded at once is read as Latin-1. */
  class DecoderOfNode22 extends TextDecoder {
    #streams = false;
    override decode(input?: Buffer, options?: { stream?: boolean }): string {
      this.#streams ||= options?.stream === true;
      return !this.#streams && this.encoding === 'windows-1252'
        ? (input ?? Buffer.of()).toString('latin1')
        : super.decode(input, options);
    }
  }

  it.each([
    ['this Node', TextDecoder],
    ['Node 22.14', DecoderOfNode22],
  ])('reads all characters of Windows-1252 on %s, also those that Latin-1 has not', async (_, decoder) => {
    vi.stubGlobal('TextDecoder', decoder);
    const bytes = Buffer.from(Array.from({ length: 128 }, (_, i) => i + 128));
    const { rows } = await readContent(Buffer.concat([latin1('sn,plan,note\n1,Pro,'), bytes]), {
      encoding: 'windows-1252',
    });
    vi.unstubAllGlobals();
    expect(rows[0]?.cells[2]).toBe(WINDOWS_1252);
  });

  it('knows encodings by their labels, without regard to case', () => {
    expect(['latin1', 'CP1252', 'utf8', 'UTF-16', 'Shift_JIS', 'ebcdic', ''].map(knownEncoding)).toEqual([
      'windows-1252',
      'windows-1252',
      'utf-8',
      'utf-16le',
      'shift_jis',
      undefined,
      undefined,
    ]);
  });

  it('reads characters that are split between two chunks, in every encoding', () => {
    const text = 'x😀ü€😀\n';
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      const content =
        encoding === 'utf-8'
          ? Buffer.from(text)
          : utf16(text, encoding === 'utf-16le' ? 'le' : 'be').subarray(2);
      for (let cut = 0; cut <= content.length; cut++) {
        let suspected = false;
        const decode = decoding(encoding, () => {
          suspected = true;
        });
        const parts = [decode(content.subarray(0, cut), false), decode(content.subarray(cut), true)];
        expect(Buffer.concat(parts).toString()).toBe(text);
        expect(suspected).toBe(false);
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
});

describe('bytes that are not of the encoding', () => {
  it('are one finding for the file, with the first line, the option, and what it would read', async () => {
    const content = latin1(
      'sn,plan,note\n111,Pro,ok\n222,Pro,B\xe4ckerei M\xfcller\n333,Pro,\xe4\n4 4,Pro,ok\n',
    );
    const { rows, findings } = await readContent(content);
    expect(brief(findings)).toEqual(['3 not_utf8']);
    expect(findings[0]?.message).toContain('the line and 1 more have characters that are not UTF-8');
    expect(findings[0]?.message).toContain('add --encoding windows-1252');
    expect(findings[0]?.message).toContain('reads "222,Pro,Bäckerei Müller"');
    expect(rows[1]?.cells[2]).toBe('B\ufffdckerei M\ufffdller');
    expect(brief(rows[3]?.findings ?? [])).toEqual(['5 malformed_serial_number']);
    expect((await readContent(content, { encoding: 'windows-1252' })).findings).toEqual([]);
  });

  it('are guessed to be macintosh where the lines end as a Mac writes them', async () => {
    const { findings } = await readContent(latin1('sn,plan,note\r111,Pro,M\x9fller\r'));
    expect(findings[0]?.message).toContain('--encoding macintosh');
    expect(findings[0]?.message).toContain('"111,Pro,Müller"');
  });

  it('are found in the header', async () => {
    const { findings, usable } = await readContent(latin1('sn,plan,Gr\xf6\xdfe\n111,Pro,x\n'));
    expect(brief(findings)).toEqual(['1 not_utf8']);
    expect(usable).toBe(true);
  });

  it('are counted by lines when they are many chunks into the file', async () => {
    const clean = `1234567,Pro,${'x'.repeat(87)}\n`.repeat(2000);
    const long = `222,Pro,\xff${'y'.repeat(150_000)}\xff\n`;
    const { findings } = await readContent(latin1(`sn,plan,note\n${clean}${long}333,Pro,\xff\n`));
    expect(brief(findings)).toEqual(['2002 not_utf8']);
    expect(findings[0]?.message).toContain('the line and 1 more have');
  });

  it('are found where the end of the file cuts a character off', async () => {
    const { findings, rows } = await readContent(Buffer.from('sn,plan\n111,Pro€').subarray(0, -1));
    expect(brief(findings)).toEqual(['2 not_utf8']);
    expect(rows[0]?.cells[1]).toBe('Pro\ufffd');
  });

  it('are found where another program lost them before', async () => {
    expect(brief((await readContent('sn,plan\n111,M\ufffdller\n')).findings)).toEqual(['2 not_utf8']);
  });

  it('are lone surrogates and an odd last byte in UTF-16', async () => {
    const lone = Buffer.concat([
      utf16('sn,plan\n111,', 'le'),
      Buffer.from([0x00, 0xd8]),
      utf16('\n', 'le').subarray(2),
    ]);
    const { findings } = await readContent(lone);
    expect(brief(findings)).toEqual(['2 damaged_text']);
    expect(findings[0]?.message).toContain('not utf-16le');
    const odd = Buffer.concat([utf16('sn,plan\n111,Pro\n222,Pro', 'be'), Buffer.from([0x00])]);
    expect(brief((await readContent(odd)).findings)).toEqual(['3 damaged_text']);
  });

  it('are named with the encoding that the user named', async () => {
    const { findings } = await readContent(latin1('sn,plan\n111,\xff\xff\n'), { encoding: 'shift_jis' });
    expect(brief(findings)).toEqual(['2 damaged_text']);
    expect(findings[0]?.message).toContain('not shift_jis');
  });

  it.each([
    ['le', 'utf-16le'],
    ['be', 'utf-16be'],
  ] as const)('are UTF-16 (%s) without a byte order mark: the option is told', async (order, encoding) => {
    const content = utf16(csv, order).subarray(2);
    const { findings, rows, usable } = await readContent(content);
    expect(rows).toEqual([]);
    expect(usable).toBe(false);
    expect(brief(findings)).toEqual(['- not_utf8']);
    expect(findings[0]?.message).toContain(`--encoding ${encoding}`);
    expect((await readContent(content, { encoding })).rows.map((row) => row.cells[2])).toEqual(notes);
  });

  it('are NULs: the line is named', async () => {
    const { findings } = await readContent('sn,plan,note\n111,Pro,ok\n222,Pro,a\0b\n');
    expect(brief(findings)).toEqual(['3 damaged_text']);
    expect(findings[0]?.message).toContain('NUL');
    expect(brief((await readContent('sn,plan\n1,Pro\n\0,\n')).findings)).toEqual(['3 damaged_text']);
  });
});

describe('what is not a CSV, whatever its name says', () => {
  it.each([
    ['an Excel workbook', latin1('PK\x03\x04\x14\x00\x06\x00[Content_Types].xml…xl/workbook.xml'), '.xlsx'],
    [
      'a LibreOffice workbook',
      latin1('PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet'),
      '.ods',
    ],
    ['an archive', latin1('PK\x03\x04orders.csv'), 'ZIP'],
    ['an old Excel workbook', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), '.xls'],
    ['a PDF', latin1('%PDF-1.7\n'), 'PDF'],
    ['a compressed file', latin1('\x1f\x8b\x08'), 'gzip'],
    ['a web page', Buffer.from('\ufeff\r\n<!DOCTYPE HTML>\n<html><body>Sign in'), 'HTML'],
    ['a table of a web page', Buffer.from('<table border=1><tr><td>sn</td></tr></table>'), 'HTML'],
    ['a web page in UTF-16', utf16('<html><head>', 'le'), 'HTML'],
    ['XML', Buffer.from('<?xml version="1.0"?><Workbook/>'), 'XML'],
  ])('%s is called what it is', async (_, content, name) => {
    const { findings, rows, usable } = await readContent(content);
    expect({ rows, usable }).toEqual({ rows: [], usable: false });
    expect(brief(findings)).toEqual(['- not_a_csv']);
    expect(findings[0]?.message).toContain(name);
  });

  it('is told how to export', async () => {
    const { findings } = await readContent(
      latin1('PK\x03\x04\x14\x00\x06\x00[Content_Types].xml…xl/workbook.xml'),
    );
    expect(findings[0]?.message).toContain('In Excel choose File > Save As > "CSV UTF-8"');
  });

  it('is a CSV where a cell begins with <', async () => {
    expect((await readContent('<sn>,sn,plan\n<b>,1,Pro\n')).findings).toEqual([]);
  });
});
