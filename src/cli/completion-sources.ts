import type { CompletionSources } from './completion.js';
import type { Environment } from './environment.js';
import { resolveOptions } from './resolve-options.js';

/** The jobs, and the batches of the ledger that the words name. An error shows no message here: there are no suggestions then. */
export const completionSources = (
  words: readonly string[],
  environment: Environment,
  cwd: string,
): CompletionSources => ({
  jobs: async () => (await import('../job/load.js')).jobNames(),
  batches: async () => {
    const [{ openExisting }, { systemClock }, { createReleasers }] = await Promise.all([
      import('../batch/existing-ledger.js'),
      import('../common/clock.js'),
      import('../common/releasers.js'),
    ]);
    const ledger = words[words.indexOf('--ledger') + 1];
    const given = {
      ...(words.includes('--sandbox') ? { sandbox: true } : {}),
      ...(words.includes('--ledger') && ledger !== undefined ? { ledger } : {}),
    };
    const releasers = createReleasers();
    try {
      const options = resolveOptions(['ledger', 'sandbox'], given, environment);
      const call = { options, environment, cwd, clock: systemClock, releasers };
      const opened = await openExisting(call);
      return (await opened.read.batches()).map(({ id }) => id);
    } catch {
      return [];
    } finally {
      await releasers.run();
    }
  },
});
