import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Play, playWorld } from '../../support/evidence-world.js';
import { portalShape, wellBehaved } from '../../support/portal-shapes.js';

/** `EVIDENCE_RUNS=20000 EVIDENCE_SEED=… npm run test:evidence` for the long run; a failure prints its seed. */
const RUNS = Number(process.env['EVIDENCE_RUNS'] ?? 200);
const SEED = process.env['EVIDENCE_SEED'];
const parameters = (share: number) => ({
  numRuns: Math.ceil(RUNS * share),
  // A play that does not come to its end is a failure, too.
  timeout: 20_000,
  interruptAfterTimeLimit: 3_000_000,
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
});

const anyPlay = (again: readonly Play['again'][]): fc.Arbitrary<Play> =>
  fc.record({
    rows: fc.integer({ min: 1, max: 8 }),
    lost: fc.constantFrom(0.1, 0.4, 0.9),
    placed: fc.constantFrom(0, 0.5, 1),
    firstAnswered: fc.boolean(),
    canary: fc.constantFrom(0, 0, 1),
    useReference: fc.boolean(),
    ownNumbers: fc.boolean(),
    again: fc.constantFrom(...again),
  });

it('no look concludes that an order is absent which was placed, whatever the portal is like', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(portalShape(), anyPlay(['not', 'same-ledger']), async (world, play) => {
      const { twice } = await playWorld(world, play);
      expect(twice).toStrictEqual([]);
    }),
    parameters(1),
  );
});

it('on a well-behaved portal every lost answer is settled in one run, and a lost ledger orders nothing again', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(wellBehaved(), anyPlay(['not', 'lost-ledger']), async (drawn, play) => {
      // Where a repeated page is the end, a list proves nothing absent before it stands still (docs/safety.md).
      const arrivals = drawn.pastEnd === 'last' ? 0 : drawn.unrest.arrivals;
      const world = { ...drawn, unrest: { ...drawn.unrest, arrivals } };
      // Foreign orders are told from ours once an order of ours has shown what the portal shows.
      const firstAnswered = play.firstAnswered || world.unrest.arrivals > 0;
      const { twice, statuses, ends } = await playWorld(world, { ...play, canary: 0, firstAnswered });
      expect(twice).toStrictEqual([]);
      expect(ends[0]?.tally).toMatchObject({ in_doubt: 0, failed: 0 });
      expect(statuses.filter((status) => status !== 'succeeded' && status !== 'not_sent')).toStrictEqual([]);
    }),
    parameters(0.25),
  );
});
