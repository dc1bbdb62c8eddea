import { expect, it } from 'vitest';
import type { OrderNo } from '../../../src/common/ids.js';
import { line, load, makeMove, move, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();

it('orders are surely ours if an answer named them, or if they bear a reference that was made here', async () => {
  const ledger = await newLedger(folder);
  const rows = ['A', 'B', 'C', 'D', 'E'];
  await load(ledger, [rows.map((sn, at) => line(at, sn, sn === 'C' ? { ownPoNumber: 'REF-C' } : {}))]);
  for (const sn of rows) await makeMove(ledger, move('intend', sn));
  await makeMove(ledger, move('place', 'A', { orderNo: 'named' }));
  for (const [sn, orderNo] of [
    ['B', 'ours'],
    ['C', 'the user’s own number'],
    ['D', 'no reference'],
    ['E', 'cut'],
  ] as const) {
    await makeMove(ledger, move('lose', sn));
    await makeMove(ledger, move('find', sn, { orderNo }));
  }
  const look = await ledger.mirror.beginLook();
  const listed = (orderNo: string, ...references: string[]) => ({ orderNo: orderNo as OrderNo, references });
  await ledger.mirror.noteListed(look, [
    listed('named'),
    listed('ours', 'ref-b'),
    listed('the user’s own number', 'REF-C'),
    listed('no reference'),
    listed('cut', 'REF'),
  ]);
  await ledger.mirror.endLook(look, true, undefined);

  const own = await ledger.mirror.ownOrders(10);
  const named = own.map(({ seen, snKey, namedBy }) => [seen.orderNo, snKey, namedBy]);
  expect(named.sort()).toEqual([
    ['named', 'A', 'answer'],
    ['ours', 'B', 'evidence'],
  ]);
  await ledger.close();
});
