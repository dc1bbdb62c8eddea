import { type Answer, invalidField, refusal, success } from './envelope.js';
import type { CountForm, PortalShape } from './portal-shape.js';

export type Query = Readonly<Record<string, unknown>>;

const DEFAULT_PAGE_SIZE = 25;

/** What is divided into pages. */
export interface Paged {
  readonly length: () => number;
  readonly page: (start: number, size: number) => readonly unknown[];
}

export type PageShape = Pick<PortalShape, 'total' | 'totalPage' | 'count' | 'maxPageSize' | 'pastEnd'>;

type Answerer = (query: Query) => Answer;

/**
 * Pages as documented, or as a portal of this shape tells them. A larger `pageSize` than the most allowed is
 * cut down, and `pageSize` in the answer says so (assumption); `sort` is accepted and changes nothing (its
 * meaning is not documented).
 * @param now the true time, by which what is cached grows old
 */
export function createPages(paged: Paged, shape: PageShape, now: () => number): Answerer {
  const cached = new Map<string, { value: number; at: number }>();
  const told = (name: string, form: CountForm, honest: number, ofPage: number): Record<string, number> => {
    if (form === 'absent') return {};
    if (form === 'honest') return { [name]: honest };
    if (form === 'page') return { [name]: ofPage };
    if ('offBy' in form) return { [name]: Math.max(0, honest + form.offBy) };
    const known = cached.get(name);
    if (known !== undefined && now() - known.at < form.cachedMs) return { [name]: known.value };
    cached.set(name, { value: honest, at: now() });
    return { [name]: honest };
  };

  return (query) => {
    const { maxPageSize, pastEnd } = shape;
    const pageNo = positive(query['pageNo'] ?? '1');
    const asked = positive(query['pageSize'] ?? String(Math.min(DEFAULT_PAGE_SIZE, maxPageSize)));
    if (pageNo === undefined) return invalidField('pageNo', 'min=1');
    if (asked === undefined) return invalidField('pageSize', 'min=1');
    const pageSize = Math.min(asked, maxPageSize);
    const total = paged.length();
    const pages = Math.ceil(total / pageSize);
    let shown = pageNo;
    if (pageNo > Math.max(1, pages)) {
      if (pastEnd === '404') return refusal(404, 'page_not_found', 'There is no such page.');
      if (pastEnd === 'null') return success(null);
      if (pastEnd === 'first') shown = 1;
      if (pastEnd === 'last') shown = Math.max(1, pages);
    }
    const results = paged.page((shown - 1) * pageSize, pageSize);
    return success({
      ...told('count', shape.count, total, results.length),
      pageNo,
      pageSize,
      results,
      ...told('total', shape.total, total, results.length),
      ...told('totalPage', shape.totalPage, pages, Math.min(1, results.length)),
    });
  };
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
