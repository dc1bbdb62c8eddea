import { expect, it } from 'vitest';
import { readDefinition } from '../../../src/job/definition-schema.js';
import { jobNames, loadJob } from '../../../src/job/load.js';

const WHOLE = {
  name: 'renew-yearly',
  summary: 'renews',
  productId: 11,
  operation: 'renew_plan',
  cycles: { annually: [1, 3] },
  fixedCycle: 'a renewal cannot change the cycle',
  repeatsAfterDays: { annually: 300 },
};

it('a whole definition is taken as it is', () => {
  expect(readDefinition(WHOLE, 'my-job.js')).toStrictEqual(WHOLE);
});

it.each([
  ['nothing', undefined, 'it exports no definition'],
  ['a function', () => WHOLE, 'it exports no definition'],
  ['no name', { ...WHOLE, name: undefined }, 'name is missing; use a name such as renew-my-plan'],
  ['a name with spaces', { ...WHOLE, name: 'My job' }, 'name is not a name; use lower-case letters'],
  ['a product as text', { ...WHOLE, productId: '11' }, "productId is missing, or is not a product's number"],
  [
    'an operation that is not ordered',
    { ...WHOLE, operation: 'trial_plan' },
    'operation is not an operation; use switch_plan, purchase_plan, renew_plan',
  ],
  ['no cycles', { ...WHOLE, cycles: undefined }, 'cycles is missing'],
  ['an empty cycles', { ...WHOLE, cycles: {} }, 'cycles names no cycle; use annually or monthly'],
  ['a cycle that is not one', { ...WHOLE, cycles: { yearly: [1, 5] } }, 'did you mean annually?'],
  ['a single number', { ...WHOLE, cycles: { annually: 5 } }, 'cycles.annually is not the least and the most'],
  ['a range turned round', { ...WHOLE, cycles: { annually: [5, 1] } }, 'has the greater number first'],
  ['no days', { ...WHOLE, repeatsAfterDays: { annually: 0 } }, 'repeatsAfterDays.annually is not above 0'],
  ['a misspelt field', { ...WHOLE, sumary: 'x' }, 'sumary is not a field; did you mean summary?'],
])('%s is refused with a message that helps', (_, definition, message) => {
  const read = () => readDefinition(definition, 'my-job.js');
  expect(read).toThrow(message);
  expect(read).toThrow('The job in my-job.js cannot be used');
});

it('everything that is wrong is said at once', () => {
  const read = () => readDefinition({ name: 'A', cycles: { annually: [1, 5] } }, 'my-job.js');
  expect(read).toThrow(/name is .*; summary is .*; productId is .*; operation is /);
});

it.each(jobNames())('the definition of %s is one that a user could have written', async (name) => {
  const { productId, operation, cycles, fixedCycle, repeatsAfterDays, summary } = await loadJob(name);
  const own = { name: `my-${name}`, productId, operation, cycles, summary };
  readDefinition(
    {
      ...own,
      ...(fixedCycle === undefined ? {} : { fixedCycle }),
      ...(repeatsAfterDays === undefined ? {} : { repeatsAfterDays }),
    },
    'my-job.js',
  );
});
