import { describe, expect, it } from 'vitest';
import { brief, readContent } from './support.js';

const good = '111,Pro,"two\nlines"\r\n';

describe('what is no CSV', () => {
  it('an unclosed quote is found on the line where it opens, and the rows before it are given', async () => {
    const { findings, rows } = await readContent(
      `sn,plan,note\n${good}222,"a\r\nb","c\n333,Pro,x\n444,Pro,x\n`,
    );
    expect(brief(findings)).toEqual(['5 malformed_csv']);
    expect(findings[0]?.message).toContain('never closed');
    expect(rows.map((row) => row.cells[0])).toEqual(['111']);
  });

  it('an unclosed quote is found on its line when it is many chunks into the file', async () => {
    const { findings, rows } = await readContent(
      `sn,plan,note\n${good.repeat(20_000)}222,"a\nb","c\n${'x\n'.repeat(100_000)}`,
    );
    expect(brief(findings)).toEqual(['40003 malformed_csv']);
    expect(rows).toHaveLength(20_000);
  });

  it.each(['5" plan', 'a"b"'])('a quote inside the unquoted field %j is found', async (field) => {
    const { findings, rows } = await readContent(
      `sn,plan,note\n${good}222,Pro,x\n333,${field},x\n444,Pro,x\n`,
    );
    expect(brief(findings)).toEqual(['5 malformed_csv']);
    expect(rows.map((row) => row.line)).toEqual([2, 4]);
  });

  it('a field that goes on after its closing quote is found where it starts', async () => {
    const { findings } = await readContent(`sn,plan,note\n${good}222,"a\nb"c,x\n333,Pro,x\n`);
    expect(brief(findings)).toEqual(['4 malformed_csv']);
  });

  it('an unclosed quote in the header leaves no rows', async () => {
    const { findings, rows } = await readContent('\nsn,"plan\n111,Pro\n');
    expect(brief(findings)).toEqual(['2 malformed_csv']);
    expect(rows).toEqual([]);
  });

  it('a stray quote in the header of a long file is called one', async () => {
    const { findings } = await readContent(`sn,plan,5" note\n${'1,Pro,x\n'.repeat(50_000)}`);
    expect(brief(findings)).toEqual(['1 malformed_csv']);
    expect(findings[0]?.message).toContain('is inside a field');
  });

  it('a header without an end is found before it fills the memory', async () => {
    const { findings } = await readContent(`sn,plan,${'x'.repeat(200_000)}\n1,Pro\n`);
    expect(findings[0]?.message).toContain('64 KB');
    const open = await readContent(`sn,"plan\n${'1,Pro\n'.repeat(50_000)}`);
    expect(brief(open.findings)).toEqual(['1 malformed_csv']);
  });
});

describe('rows that would fill the memory', () => {
  const rest = '333,Pro,x\n'.repeat(400_000);

  it('an unclosed quote is given up after 1 MB, not at the end of the file', async () => {
    const { findings, rows } = await readContent(`sn,plan,note\n${good}222,"a\nb","open\n${rest}`);
    expect(brief(findings)).toEqual(['5 malformed_csv']);
    expect(findings[0]?.message).toContain('longer than 1 MB');
    expect(rows).toHaveLength(1);
  });

  it('so is a row of delimiters', async () => {
    const { findings, rows } = await readContent(`sn,plan,note\n${good}${','.repeat(3_000_000)}\n${rest}`);
    expect(brief(findings)).toEqual(['4 malformed_csv']);
    expect(rows).toHaveLength(1);
  });

  it('a row of nearly 1 MB is still a row', async () => {
    const { findings, rows } = await readContent(`sn,plan,note\n1,Pro,"${'x\n'.repeat(500_000)}"\n2,Pro,y\n`);
    expect(findings).toEqual([]);
    expect(rows.map((row) => row.line)).toEqual([2, 500_003]);
  });
});
