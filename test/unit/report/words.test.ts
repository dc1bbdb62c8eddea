import { describe, expect, it } from 'vitest';
import { answer, whatNext } from '../../../src/report/words.js';

const NONE = { succeeded: 0, pending: 0, failed: 0, in_doubt: 0, invalid: 0, not_sent: 0 };
const facts = (counts: Partial<typeof NONE>) => {
  const all = { ...NONE, ...counts };
  return { counts: all, total: Object.values(all).reduce((sum, rows) => sum + rows, 0) };
};

describe('the report in a sentence', () => {
  it.each([
    [{ succeeded: 60 }, 'switch-plan', '60 of 60 PBXs were switched.'],
    [
      { succeeded: 57, failed: 2, in_doubt: 1 },
      'switch-plan',
      '57 of 60 PBXs were switched, 2 were refused or failed, 1 is in doubt.',
    ],
    [{ succeeded: 1 }, 'renew-appliance-plan', '1 of 1 PBX was renewed.'],
    [
      { pending: 1, invalid: 1, not_sent: 2_000 },
      'purchase-plan',
      '0 of 2,002 PBXs were ordered, 1 is ordered but not finished, 1 has an error in the file, 2,000 were not sent.',
    ],
    [{}, 'switch-plan', 'The batch has no rows.'],
  ])('of %j (%s) is %s', (counts, job, sentence) => {
    expect(answer(facts(counts), job)).toBe(sentence);
  });

  it('says what happens next for each kind of row that is not done, and nothing if all is', () => {
    expect(whatNext(facts({ succeeded: 3 }))).toEqual([]);
    const all = whatNext(facts({ pending: 1, failed: 1, in_doubt: 1, invalid: 1, not_sent: 1 }));
    expect(all.map((sentence) => sentence.split(':')[0])).toEqual([
      'Failed',
      'Pending',
      'In doubt',
      'Invalid',
      'Not sent',
    ]);
    expect(all[1]).toContain('most likely not paid yet');
  });
});
