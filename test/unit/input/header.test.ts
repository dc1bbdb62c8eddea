import { describe, expect, it } from 'vitest';
import type { NamedColumn } from '../../../src/input/column-names.js';
import { RESULTS_COLUMNS } from '../../../src/job/results-columns.js';
import { brief, readContent } from './support.js';

describe('names of columns', () => {
  it.each([
    'SN',
    ' s_n ',
    'Serial-Number',
    'serial\u00a0number',
    '\u200bPBX SN',
    'productNo',
    'Serial',
    'S/N',
    'PBX Serial Number',
    'PBX Serial Number (SN)',
  ])('takes %j for the serial number', async (name) => {
    const { rows, columns } = await readContent(`${name},Target Plan\n111,Pro\n`);
    expect(rows[0]?.values).toEqual({ sn: '111', plan: 'Pro' });
    expect(columns).toEqual([name, 'Target Plan']);
  });

  it('carries empty and repeated names as they are', async () => {
    const { rows, columns } = await readContent('sn,,plan,note,note,\n1,a,Pro,b,c,d\n');
    expect(columns).toEqual(['sn', '', 'plan', 'note', 'note', '']);
    expect(rows[0]?.cells).toEqual(['1', 'a', 'Pro', 'b', 'c', 'd']);
  });

  it('names two columns that mean the same, and the option that chooses', async () => {
    const { findings, usable, rows } = await readContent('sn,plan,PBX SN\n1,Pro,2\n');
    expect(brief(findings)).toEqual(['1 duplicate_column']);
    expect(findings[0]?.message).toMatch(/"sn" and "PBX SN" both mean sn.*--column sn=sn$/);
    expect({ usable, rows: rows.length }).toEqual({ usable: false, rows: 1 });
  });

  it('names two columns of one name without an option that could not choose', async () => {
    const { findings } = await readContent('sn,plan,sn\n1,Pro,2\n');
    expect(findings[0]?.message).toMatch(/remove or rename one of them$/);
  });

  it('is content with one column of a group', async () => {
    const { findings, rows } = await readContent('sn,plan_id\n1,42\n');
    expect(findings).toEqual([]);
    expect(rows[0]?.values).toEqual({ sn: '1', planId: '42' });
  });
});

describe('a missing column', () => {
  const messageOf = async (content: string, columns: NamedColumn[] = []): Promise<string | undefined> => {
    const { findings, usable } = await readContent(content, { columns });
    expect(brief(findings)).toEqual([expect.stringMatching(/^\d missing_column$/)]);
    expect(usable).toBe(false);
    return findings[0]?.message;
  };

  it('is named with the columns that are there and the likeliest, ready to be typed', async () => {
    expect(await messageOf('\nSeriennummer;plan;Ort\n1;Pro;x\n')).toBe(
      'there is no column "sn". The file has the columns "Seriennummer", "plan", "Ort". ' +
        'If "Seriennummer" is that column, add --column sn=Seriennummer',
    );
  });

  it('is guessed by what its cells look like where the name tells nothing', async () => {
    const content = 'Numéro;plan;Ort\n369471667338;Pro;Lyon\n3631E3418911;Pro;Paris\n';
    expect(await messageOf(content)).toMatch(/If "Numéro" is that column, add --column sn=Numéro$/);
  });

  it('is not guessed where two columns look like it, or none does', async () => {
    const advice =
      /Add the column \(also known as "serial number", .*\), or say which one it is with --column sn=<its name>$/;
    expect(await messageOf('a,b,plan\n369471667338,369471667339,Pro\n')).toMatch(advice);
    expect(await messageOf('a,b,plan\nx,y,Pro\n')).toMatch(advice);
    expect(await messageOf('a,b,plan\n')).toMatch(advice);
  });

  it('is further down where a title stands above the header: the line is told, once', async () => {
    expect(await messageOf('Report of June\n\nsn;plan\n1;Pro\n')).toMatch(
      /^there is no column "sn"\. .* The header seems to be in line 3: remove the lines above it$/,
    );
  });

  it('leaves the rows to be counted', async () => {
    const { rows } = await readContent(`a,b\n${'1,2\n'.repeat(60)}`);
    expect(rows).toHaveLength(60);
  });

  it('is named with the first twenty of very many', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `c${i}`);
    expect(await messageOf(`plan,${names.join(',')}\n`)).toContain('"c18" and 11 more.');
  });

  it('is one that --column names and the file does not have: with the nearest', async () => {
    expect(await messageOf('Seriennummer,plan\n1,Pro\n', [{ ours: 'sn', theirs: 'Serien Numer' }])).toBe(
      'there is no column "Serien Numer", which --column names for sn. The file has the columns ' +
        '"Seriennummer", "plan". Did you mean --column sn=Seriennummer?',
    );
  });
});

describe('columns that the user names', () => {
  it('are taken, without regard to case, spaces and how the umlaut is written', async () => {
    const { rows, findings, columns, unused } = await readContent(
      'SERIEN NR.,Gewu\u0308nschter Tarif,Ort\n1,Pro,x\n',
      {
        columns: [
          { ours: 'sn', theirs: 'Serien-Nr.' },
          { ours: 'PLAN', theirs: 'gewünschter tarif' },
        ],
      },
    );
    expect(findings).toEqual([]);
    expect(rows[0]?.values).toEqual({ sn: '1', plan: 'Pro' });
    expect(columns).toEqual(['SERIEN NR.', 'Gewu\u0308nschter Tarif', 'Ort']);
    expect(unused).toEqual(['Ort']);
  });

  it('take the place of our names, which are then columns like others', async () => {
    const { rows, findings, unused } = await readContent('sn,PBX,plan\nother,1,Pro\n', {
      columns: [{ ours: 'sn', theirs: 'PBX' }],
    });
    expect(findings).toEqual([]);
    expect(rows[0]?.values).toEqual({ sn: '1', plan: 'Pro' });
    expect(unused).toEqual(['sn']);
  });

  it('may be named as a column of the results is, and are still told from it in a results file', async () => {
    const options = { columns: [{ ours: 'poNumber', theirs: 'Reference' }] };
    const { rows, columns } = await readContent('sn,plan,Reference\n1,Pro,PO-1\n', options);
    expect(rows[0]?.values).toEqual({ sn: '1', plan: 'Pro', poNumber: 'PO-1' });
    const outcome = RESULTS_COLUMNS.map((name) => (name === 'reference' ? 'OURS' : ''));
    const again = await readContent(`sn,plan,Reference,${RESULTS_COLUMNS}\n1,Pro,PO-1,${outcome}\n`, options);
    expect(again.rows[0]?.values).toEqual({ sn: '1', plan: 'Pro', poNumber: 'PO-1' });
    expect(again.columns).toEqual(columns);
  });

  it.each([
    ['a column that the job does not have', [{ ours: 'serial', theirs: 'x' }], 'has no column "serial"'],
    [
      'one of its columns twice',
      [
        { ours: 'sn', theirs: 'x' },
        { ours: 'SN', theirs: 'y' },
      ],
      'names sn more than once',
    ],
  ])('are refused for %s', async (_, columns, message) => {
    await expect(readContent('sn,plan\n', { columns })).rejects.toThrow(
      expect.objectContaining({ code: 'wrong_option', message: expect.stringContaining(message) }),
    );
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

  it('keeps columns of the user’s own that are called amount and currency, in a file and in its results', async () => {
    const plain = await readContent('sn,plan,amount,Currency\n1,Pro,5,EUR\n');
    expect(plain.columns).toEqual(['sn', 'plan', 'amount', 'Currency']);
    const again = await readContent(`${results('sn', 'plan', 'amount')}\n1,Pro,5,${outcome}\n`);
    expect(again.columns).toEqual(['sn', 'plan', 'amount']);
    expect(again.rows[0]?.cells).toEqual(['1', 'Pro', '5']);
    const older = RESULTS_COLUMNS.filter((name) => name !== 'amount' && name !== 'currency');
    const before = await readContent(`sn,plan,amount,${older}\n1,Pro,5,${older.map(() => 'x')}\n`);
    expect(before.columns).toEqual(['sn', 'plan', 'amount']);
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
