import { describe, expect, it } from 'vitest';
import { RESULTS_COLUMNS } from '../../../src/job/results-columns.js';
import { brief, readContent } from './support.js';

describe('names of columns', () => {
  it.each(['SN', ' s_n ', 'Serial-Number', 'serial\u00a0number', '\u200bPBX SN', 'productNo'])(
    'takes %j for the serial number',
    async (name) => {
      const { rows, columns } = await readContent(`${name},Target Plan\n111,Pro\n`);
      expect(rows[0]?.values).toEqual({ sn: '111', plan: 'Pro' });
      expect(columns).toEqual([name, 'Target Plan']);
    },
  );

  it('carries empty and repeated names as they are', async () => {
    const { rows, columns } = await readContent('sn,,plan,note,note,\n1,a,Pro,b,c,d\n');
    expect(columns).toEqual(['sn', '', 'plan', 'note', 'note', '']);
    expect(rows[0]?.cells).toEqual(['1', 'a', 'Pro', 'b', 'c', 'd']);
  });

  it('names two columns that mean the same', async () => {
    const { findings, rows } = await readContent('sn,plan,PBX SN\n1,Pro,2\n');
    expect(brief(findings)).toEqual(['1 duplicate_column']);
    expect(findings[0]?.message).toMatch(/"sn" and "PBX SN" both mean sn/);
    expect(rows).toEqual([]);
  });

  it('names a missing column, its aliases, and what was found', async () => {
    const { findings, rows } = await readContent('\nserial,plan\n1,Pro\n');
    expect(brief(findings)).toEqual(['2 missing_column']);
    expect(findings[0]?.message).toBe(
      'there is no column "sn" (also as "serial number", "pbx sn", "product no"); ' +
        'the file has "serial", "plan". Add the column, or give an existing one that name',
    );
    expect(rows).toEqual([]);
  });

  it('is content with one column of a group', async () => {
    const { findings, rows } = await readContent('sn,plan_id\n1,42\n');
    expect(findings).toEqual([]);
    expect(rows[0]?.values).toEqual({ sn: '1', planId: '42' });
  });
});

describe('files without rows', () => {
  it.each(['', '\ufeff', '\n\n\r\n', ' ; ;\n', 'sep=;\n'])('finds %j empty', async (content) => {
    const { findings, rows } = await readContent(content);
    expect(brief(findings)).toEqual(['- empty_file']);
    expect(rows).toEqual([]);
  });

  it.each(['sn,plan', 'sn,plan\n', 'sn,plan\r\n,\r\n \r\n'])(
    'finds that %j has a header only',
    async (content) => {
      const { findings, columns } = await readContent(content);
      expect(columns).toEqual(['sn', 'plan']);
      expect(findings[0]).toMatchObject({ code: 'empty_file' });
      expect(findings[0]?.message).toContain('no rows');
    },
  );
});

describe('results as input', () => {
  const results = (...own: string[]): string => [...own, ...RESULTS_COLUMNS].join(',');
  const outcome = RESULTS_COLUMNS.map((name) => (name === 'planId' ? '42' : 'x')).join(',');

  it('drops all columns of the results', async () => {
    const { columns, rows } = await readContent(`${results('sn', 'plan', 'note')}\n1,Pro,hello,${outcome}\n`);
    expect(columns).toEqual(['sn', 'plan', 'note']);
    expect(rows[0]).toMatchObject({ cells: ['1', 'Pro', 'hello'], values: { sn: '1', plan: 'Pro' } });
  });

  it("takes the results' planId where the input had neither plan nor planId", async () => {
    const { columns, rows, findings } = await readContent(`${results('sn')}\n1,${outcome}\n`);
    expect(findings).toEqual([]);
    expect(columns).toEqual(['sn', 'planId']);
    expect(rows[0]?.values).toEqual({ sn: '1', planId: '42' });
  });

  it("takes the input's own planId, the first of two", async () => {
    const { columns, rows, findings } = await readContent(`${results('planId', 'sn')}\n7,1,${outcome}\n`);
    expect(findings).toEqual([]);
    expect(columns).toEqual(['planId', 'sn']);
    expect(rows[0]?.values).toEqual({ sn: '1', planId: '7' });
  });

  it('keeps the own planId of an input that had both, so that its rows stay what they were', async () => {
    const { columns, rows, findings } = await readContent(
      `${results('sn', 'plan', 'planId')}\n1,,7,${outcome}\n`,
    );
    expect(findings).toEqual([]);
    expect(columns).toEqual(['sn', 'plan', 'planId']);
    expect(rows[0]).toMatchObject({ values: { sn: '1', planId: '7' }, findings: [] });
  });

  it('puts plan and planId of an ordinary file both into the values', async () => {
    const { rows } = await readContent('sn,plan,planId,status\n1,Pro,7,open\n');
    expect(rows[0]).toMatchObject({
      cells: ['1', 'Pro', '7'],
      values: { sn: '1', plan: 'Pro', planId: '7' },
    });
  });

  it('finds two planId columns in an ordinary file', async () => {
    const { findings } = await readContent('sn,planId,plan id\n1,7,8\n');
    expect(brief(findings)).toEqual(['1 duplicate_column']);
  });
});
