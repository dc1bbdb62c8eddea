import { expect, it } from 'vitest';
import { code, codeBlock, codeCell, escapeMarkdown } from '../../../src/output/markdown.js';

it.each([
  ['a *b* _c_', 'a \\*b\\* \\_c\\_'],
  ['<b> & @team', '&lt;b&gt; &amp; &#64;team'],
  ['https://evil.example', 'https&#58;//evil.example'],
  ['one\ntwo', 'one two'],
  ['&#58;', '&amp;\\#58;'],
])('%j is written %j, which Markdown shows as it was', (value, expected) => {
  expect(escapeMarkdown(value)).toBe(expected);
});

it('code keeps all but backticks and line ends, and in a cell bars are escaped', () => {
  expect(code('a|`b`\nc')).toBe('`a| b  c`');
  expect(codeCell('a|b')).toBe('`a\\|b`');
});

it('a block of code has a fence that its text does not have', () => {
  expect(codeBlock('run it')).toBe('```sh\nrun it\n```');
  expect(codeBlock('a ```` b')).toBe('`````sh\na ```` b\n`````');
});
