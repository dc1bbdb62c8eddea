import { expect, it } from 'vitest';
import { refusalOf } from '../../../src/cli/node-version.js';

it.each(['18.20.8', '20.20.2', '22.13.1', '23.5.0', '23.11.1'])(
  'Node %s is refused in one sentence',
  (version) => {
    expect(refusalOf(version)).toBe(
      `yeastar-batch needs Node 22.14 or later, but not 23, and this is Node ${version}: install Node 24 and run the same command again.`,
    );
  },
);

it.each(['22.14.0', '22.23.3', '24.0.0', '24.21.0', '26.10.0', '100.0.0'])('Node %s is not', (version) => {
  expect(refusalOf(version)).toBeUndefined();
});
