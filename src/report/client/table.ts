import type { ReportRow } from '../rows.js';
import type { Element, Page } from './dom.js';
import type { findRows as FindRows, Question } from './find-rows.js';

/** What the page carries beside the rows. */
export interface TableFacts {
  readonly statuses: readonly string[];
  /** The statuses as a reader meets them. */
  readonly words: readonly string[];
  readonly details: readonly string[];
  readonly columns: readonly string[];
}

export interface Timers {
  readonly later: (work: () => void, ms: number) => number;
  readonly cancel: (timer: number) => void;
}

/**
 * Makes the table of all rows work: search, filter, order, pages and the details of a row. Whatever the number
 * of rows, only one page of them is in the document; values are only ever set as text.
 *
 * This function is sent to the browser as its own text: it may use nothing but its arguments.
 */
export function startTable(
  page: Page,
  rows: readonly ReportRow[],
  facts: TableFacts,
  findRows: typeof FindRows,
  timers: Timers,
): void {
  const PAGE_ROWS = 100;
  const DEBOUNCE_MS = 120;
  const part = (id: string): Element => {
    const found = page.getElementById(id);
    if (found === null) throw new Error(`the page has no ${id}`);
    return found;
  };
  const made = (name: string, text: string, className = ''): Element => {
    const element = page.createElement(name);
    element.textContent = text;
    if (className !== '') element.className = className;
    return element;
  };
  const number = (value: number): string => value.toLocaleString('en');
  const search = part('search');
  const status = part('status');
  const haystacks = rows.map((row) =>
    [row[1], facts.statuses[row[2]], facts.words[row[2]], row[3], row[4], row[7], ...row[8], ...row[9]]
      .join('\n')
      .toLowerCase(),
  );
  const headers = [...page.querySelectorAll('th[data-sort]')];
  let sortBy = 0;
  let descending = false;
  let found: readonly ReportRow[] = rows;
  let first = 0;

  const seconds = (ms: number): string => {
    if (ms < 0) return '';
    return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${number(Math.round(ms / 1000))} s`;
  };

  /** A moment in UTC with the reader's own time beside it, if that is another. */
  const withLocal = (text: string): string => {
    const [, day, clock] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
    if (day === undefined) return text;
    const moment = new Date(`${day}T${clock}Z`);
    if (moment.getTimezoneOffset() === 0) return text;
    return `${text} (${moment.toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' })} your time)`;
  };

  const showDetails = (row: ReportRow): void => {
    const named: [string, string][] = [
      ['Status', facts.words[row[2]] ?? ''],
      ['Reason', row[7]],
      ['Row', String(row[0])],
      ...facts.columns.map((name, i): [string, string] => [name, row[9][i] ?? '']),
      ['Order number', row[3]],
      ['Sends', String(row[5])],
      ['Latency', seconds(row[6])],
      ...facts.details.map((name, i): [string, string] => [name, withLocal(row[8][i] ?? '')]),
    ];
    part('details-title').textContent = row[1] === '' ? `Row ${row[0]}` : row[1];
    part('details-list').replaceChildren(
      ...named
        .filter(([, value]) => value !== '')
        .map(([name, value]) => {
          const group = made('div', '');
          group.append(made('dt', name), made('dd', value));
          return group;
        }),
    );
    part('details').showModal();
  };

  const drawRow = (row: ReportRow): Element => {
    const line = page.createElement('tr');
    const name = made('th', '');
    name.scope = 'row';
    const open = made('button', row[1] === '' ? '(none)' : row[1], 'link');
    open.type = 'button';
    open.setAttribute('aria-haspopup', 'dialog');
    open.addEventListener('click', () => showDetails(row));
    name.append(open);
    const state = facts.statuses[row[2]] ?? '';
    const badge = made('td', '');
    badge.append(made('span', facts.words[row[2]] ?? '', `badge ${state}`));
    line.append(
      made('td', number(row[0]), 'number'),
      name,
      badge,
      made('td', row[3], 'code'),
      made('td', row[4], 'plan'),
      made('td', row[5] === 0 ? '' : String(row[5]), 'number'),
      made('td', seconds(row[6]), 'number'),
      made('td', row[7], 'reason'),
    );
    return line;
  };

  const draw = (): void => {
    const shown = found.slice(first, first + PAGE_ROWS);
    part('rows').replaceChildren(...shown.map(drawRow));
    const all = found.length === rows.length ? '' : ` of ${number(rows.length)}`;
    part('count').textContent = `${number(found.length)}${all} ${rows.length === 1 ? 'row' : 'rows'}`;
    part('range').textContent =
      found.length === 0
        ? 'No row matches.'
        : `${number(first + 1)}–${number(first + shown.length)} of ${number(found.length)}`;
    part('previous').disabled = first === 0;
    part('next').disabled = first + PAGE_ROWS >= found.length;
    for (const header of headers) {
      if (header.dataset['sort'] !== String(sortBy)) header.removeAttribute('aria-sort');
      else header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    }
  };

  const ask = (): void => {
    const question: Question = { text: search.value, status: Number(status.value), sortBy, descending };
    found = findRows(rows, haystacks, facts.statuses, question);
    first = 0;
    draw();
  };

  let timer = 0;
  search.addEventListener('input', () => {
    timers.cancel(timer);
    timer = timers.later(ask, DEBOUNCE_MS);
  });
  status.addEventListener('change', ask);
  for (const button of page.querySelectorAll('th[data-sort] button')) {
    button.addEventListener('click', () => {
      const by = Number(button.parentElement?.dataset['sort']);
      descending = by === sortBy && !descending;
      sortBy = by;
      ask();
    });
  }
  const turn = (by: number): void => {
    first += by * PAGE_ROWS;
    draw();
    part('table').scrollIntoView({ block: 'nearest' });
  };
  part('previous').addEventListener('click', () => turn(-1));
  part('next').addEventListener('click', () => turn(1));
  part('details-close').addEventListener('click', () => part('details').close());
  for (const time of page.querySelectorAll('time')) time.textContent = withLocal(time.textContent ?? '');
  ask();
}
