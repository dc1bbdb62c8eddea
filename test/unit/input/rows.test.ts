import { describe, expect, it } from 'vitest';
import { brief, readContent } from './support.js';

describe('cells', () => {
  it('are carried as written, and trimmed for the values', async () => {
    const { rows } = await readContent('sn,plan,note\n \u00a0111\u200b\t,\u202aPro Plus\u202c ,  kept \n');
    expect(rows[0]?.cells).toEqual([' \u00a0111\u200b\t', '\u202aPro Plus\u202c ', '  kept ']);
    expect(rows[0]?.values).toEqual({ sn: '111', plan: 'Pro Plus' });
  });

  it.each(['=1+1', '+49', '-x', '@a', '\tx', '\rx', '＝1', '＋1', '－1', '＠1'])(
    "lose the ' that our results put before %j",
    async (value) => {
      const { rows, columns } = await readContent(`sn,plan,'=note\n1,"'${value}","'${value}"\n`);
      expect(columns[2]).toBe('=note');
      expect(rows[0]?.cells).toEqual(['1', value, value]);
      expect(rows[0]?.values['plan']).toBe(value.trim());
    },
  );

  it("keep every other '", async () => {
    const { rows } = await readContent("sn,plan,a,b,c\n1,'Pro,','',''=x\n");
    expect(rows[0]?.cells).toEqual(['1', "'Pro", "'", "''", "''=x"]);
  });

  it('may have delimiters, quotes and line breaks in quotes', async () => {
    const { rows } = await readContent('sn,plan,note\n1,"Pro, ""big""","a\nb"\n2,Pro,c\n');
    expect(rows[0]?.values['plan']).toBe('Pro, "big"');
    expect(rows.map((row) => row.line)).toEqual([2, 4]);
  });
});

describe('the number of fields', () => {
  it('may be smaller: what is missing is empty', async () => {
    const { rows } = await readContent('sn,note,plan,planId\n1\n');
    expect(rows[0]?.cells).toEqual(['1', '', '', '']);
    expect(brief(rows[0]?.findings ?? [])).toEqual(['2 missing_value']);
    expect(rows[0]?.findings[0]?.message).toContain('"plan" and "planId" are empty');
  });

  it('may not be larger', async () => {
    const { rows } = await readContent('sn,plan\n1,Pro\n2,Pro,,x\n');
    expect(brief(rows[1]?.findings ?? [])).toEqual(['3 too_many_fields']);
    expect(rows[1]?.findings[0]?.message).toContain('4 fields, the header only 2');
    expect(rows[1]?.cells).toEqual(['2', 'Pro']);
  });

  it('may be larger by empty fields, as spreadsheets write them', async () => {
    const { rows } = await readContent('sn,plan\n1,Pro,, ,\n');
    expect(rows[0]).toMatchObject({ cells: ['1', 'Pro'], findings: [] });
  });

  it('is zero for rows of nothing, which are no rows', async () => {
    const { rows } = await readContent('sn,plan\n,\n \n\u00a0,\u200b\n1,Pro\n,,,\n');
    expect(rows.map(({ line, position }) => ({ line, position }))).toEqual([{ line: 5, position: 0 }]);
  });
});

describe('checks', () => {
  it('give a finding with line, column and value, and no value', async () => {
    const { rows } = await readContent('PBX SN,plan,Years\n111,Pro,1\n3.69472E+11,Pro,7\n');
    expect(brief(rows[1]?.findings ?? [])).toEqual(['3 malformed_serial_number', '3 cycle_out_of_range']);
    expect(rows[1]?.findings[1]?.message).toBe(
      'column "Years": "7" is not a cycle: write 1 to 5, the years to be ordered',
    );
    expect(rows[1]?.values).toEqual({ plan: 'Pro' });
  });

  it('tell of each needed value that is empty', async () => {
    const { rows } = await readContent('sn,plan,note\n , ,x\n');
    expect(brief(rows[0]?.findings ?? [])).toEqual(['2 missing_value', '2 missing_value']);
    expect(rows[0]?.findings[1]?.message).toContain('"plan" is empty');
  });

  it('do not call a value missing that failed its check', async () => {
    const { rows } = await readContent('sn,planId\n1-2,x\n');
    expect(brief(rows[0]?.findings ?? [])).toEqual(['2 malformed_serial_number', '2 unknown_plan']);
  });

  it('show what is invisible, and cut what is long', async () => {
    const { rows } = await readContent(`sn,plan\n"1\u200b2\n\u00a03",Pro\n${'-'.repeat(500)},Pro\n`);
    expect(rows[0]?.findings[0]?.message).toContain('"1\\u{200b}2\\n\\u{a0}3"');
    expect(rows[1]?.findings[0]?.message.length).toBeLessThan(200);
  });
});

describe('files that were put together', () => {
  it('have their header once more: the line is named, with its byte order mark or without', async () => {
    const { rows } = await readContent(
      'Serial,plan,note\n1,Pro,x\n\ufeffSerial,plan,note\n2,Pro,y\nSerial,Pro,z\n',
    );
    expect(rows.map((row) => brief(row.findings))).toEqual([[], ['3 repeated_header'], [], []]);
    expect(rows).toHaveLength(4);
  });
});

it('hands rows on in chunks of up to 1000', async () => {
  const { chunkSizes, rows } = await readContent(`sn,plan\n${'1,Pro\n'.repeat(2500)}`);
  expect(chunkSizes).toEqual([1000, 1000, 500]);
  expect(rows.at(-1)).toMatchObject({ position: 2499, line: 2501 });
});
