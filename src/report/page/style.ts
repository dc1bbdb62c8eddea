const LIGHT = `
  --page: #f5f6f8; --card: #fff; --text: #1c2330; --text-soft: #5a6474; --line: #dde1e7; --accent: #1d5fd0;
  --succeeded: #18774a; --pending: #106ca8; --failed: #c62b2b; --in-doubt: #a25500; --invalid: #7a4bb8;
  --not-sent: #626c7d; --slow: #8793a6; --again: #ad2f7d; color-scheme: light;`;

const DARK = `
  --page: #11151c; --card: #1a202a; --text: #e8ebf0; --text-soft: #a3adbb; --line: #303947; --accent: #78aefc;
  --succeeded: #45bd80; --pending: #5db7f2; --failed: #ff7d75; --in-doubt: #eda64b; --invalid: #bf9bf7;
  --not-sent: #97a2b3; --slow: #8793a6; --again: #ee8ac2; color-scheme: dark;`;

/** The look of the page. Paper is always light; colours stand nowhere without a word beside them. */
export const STYLE = `
:root { --font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 var(--font); }
body > header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 16px; }
body > header { padding-top: 28px; padding-bottom: 4px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 17px; }
header p, .note, figcaption { margin: 4px 0 0; color: var(--text-soft); overflow-wrap: anywhere; }
.note { margin: 8px 0 0; font-size: 13px; }
.sandbox { display: inline-block; margin: 0 0 10px; padding: 3px 10px; border: 1px solid var(--in-doubt);
  border-radius: 4px; color: var(--in-doubt); font-size: 13px; font-weight: 600; }
section { margin: 16px 0; padding: 18px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.answer { margin: 0 0 8px; font-size: 19px; font-weight: 600; line-height: 1.4; } .next { margin: 0 0 18px; padding-left: 20px; }
.figures + figure { margin-top: 18px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 16px 20px; margin: 0; }
.figures div { padding-left: 12px; border-left: 3px solid var(--colour, var(--line)); }
.figures dt { color: var(--text-soft); font-size: 13px; }
.figures dd { margin: 0; font-size: 20px; font-weight: 600; line-height: 1.4; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 14px; padding: 0; list-style: none;
  color: var(--text-soft); font-size: 13px; }
.legend i { display: inline-block; width: 14px; height: 0; margin-right: 6px; border-top: 3px solid var(--colour);
  vertical-align: middle; }
.legend i.block { height: 11px; border: 0; border-radius: 2px; background: var(--colour); }
.legend i.dashed { border-top-style: dashed; }
details { margin-top: 12px; } summary { color: var(--accent); cursor: pointer; font-size: 13px; }
.scroll { overflow-x: auto; } .tall { max-height: 320px; overflow-y: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--text-soft); font-size: 12.5px; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 6%, transparent); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.code, tbody th { font-variant-numeric: tabular-nums; white-space: nowrap; }
.plan { min-width: 230px; } .reason { min-width: 220px; overflow-wrap: anywhere; color: var(--text-soft); }
.badge { --colour: var(--not-sent); display: inline-block; padding: 0 8px; border-radius: 9px; white-space: nowrap;
  color: var(--colour); background: color-mix(in srgb, var(--colour) 12%, transparent); font-size: 12.5px; font-weight: 600; }
.succeeded { --colour: var(--succeeded); } .pending { --colour: var(--pending); } .failed { --colour: var(--failed); }
.in_doubt { --colour: var(--in-doubt); } .invalid { --colour: var(--invalid); } .not_sent { --colour: var(--not-sent); }
.tools { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; margin-bottom: 12px; }
.tools label { display: grid; gap: 3px; color: var(--text-soft); font-size: 13px; }
.tools label:first-child { flex: 1 1 240px; } .tools p { margin: 0; padding-bottom: 7px; font-size: 13.5px; }
input, select, button { font: inherit; color: inherit; }
input, select, .pages button, dialog button.close { width: 100%; min-width: 0; padding: 6px 10px; background: var(--page);
  border: 1px solid color-mix(in srgb, var(--text-soft) 70%, var(--line)); border-radius: 6px; }
th button, button.link { padding: 0; background: none; border: 0; cursor: pointer; text-align: inherit; }
button.link { color: var(--accent); } button.link:hover { text-decoration: underline; }
th[aria-sort] button { color: var(--text); }
th[aria-sort='ascending'] button::after { content: ' ▲'; } th[aria-sort='descending'] button::after { content: ' ▼'; }
.pages { display: flex; gap: 12px; align-items: center; justify-content: end; margin-top: 12px; font-size: 13.5px; }
.pages button, dialog button.close { width: auto; cursor: pointer; } button:disabled { opacity: .45; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dialog { width: min(640px, calc(100vw - 24px)); max-height: 86vh; padding: 20px; color: var(--text); background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; } dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog header { display: flex; gap: 12px; align-items: start; justify-content: space-between; }
dialog dl div { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: 12px; padding: 5px 0; border-bottom: 1px solid var(--line); }
dialog h2 { min-width: 0; overflow-wrap: anywhere; } dialog dt { color: var(--text-soft); } dt, dd { overflow-wrap: anywhere; } dialog dd { margin: 0; white-space: pre-wrap; }
footer { padding-bottom: 32px; color: var(--text-soft); font-size: 13px; }
.skip { position: absolute; left: -9999px; } .skip:focus { left: 8px; top: 8px; padding: 6px 10px; background: var(--card); }
@media (max-width: 640px) {
  .wide { display: none; } .narrow { display: block; } section { padding: 14px; margin: 12px 0; }
  .scroll table { min-width: 720px; } h1 { font-size: 22px; } .figures { grid-template-columns: 1fr 1fr; } dialog dl div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media print {
  body { background: #fff; font-size: 11pt; } section { padding: 8pt 0; border: 0; break-inside: avoid; }
  section.rows { break-inside: auto; } .tools, .pages button, .skip, details:not([open]) { display: none; }
  .wide { display: block; } .narrow { display: none; } .scroll, .tall { overflow: visible; max-height: none; }
  thead { display: table-header-group; } tr { break-inside: avoid; } table, thead th, .badge { font-size: 8pt; } th, td { padding: 3pt 4pt; } .plan { min-width: 84pt; }
  * { print-color-adjust: exact; } .scroll table { min-width: 0; } .reason { min-width: 120pt; } button.link { color: inherit; }
  @page { margin: 14mm; }
}
`;
