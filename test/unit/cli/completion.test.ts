import { expect, it } from 'vitest';
import { completionsFor, wordsToComplete } from '../../../src/cli/completion.js';

const sources = { jobs: async () => ['switch-plan', 'renew'], batches: async () => ['june', 'july'] };
const at = (...words: string[]) => completionsFor(words, sources);

it.each([
  ['a command', ['rec'], ['reconcile']],
  ['an option without the word run', ['june.csv', '--on'], ['--on-doubt']],
  ['an option of another command', ['status', '--l'], ['--ledger']],
  ['a batch', ['status', 'ju'], ['june', 'july']],
  [
    'a batch behind the options of its ledger',
    ['status', '--sandbox', '--ledger', 'l.db', 'ju'],
    ['june', 'july'],
  ],
  ['a batch of an option', ['june.csv', '--batch', 'jul'], ['july']],
  ['a job', ['--job', ''], ['switch-plan', 'renew']],
  ['a choice', ['june.csv', '--on-doubt', ''], ['resend', 'hold']],
  ['a choice that has begun', ['june.csv', '--recent-orders', 're'], ['refuse', 'repeat']],
  ['an option that is given already, not again', ['june.csv', '--on-doubt', 'hold', '--on'], []],
  ['an option that may be repeated, again', ['june.csv', '--column', 'sn=S', '--col'], ['--column']],
  ['a file of an option: the shell knows files', ['june.csv', '--out', ''], []],
  ['a file', ['run', ''], []],
  ['a second batch, not at all', ['status', 'june', ''], []],
])('completes %s', async (_, words, expected) => {
  expect(await at(...words)).toEqual(expected);
});

it('offers every option of run that is not given', async () => {
  const options = await at('june.csv', '--yes', '--');
  expect(options).toContain('--dry-run');
  expect(options).not.toContain('--yes');
});

it('knows the words that the shell hands over', () => {
  expect(wordsToComplete(['--get-yargs-completions', 'yeastar-batch', 'status', ''])).toEqual(['status', '']);
  expect(wordsToComplete(['status'])).toBeUndefined();
});
