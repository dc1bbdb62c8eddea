import { expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import type { BegunRun } from '../../../src/ledger/runs.js';
import type { SendRecord } from '../../../src/ledger/schema.js';
import { bring, JUNE, line, load, move, newLedger, makeMove as record } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();

const begun = (runNo: number): BegunRun => ({
  batch: JUNE,
  run_no: runNo,
  started_at: runNo * 1_000,
  program: 'yeastar-batch 1.0.0, Node v24',
  machine: 'office',
  person: 'ada',
  command: '{"limit":"1"}',
  input_sha256: 'aa',
  plan_hash: 'bb',
  price: null,
  account: null,
});

it('keeps who ran what and how it ended; a run that was killed has no end', async () => {
  const ledger = await newLedger(folder);
  await ledger.runs.begin(begun(1));
  await ledger.runs.begin(begun(2));
  await ledger.runs.end({ batch: JUNE, runNo: 2 }, { ended_at: 3_000, sent: 7, exit_code: 0 });
  expect(await ledger.runs.ofBatch(JUNE)).toEqual([
    { ...begun(1), ended_at: null, sent: null, exit_code: null },
    { ...begun(2), ended_at: 3_000, sent: 7, exit_code: 0 },
  ]);
  await ledger.close();
});

it('tells to which accounts the rows in doubt of a batch were sent', async () => {
  const ledger = await newLedger(folder);
  await load(ledger, [[line(0, 'A'), line(1, 'B')]]);
  await ledger.runs.begin({ ...begun(1), account: 'one' });
  await bring(ledger, 'A', 'succeeded', { orderNo: 'O-1' });
  expect(await ledger.runs.accountsInDoubt(JUNE)).toEqual([]);
  await bring(ledger, 'B', 'in_doubt');
  expect(await ledger.runs.accountsInDoubt(JUNE)).toEqual(['one']);
  await ledger.close();
});

it('keeps each send with its times, what came of it and the portal’s request id', async () => {
  const ledger = await newLedger(folder);
  await load(ledger, [[line(0, 'A'), line(1, 'B'), line(2, 'C')]]);
  await record(ledger, move('intend', 'A', { submittedAt: 100 }));
  await record(ledger, move('withdraw', 'A'));
  await record(ledger, move('intend', 'A', { submittedAt: 200 }));
  await record(ledger, move('place', 'A', { orderNo: 'O-1' }));
  await record(ledger, move('intend', 'B', { submittedAt: 300 }));
  await record(ledger, move('lose', 'B'));
  // Found at the portal later: that is no send.
  await record(ledger, move('find', 'B', { orderNo: 'O-2' }));
  await record(ledger, move('intend', 'C', { submittedAt: 400 }));
  const sends = await ledger.runs.sends(JUNE, undefined);
  expect(sends.map((send) => pick(send))).toEqual([
    'A 1 100 withdraw req-2 why',
    'A 2 200 place O-1 req-1',
    'B 1 300 lose req-2 why',
  ]);
  expect(sends.every(({ ended_at }) => typeof ended_at === 'number')).toBe(true);
  const [first] = sends;
  expect(await ledger.runs.sends(JUNE, first)).toHaveLength(2);
  await ledger.close();
});

const pick = ({ sn_key, claim_no, sent_at, outcome, order_no, request_id, code }: SendRecord): string =>
  [sn_key, claim_no, sent_at, outcome, order_no, request_id, code].filter((part) => part !== null).join(' ');

it('keeps what an order cost, once its details have shown it', async () => {
  const ledger = await newLedger(folder);
  const orderNo = 'O-1' as OrderNo;
  expect(await ledger.read.anyAmount()).toBe(false);
  const seen = { productNos: ['A'], references: [] };
  await ledger.mirror.noteDetails([
    { orderNo, state: 'read', details: { ...seen, amount: '108.10', currency: 'USD' } },
  ]);
  await ledger.mirror.noteDetails([{ orderNo, state: 'read', details: seen }]);
  expect(await ledger.read.anyAmount()).toBe(true);
  expect([...(await ledger.read.amounts([orderNo]))]).toEqual([
    [orderNo, { amount: '108.10', currency: 'USD' }],
  ]);
  await ledger.close();
});
