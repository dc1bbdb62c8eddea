import { describe, expect, it } from 'vitest';
import { crToLf } from '../../../src/input/text.js';
import { brief, readContent } from './support.js';

describe('delimiters', () => {
  it.each([',', ';', '\t'] as const)('detects %j by the names it knows', async (delimiter) => {
    const content = ['sn,plan,a;b', '111,Pro,x'].join('\n').replaceAll(',', delimiter);
    const { dialect, rows } = await readContent(
      content.replace('a;b', delimiter === ';' ? 'a,b,c,d' : 'a;b;c;d'),
    );
    expect(dialect.delimiter).toBe(delimiter);
    expect(rows[0]?.values).toEqual({ sn: '111', plan: 'Pro' });
  });

  it('does not count delimiters inside quotes', async () => {
    const { dialect, columns } = await readContent('"note; sn; plan; po",sn,plan\nx,111,Pro\n');
    expect(dialect.delimiter).toBe(',');
    expect(columns).toEqual(['note; sn; plan; po', 'sn', 'plan']);
  });

  it('refuses a header that two delimiters suit equally', async () => {
    const { findings, rows } = await readContent('sn,x;plan\n111,a;Pro\n');
    expect(rows).toEqual([]);
    expect(findings[0]).toMatchObject({ code: 'malformed_csv' });
    expect(findings[0]?.message).toContain('by commas or by semicolons');
  });

  it("honours Excel's sep= line, and counts it as a line", async () => {
    const { dialect, rows, columns } = await readContent('\ufeffsep=;\r\nsn;plan;a,b,c,d\r\n111;Pro;x\r\n');
    expect(dialect).toEqual({ delimiter: ';', bom: true, newline: '\r\n' });
    expect(columns).toEqual(['sn', 'plan', 'a,b,c,d']);
    expect(rows[0]?.line).toBe(3);
    const tab = await readContent('sep=\t\nsn\tplan\n111\tPro\n');
    expect(tab.dialect.delimiter).toBe('\t');
    expect(tab.rows[0]?.line).toBe(3);
  });

  it('names a delimiter that is none of the three', async () => {
    const { findings } = await readContent('sn|plan\n111|Pro\n');
    expect(brief(findings)).toEqual(['1 missing_column', '1 missing_column']);
    expect(findings[0]?.message).toContain('separated by "|"');
  });
});

describe('line ends', () => {
  it.each([
    ['LF', 'sn,plan\n111,Pro\n222,Pro\n', '\n'],
    ['CRLF', 'sn,plan\r\n111,Pro\r\n222,Pro\r\n', '\r\n'],
    ['CR, as old Macs wrote', 'sn,plan\r111,Pro\r222,Pro\r', '\n'],
    ['LF without one at the end', 'sn,plan\n111,Pro\n222,Pro', '\n'],
    ['LF after a CRLF header', 'sn,plan\r\n111,Pro\n222,Pro\n', '\r\n'],
    ['CRLF after a LF header', 'sn,plan\n111,Pro\r\n222,Pro\r\n', '\n'],
  ])('reads %s', async (_, content, newline) => {
    const { rows, findings, dialect } = await readContent(content);
    expect(rows.map((row) => [row.line, ...row.cells])).toEqual([
      [2, '111', 'Pro'],
      [3, '222', 'Pro'],
    ]);
    expect(findings).toEqual([]);
    expect(dialect.newline).toBe(newline);
  });

  it('counts lines through quoted line breaks, empty lines and CRLF inside quotes', async () => {
    const { rows } = await readContent(
      '\n\n"sn",plan,"a\r\nnote"\r\n\r\n111,Pro,"one\r\ntwo\n""three"""\r\n\n;;\n222,Pro,\n',
    );
    expect(rows.map(({ line, position }) => [line, position])).toEqual([
      [6, 0],
      [10, 1],
      [11, 2],
    ]);
    expect(rows[0]?.cells[2]).toBe('one\r\ntwo\n"three"');
  });

  it('reads a file of old Macs over many chunks', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${1000 + i},Pro`);
    const { rows, findings } = await readContent(`sn,plan\r${lines.join('\r')}\r`);
    expect(findings).toEqual([]);
    expect(rows.map((row) => `${row.cells}`)).toEqual(lines);
    expect(rows.at(-1)?.line).toBe(20_001);
  });

  it('turns lone CRs into LFs and leaves CRLF alone, wherever the chunks are cut', () => {
    const content = Buffer.from('a\rb\r\nc\r\r\nd\r');
    for (let cut = 0; cut <= content.length; cut++) {
      const stage = crToLf();
      const parts = [stage(content.subarray(0, cut), false), stage(content.subarray(cut), true)];
      expect(Buffer.concat(parts).toString()).toBe('a\nb\r\nc\n\r\nd\n');
    }
  });
});
