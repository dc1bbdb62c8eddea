import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitText, readableWidth } from '../../../src/output/fit.js';

it('breaks between words, and goes on below what it belongs to', () => {
  expect(fitText('Stopped  by the canary: the order for 369471667338 has failed', 40)).toBe(
    'Stopped  by the canary: the order for\n         369471667338 has failed',
  );
  expect(fitText('  june.csv:7  there is no plan "Gold": did you mean Gold Plus?', 40)).toBe(
    '  june.csv:7  there is no plan "Gold":\n    did you mean Gold Plus?',
  );
  expect(fitText('In doubt 369471667338, 369471675257', 30)).toBe(
    'In doubt 369471667338,\n         369471675257',
  );
  // A sentence whose first words end where labels end is a sentence.
  expect(fitText('The file orders.csv does not exist.', 30)).toBe('The file orders.csv does not\nexist.');
  expect(fitText('a warning that is too long', 12)).toBe('a warning\nthat is too\nlong');
});

it('splits no word, whatever the text and the width', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-zA-Z0-9:/.-]{1,30}$/)),
      fc.integer({ min: 20, max: 100 }),
      (words, width) => {
        const lines = fitText(words.join(' '), width);
        expect(lines.split(/\s+/)).toEqual(words.join(' ').split(/\s+/));
        for (const line of lines.split('\n')) {
          if (line.length > width) expect(line.trim()).not.toContain(' ');
        }
      },
    ),
  );
});

it('leaves alone what fits, and what is to be copied', () => {
  const command = `         yeastar-batch june.csv --plan ${'c0ffee'.repeat(20)}`;
  expect(fitText(`short\n${command}`, 40, new Set([command.trim()]))).toBe(`short\n${command}`);
});

it('is as wide as the terminal, but never wider than is easy to read', () => {
  expect([undefined, 0, 60, 80, 100, 240].map(readableWidth)).toEqual([80, 80, 60, 80, 100, 100]);
});
