import { expect, it } from 'vitest';
import { countBatch, countRows } from '../../../src/output/counts.js';
import { bring, JUNE, line, load, newLedger } from '../../support/ledger.js';
import { temporaryFolder } from '../../support/temp-folder.js';

const folder = temporaryFolder();

it('a batch counts each of its rows once, whichever of its files they stand in', async () => {
  const ledger = await newLedger(folder);
  await load(ledger, [[line(0, 'A'), line(1, 'B'), line(2, 'C'), line(3, 'D')]]);
  await bring(ledger, 'A', 'succeeded');
  await bring(ledger, 'B', 'succeeded');
  await bring(ledger, 'C', 'failed');
  // The second file lacks A; wants another plan for B, which is ordered; has C fixed, and D with a finding.
  const second = [line(0, 'B', { plan: '2' }), line(1, 'C'), line(2, 'D', { findings: ['unknown'] })];
  const run = { batch: JUNE, runNo: (await load(ledger, [second])).runNo };
  expect(await countRows(ledger, run)).toMatchObject({ total: 3, succeeded: 1, invalid: 1 });
  expect(await countBatch(ledger, run)).toEqual({
    total: 4,
    succeeded: 2,
    pending: 0,
    failed: 1,
    in_doubt: 0,
    invalid: 1,
    not_sent: 0,
  });
  await ledger.close();
});
