import { describe, expect, it } from 'vitest';
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
    expect(dialect).toEqual({ delimiter: ';', bom: true, newline: '\r\n', encoding: 'utf-8' });
    expect(columns).toEqual(['sn', 'plan', 'a,b,c,d']);
    expect(rows[0]?.line).toBe(3);
    const tab = await readContent('sep=\t\nsn\tplan\n111\tPro\n');
    expect(tab.dialect.delimiter).toBe('\t');
    expect(tab.rows[0]?.line).toBe(3);
  });

  it('names a delimiter that is none of the three', async () => {
    const { findings } = await readContent('sn|plan\n111|Pro\n');
    expect(brief(findings)).toEqual(['1 missing_column']);
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

  it('reads lines that end now so, now so: files put together from parts', async () => {
    const { rows, findings } = await readContent('sn,plan\n1,a\r\n2,b\r3,c\n4,d\r\r\n5,"e\rf"\r\n6,g');
    expect(findings).toEqual([]);
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, '1', 'a'],
      [3, '2', 'b'],
      [4, '3', 'c'],
      [5, '4', 'd'],
      [7, '5', 'e\rf'],
      [9, '6', 'g'],
    ]);
  });

  it('reads a CRLF that two chunks share as one line end', async () => {
    const start = `sn,plan\r\n${'1,Pro\r\n'.repeat(5000)}`;
    for (let fill = 0; fill < 8; fill++) {
      const note = 'x'.repeat(64 * 1024 - start.length - 10 + fill);
      const { rows } = await readContent(`${start}2,${note}\r\n3,Pro\r\n`);
      expect(rows.at(-1)).toMatchObject({ line: 5003, cells: ['3', 'Pro'] });
      expect(rows).toHaveLength(5002);
    }
  });
});
