import { describe, expect, it } from 'vitest';
import { escapeHtml, html, scriptJson, trusted } from '../../../src/report/html.js';

const HOSTILE = `</script><script>alert("1")</script><!-- ' & \u2028\u2029`;

describe('markup', () => {
  it('escapes every value of a template, in content and in attributes', () => {
    const { markup } = html`<p title="${HOSTILE}">${HOSTILE}</p>`;
    expect(markup.match(/[<>"]/g)?.join('')).toBe('<""><>');
    expect(markup).toContain(escapeHtml(HOSTILE));
  });

  it('takes markup as it is, alone and in lists', () => {
    const items = ['<a>', 'b'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}${trusted('<hr>')}${7}</ul>`.markup).toBe(
      '<ul><li>&lt;a&gt;</li><li>b</li><hr>7</ul>',
    );
  });
});

describe('JSON in a script element', () => {
  it('cannot end the element, open a comment or break a line, and means the same', () => {
    const json = scriptJson([HOSTILE, { '<!--': 1 }]);
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual([HOSTILE, { '<!--': 1 }]);
  });
});
