import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import switchPlan from '../../../jobs/switch-plan.js';
import { type BatchId, serialKey } from '../../../src/common/ids.js';
import type { CheckedLine } from '../../../src/ledger/checked-line.js';
import type { Ledger } from '../../../src/ledger/ledger.js';
import { ROW_STATUSES } from '../../../src/ledger/schema.js';
import { bring, JUNE, line, load, makeMove, move, newLedger, runs } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();
const MAY = 'may' as BatchId;
const rowOf = (ledger: Ledger, sn: string, batch = JUNE) => ledger.read.row(batch, serialKey(sn));

/** The run's rows and rejected lines, in the order of the file: `position sn status` or `position code`. */
async function inFile(ledger: Ledger, runNo: number, batch = JUNE): Promise<string[]> {
  const rows = await ledger.read.bySerialNumber({ batch, runNo }, '');
  const rejected = await ledger.read.rejectedByPosition({ batch, runNo }, -1);
  return [
    ...rows.map((row) => ({ at: row.position, text: `${row.position} ${row.sn_key} ${row.status}` })),
    ...rejected.map((lost) => ({ at: lost.position, text: `${lost.position} ${lost.code}` })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text);
}

describe('loading a file for the first time', () => {
  it('makes a row of every line, with all its terms', async () => {
    const ledger = await newLedger(folder);
    const more = {
      plan: '3048918719332507648',
      contact: '9223372036854775807',
      multiCycle: 3,
      ownPoNumber: 'PO 7',
    };
    const { runNo, findings } = await load(ledger, [[line(0, 'a1'), line(1, 'B2', more)]]);
    expect({ runNo, findings }).toStrictEqual({ runNo: 1, findings: [] });
    expect(await inFile(ledger, 1)).toStrictEqual(['0 A1 not_sent', '1 B2 not_sent']);
    expect(await rowOf(ledger, 'A1')).toMatchObject({
      serial_number: 'a1',
      sn_key: 'A1',
      line: 2,
      attempts: 0,
    });
    expect(await rowOf(ledger, 'B2')).toMatchObject({
      plan_id: '3048918719332507648',
      billing_contact_id: '9223372036854775807',
      multi_cycle: 3,
      own_po_number: 'PO 7',
      cells: JSON.stringify(['B2', '3048918719332507648', 'cell 1']),
    });
    await ledger.close();
  });

  it('remembers the batch: its job, its file, its dialect and its columns', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A')]]);
    expect(await ledger.read.batch(JUNE)).toMatchObject({
      job: 'switch-plan',
      job_file: null,
      operation: 'switch_plan',
      file: '/data/june.csv',
      run_no: 1,
      columns: '["sn","plan","note"]',
    });
    await ledger.close();
  });

  it('keeps a line with findings as a rejected line, with all that is wrong with it', async () => {
    const ledger = await newLedger(folder);
    const { findings } = await load(ledger, [
      [line(0, 'A'), line(1, '', { findings: ['no plan', 'no contact'] })],
    ]);
    expect(findings.map(({ line, message }) => `${line} ${message}`)).toStrictEqual([
      '3 no plan',
      '3 no contact',
    ]);
    expect(await ledger.read.rejectedByPosition({ batch: JUNE, runNo: 1 }, -1)).toMatchObject([
      { position: 1, code: 'unknown_plan', message: 'no plan; no contact', status: null },
    ]);
    await ledger.close();
  });

  it('loads many rows in chunks, each once and in the file’s order', async () => {
    const ledger = await newLedger(folder);
    const lines = Array.from({ length: 2_345 }, (_, i) => line(i, `SN${i}`));
    const chunks = [lines.slice(0, 1000), lines.slice(1000, 1001), lines.slice(1001)];
    await load(ledger, chunks);
    expect(await ledger.read.statusCounts({ batch: JUNE, runNo: 1 })).toMatchObject([
      { status: 'not_sent', rows: 2_345 },
    ]);
    for (const i of [0, 99, 100, 1000, 1001, 2_344]) {
      const { position, cells } = line(i, `SN${i}`);
      expect(await rowOf(ledger, `SN${i}`)).toMatchObject({
        position,
        cells,
        plan_id: '1',
        billing_contact_id: '7',
      });
    }
    const first = await ledger.read.rowsByPosition({ batch: JUNE, runNo: 1 }, -1);
    expect(first.map((row) => row.position)).toStrictEqual(Array.from({ length: 500 }, (_, i) => i));
    await ledger.close();
  });

  it('that breaks off leaves nothing behind', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A')]]);
    async function* breaking(): AsyncGenerator<readonly CheckedLine[]> {
      yield [line(0, 'B')];
      throw new Error('the disk with the file is gone');
    }
    const file = { batch: JUNE, job: switchPlan, file: 'f', dialect: '{}', columns: [], allowRepeat: false };
    const loading = ledger.load({ ...file, onFinding: () => undefined, lines: breaking() });
    await expect(loading).rejects.toThrow('the disk with the file is gone');
    expect(await ledger.read.batch(JUNE)).toMatchObject({ run_no: 1, file: '/data/june.csv' });
    expect(await rowOf(ledger, 'B')).toBeUndefined();
    expect(await inFile(ledger, 1)).toStrictEqual(['0 A not_sent']);
    await ledger.close();
  });
});

describe.each([
  ['in one chunk', (lines: readonly CheckedLine[]) => [lines]],
  ['in chunks of their own', (lines: readonly CheckedLine[]) => lines.map((one) => [one])],
])('a serial number that stands twice, %s', (_, cut) => {
  it('with the same plan is ordered once; the second line is a finding that names the first', async () => {
    const ledger = await newLedger(folder);
    const { findings } = await load(ledger, cut([line(0, 'A'), line(1, 'B'), line(2, 'a')]));
    expect(await inFile(ledger, 1)).toStrictEqual([
      '0 A not_sent',
      '1 B not_sent',
      '2 duplicate_serial_number',
    ]);
    expect(findings).toMatchObject([{ line: 4, message: expect.stringContaining('line 2') }]);
    await ledger.close();
  });

  it('with different plans is not ordered at all; both lines are findings that name one another', async () => {
    const ledger = await newLedger(folder);
    const { findings } = await load(
      ledger,
      cut([line(0, 'A', { plan: '1' }), line(1, 'B'), line(2, 'A', { plan: '2' })]),
    );
    expect(await inFile(ledger, 1)).toStrictEqual([
      '0 duplicate_serial_number',
      '1 B not_sent',
      '2 duplicate_serial_number',
    ]);
    expect(
      findings.map(({ line, message }) => `${line}: ${/line \d+/.exec(message)?.[0]}`).sort(),
    ).toStrictEqual(['2: line 4', '4: line 2']);
    expect(await ledger.read.queue({ batch: JUNE, runNo: 1 }, 'new', -1)).toMatchObject([{ sn_key: 'B' }]);
    await ledger.close();
  });

  it('three times with a plan that comes back is not ordered at all', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, cut(['1', '2', '1'].map((plan, i) => line(i, 'A', { plan }))));
    expect(await inFile(ledger, 1)).toStrictEqual([0, 1, 2].map((i) => `${i} duplicate_serial_number`));
    await ledger.close();
  });

  it('once with findings is not ordered by the line that has none: it is a finding too', async () => {
    const ledger = await newLedger(folder);
    const { findings } = await load(
      ledger,
      cut([line(0, 'A', { findings: ['no contact'] }), line(1, 'A'), line(2, 'B')]),
    );
    expect(await inFile(ledger, 1)).toStrictEqual([
      '0 unknown_plan',
      '1 duplicate_serial_number',
      '2 B not_sent',
    ]);
    expect(findings[1]).toMatchObject({ line: 3, message: expect.stringContaining('line 2') });
    expect(await ledger.read.queue({ batch: JUNE, runNo: 1 }, 'new', -1)).toMatchObject([{ sn_key: 'B' }]);
    await ledger.close();
  });

  it('also in a later run, when it was ordered already', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A')]]);
    await bring(ledger, 'A', 'succeeded');
    const { runNo } = await load(ledger, cut([line(0, 'A'), line(1, 'A')]));
    expect(await inFile(ledger, runNo)).toStrictEqual(['0 A succeeded', '1 duplicate_serial_number']);
    await ledger.close();
  });

  it('first with another plan than was ordered, then with the one that was, forgets neither line', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A', { plan: '1' })]]);
    await bring(ledger, 'A', 'succeeded');
    const { runNo } = await load(ledger, cut([line(0, 'A', { plan: '2' }), line(1, 'A', { plan: '1' })]));
    expect(await inFile(ledger, runNo)).toHaveLength(2);
    await ledger.close();
  });

  it('first as another batch ordered it, then with another plan, forgets neither line', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A', { plan: '1' })]], { batch: MAY });
    await bring(ledger, 'A', 'succeeded', { batch: MAY });
    const { runNo } = await load(ledger, cut([line(0, 'A', { plan: '1' }), line(1, 'A', { plan: '2' })]));
    expect(await inFile(ledger, runNo)).toHaveLength(2);
    await ledger.close();
  });

  it('is a matter of this file alone: two batches may hold the same serial number', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A')]], { batch: MAY });
    const { findings } = await load(ledger, cut([line(0, 'B'), line(1, 'A')]));
    expect(findings).toStrictEqual([]);
    await ledger.close();
  });
});

describe('loading a file again', () => {
  const START = ['A', 'B', 'C'].map((sn, i) => line(i, sn, { plan: '1' }));

  it.each(ROW_STATUSES)('leaves a row that is %s where it stands', async (status) => {
    const ledger = await newLedger(folder);
    await load(ledger, [START]);
    await bring(ledger, 'B', status);
    const before = await rowOf(ledger, 'B');
    const { runNo, findings } = await load(ledger, [START]);
    expect(runNo).toBe(2);
    expect(findings).toStrictEqual([]);
    expect(await rowOf(ledger, 'B')).toStrictEqual({ ...before, run_no: 2 });
    await ledger.close();
  });

  it('in another order keeps every row’s state and gives it its new place', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [START]);
    await bring(ledger, 'A', 'succeeded');
    await load(ledger, [[line(0, 'C'), line(1, 'A'), line(2, 'B')]]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 C not_sent', '1 A succeeded', '2 B not_sent']);
    expect(await rowOf(ledger, 'A')).toMatchObject({ line: 3, cells: line(1, 'A').cells });
    await ledger.close();
  });

  it('with rows removed leaves them out of the run, but remembers them', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [START]);
    await bring(ledger, 'A', 'succeeded');
    await load(ledger, [[line(0, 'B')]]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 B not_sent']);
    expect(await rowOf(ledger, 'A')).toMatchObject({ status: 'succeeded', run_no: 1 });
    expect(await ledger.read.queue({ batch: JUNE, runNo: 2 }, 'new', -1)).toMatchObject([{ sn_key: 'B' }]);
    await load(ledger, [START]);
    expect(await inFile(ledger, 3)).toStrictEqual(['0 A succeeded', '1 B not_sent', '2 C not_sent']);
    await ledger.close();
  });

  it('with a row in other case finds the same row', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'abc')]]);
    await bring(ledger, 'abc', 'succeeded');
    await load(ledger, [[line(0, 'ABC')]]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 ABC succeeded']);
    await ledger.close();
  });

  it('forgets the rejected lines of the run before', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A', { findings: ['no plan'] })]]);
    await load(ledger, [[line(0, 'A')]]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 A not_sent']);
    await ledger.close();
  });

  it.each(['not_sent', 'failed'] as const)(
    'takes the file’s new terms for a row that is %s',
    async (status) => {
      const ledger = await newLedger(folder);
      await load(ledger, [START]);
      await bring(ledger, 'A', status);
      await load(ledger, [[line(0, 'a', { plan: '2', contact: '8', multiCycle: 5, ownPoNumber: 'PO' })]]);
      expect(await rowOf(ledger, 'A')).toMatchObject({
        status,
        serial_number: 'a',
        plan_id: '2',
        billing_contact_id: '8',
        multi_cycle: 5,
        own_po_number: 'PO',
      });
      await ledger.close();
    },
  );

  it.each(['sending', 'in_doubt', 'pending', 'succeeded'] as const)(
    'keeps the purchase-order number that went with the order of a row that is %s',
    async (status) => {
      const ledger = await newLedger(folder);
      await load(ledger, [START]);
      await bring(ledger, 'A', status);
      const { findings } = await load(ledger, [[line(0, 'A', { ownPoNumber: 'PO' })]]);
      expect(findings).toStrictEqual([]);
      expect(await rowOf(ledger, 'A')).toMatchObject({ status, own_po_number: null });
      await ledger.close();
    },
  );

  it.each([
    ['succeeded', { contact: '8' }, 'A was ordered in this batch with the billing contact id 7, not id 8'],
    ['pending', { multiCycle: 5 }, 'A was ordered in this batch with a multiCycle of 1, not 5'],
    [
      'succeeded',
      { billingCycle: 'monthly', multiCycle: 0 },
      'A was ordered in this batch with the cycle "annually, 1 year", not "monthly"',
    ],
    ['sending', { multiCycle: 5 }, 'A may have been ordered in this batch with a multiCycle of 1, not 5'],
    [
      'in_doubt',
      { contact: '8', multiCycle: 2 },
      'a multiCycle of 1, not 2 and the billing contact id 7, not id 8',
    ],
  ] as const)(
    'with other terms than were ordered is a finding, not an order, for a row that is %s',
    async (status, terms, said) => {
      const ledger = await newLedger(folder);
      await load(ledger, [START]);
      await bring(ledger, 'A', status);
      const { findings } = await load(ledger, [[line(0, 'A', terms), line(1, 'B')]]);
      expect(findings).toMatchObject([
        { line: 2, code: 'terms_changed', message: expect.stringContaining(said) },
      ]);
      expect(await inFile(ledger, 2)).toStrictEqual(['0 terms_changed', '1 B not_sent']);
      expect(await rowOf(ledger, 'A')).toMatchObject({ status, billing_contact_id: '7', multi_cycle: 1 });
      await ledger.close();
    },
  );

  it.each(['sending', 'in_doubt', 'pending', 'succeeded'] as const)(
    'with another plan than was ordered is a finding, not an order, for a row that is %s',
    async (status) => {
      const ledger = await newLedger(folder);
      await load(ledger, [START]);
      await bring(ledger, 'A', status);
      const { findings } = await load(ledger, [[line(0, 'A', { plan: '2' }), line(1, 'B')]]);
      expect(findings).toMatchObject([{ line: 2, code: 'plan_changed' }]);
      expect(await inFile(ledger, 2)).toStrictEqual(['0 plan_changed', '1 B not_sent']);
      expect(await rowOf(ledger, 'A')).toMatchObject({ status, plan_id: '1' });
      await ledger.close();
    },
  );

  it('rejects a row that a person has to decide about', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [START]);
    await bring(ledger, 'A', 'in_doubt');
    await makeMove(ledger, move('bury', 'A', { needsPerson: true }));
    const { findings } = await load(ledger, [START]);
    expect(findings).toMatchObject([{ line: 2, code: 'order_needs_a_person' }]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 order_needs_a_person', '1 B not_sent', '2 C not_sent']);
    await ledger.close();
  });

  it('after both lines of a conflict were rejected, takes the one that is left', async () => {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A', { plan: '1' }), line(1, 'A', { plan: '2' })]]);
    await load(ledger, [[line(0, 'A', { plan: '2' })]]);
    expect(await inFile(ledger, 2)).toStrictEqual(['0 A not_sent']);
    expect(await rowOf(ledger, 'A')).toMatchObject({ plan_id: '2' });
    await ledger.close();
  });
});

describe('a serial number that another batch has ordered', () => {
  async function orderedInMay(status: (typeof ROW_STATUSES)[number]): Promise<Ledger> {
    const ledger = await newLedger(folder);
    await load(ledger, [[line(0, 'A', { plan: '1' })]], { batch: MAY });
    await bring(ledger, 'A', status, { batch: MAY });
    return ledger;
  }

  it.each(['sending', 'in_doubt', 'pending', 'succeeded'] as const)(
    'with the same plan is a finding when it is %s there',
    async (status) => {
      const ledger = await orderedInMay(status);
      const { findings } = await load(ledger, [[line(0, 'A', { plan: '1' })]]);
      expect(findings).toMatchObject([
        { line: 2, code: 'ordered_in_another_batch', message: expect.stringContaining('"may"') },
      ]);
      expect(await rowOf(ledger, 'A')).toBeUndefined();
      await ledger.close();
    },
  );

  it.each(['not_sent', 'failed'] as const)('is ordered when it is %s there', async (status) => {
    const ledger = await orderedInMay(status);
    expect((await load(ledger, [[line(0, 'A', { plan: '1' })]])).findings).toStrictEqual([]);
    await ledger.close();
  });

  it('is ordered with another plan', async () => {
    const ledger = await orderedInMay('succeeded');
    expect((await load(ledger, [[line(0, 'A', { plan: '2' })]])).findings).toStrictEqual([]);
    await ledger.close();
  });

  it('is ordered again with --allow-repeat', async () => {
    const ledger = await orderedInMay('succeeded');
    expect((await load(ledger, [[line(0, 'A')]], { allowRepeat: true })).findings).toStrictEqual([]);
    expect(await rowOf(ledger, 'A')).toMatchObject({ status: 'not_sent' });
    expect(await rowOf(ledger, 'A', MAY)).toMatchObject({ status: 'succeeded' });
    await ledger.close();
  });
});

describe('whatever a file holds and whatever came before', () => {
  const SNS = ['A', 'B', 'C', 'D'];
  const aLine = fc.record({
    sn: fc.constantFrom(...SNS),
    plan: fc.constantFrom('1', '2'),
    broken: fc.boolean(),
  });
  const aWorld = fc.record({
    may: fc.array(
      fc.tuple(fc.constantFrom(...SNS), fc.constantFrom('1', '2'), fc.constantFrom(...ROW_STATUSES)),
    ),
    june: fc.array(
      fc.tuple(fc.constantFrom(...SNS), fc.constantFrom('1', '2'), fc.constantFrom(...ROW_STATUSES)),
    ),
    file: fc.array(aLine, { maxLength: 7 }),
    cutAfter: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
  });

  const chunksOf = (
    file: readonly { sn: string; plan: string; broken: boolean }[],
    cutAfter: readonly boolean[],
  ): CheckedLine[][] => {
    const chunks: CheckedLine[][] = [[]];
    file.forEach(({ sn, plan, broken }, i) => {
      chunks.at(-1)?.push(line(i, sn, { plan, ...(broken ? { findings: ['broken'] } : {}) }));
      if (cutAfter[i]) chunks.push([]);
    });
    return chunks;
  };

  it('every line becomes a row or a rejected line, none both, and a serial number is ordered by one line', async () => {
    await fc.assert(
      fc.asyncProperty(aWorld, async ({ may, june, file, cutAfter }) => {
        const ledger = await newLedger(folder);
        try {
          for (const [batch, rows] of [
            [MAY, may],
            [JUNE, june],
          ] as const) {
            const first = [...new Map(rows.map((row) => [row[0], row])).values()];
            await load(ledger, [first.map(([sn, plan], i) => line(i, sn, { plan }))], {
              batch,
              allowRepeat: true,
            });
            for (const [sn, , status] of first)
              await bring(ledger, sn, status, { batch, orderNo: `${batch} ${sn}` });
          }
          const chunks = chunksOf(file, cutAfter);
          const { runNo } = await load(ledger, chunks);
          const found = await inFile(ledger, runNo);
          expect(found.map((text) => Number.parseInt(text, 10))).toStrictEqual(file.map((_, i) => i));
          const waiting = await ledger.read.queue({ batch: JUNE, runNo }, 'new', -1);
          expect(new Set(waiting.map((row) => row.sn_key)).size).toBe(waiting.length);
        } finally {
          await ledger.close();
        }
      }),
      { numRuns: runs(40) },
    );
  });

  it('a ledger without any row makes of it what a ledger with other rows makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(aWorld, async ({ file, cutAfter }) => {
        const made = async (ledger: Ledger): Promise<unknown> => {
          const { findings, runNo } = await load(ledger, chunksOf(file, cutAfter));
          const rows = await Promise.all(SNS.map((sn) => rowOf(ledger, sn)));
          const rejected = await ledger.read.rejectedByPosition({ batch: JUNE, runNo }, -1);
          await ledger.close();
          return { findings: new Set(findings.map((finding) => JSON.stringify(finding))), rows, rejected };
        };
        const empty = await newLedger(folder);
        const other = await newLedger(folder);
        await load(other, [[line(0, 'Z')]], { batch: MAY });
        expect(await made(empty)).toStrictEqual(await made(other));
      }),
      { numRuns: runs(60) },
    );
  });
});
