import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.js';
import { asksForHelp, helpText } from '../../../src/cli/help.js';
import { typedName } from '../../../src/cli/option.js';

describe('the help', () => {
  it.each(COMMANDS.flatMap(({ name }) => [60, 80, 100].map((columns) => [name, columns] as const)))(
    'of %s fits %i columns, and has each of its options once',
    (name, columns) => {
      const text = helpText([name], columns);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      const options = [...text.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, option]) => option);
      const expected = COMMANDS.find((command) => command.name === name)?.options.map(typedName) ?? [];
      expect([...options].sort()).toEqual([...expected, 'help', 'version'].sort());
    },
  );

  it('without a command has all commands and the options of run', () => {
    const text = helpText(['--help'], 80);
    for (const { name } of COMMANDS) expect(text).toMatch(new RegExp(`^ {2}${name}[ \\n]`, 'm'));
    expect(text).toContain('Usage: yeastar-batch <file> [options]');
    expect(text).toContain('--max-failures <n or n%>');
  });

  it('splits no word, and shows defaults', () => {
    const words = (columns: number): string => helpText([], columns).replace(/\s+/g, ' ');
    expect(words(80)).toBe(words(100));
    expect(words(80)).toContain('orders in flight at most [5]');
  });

  it('is not asked for by a file of that name', () => {
    expect(asksForHelp(['status', '--help'])).toBe(true);
    expect(asksForHelp(['-h'])).toBe(true);
    expect(asksForHelp(['june.csv', '--', '--help'])).toBe(false);
  });
});
