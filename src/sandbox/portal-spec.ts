import { Problem } from '../common/errors.js';
import { DEMO_PBXS } from './demo-pbxs.js';
import type { OlderOrders } from './foreign-orders.js';
import type { SandboxOptions } from './options.js';
import {
  DETAILS_FAILURES,
  LIST_ORDERS,
  PAST_ENDS,
  type PortalShape,
  REFERENCE_PLACES,
  SERIAL_FORMS,
  TIME_FORMS,
} from './portal-shape.js';
import { PRICE_FORMS } from './pricing.js';
import { countForm, durationOf, shareOf, wholeOf } from './spec-values.js';

/** What `--portal` can say, as options of `startSandbox`. */
export type PortalOptions = {
  -readonly [Key in keyof PortalShape]?: PortalShape[Key];
} & {
  older?: OlderOrders;
  pendingShare?: number;
  pendingMs?: number;
  pbxs?: NonNullable<SandboxOptions['pbxs']>;
};

interface Key {
  /** What stands for the value in the help. */
  readonly values: string;
  readonly describe: string;
  /** `undefined`: the value is not understood. */
  readonly read: (value: string, earlier: PortalOptions) => PortalOptions | undefined;
  /** May be given several times. */
  readonly many?: boolean;
}

const counted = (name: 'total' | 'totalPage' | 'count', describe: string): Key => ({
  values: 'honest | page | absent | cached:<duration> | lie:<+n or -n>',
  describe,
  read: (value) => {
    const form = countForm(value);
    return form && { [name]: form };
  },
});
const oneOf = <const Name extends keyof PortalShape>(
  name: Name,
  values: readonly (PortalShape[Name] & string)[],
  describe: string,
): Key => ({
  values: values.join(' | '),
  describe,
  read: (value) => {
    const known = values.find((text) => text === value);
    return known && ({ [name]: known } as PortalOptions);
  },
});

/** Each key of `--portal`, in the order of the help. */
export const PORTAL_KEYS: Readonly<Record<string, Key>> = {
  reference: oneOf(
    'reference',
    REFERENCE_PLACES,
    'where the reference of an order comes back (list: in both)',
  ),
  'reference-form': {
    values: 'whole | lower | padded | cut:<n>',
    describe: 'how it comes back: in lower case, between spaces, or its first n characters',
    read: (value) => {
      const cutTo = wholeOf(/^cut:(\d{1,3})$/.exec(value)?.[1]);
      if (cutTo !== undefined) return { referenceForm: { cutTo } };
      const form = (['whole', 'lower', 'padded'] as const).find((known) => known === value);
      return form && { referenceForm: form };
    },
  },
  'list-serial': oneOf(
    'listSerial',
    SERIAL_FORMS,
    "what the list has as an order's productNo: the serial number, masked (3694****338), the product's number, or nothing",
  ),
  'details-serial': oneOf('detailsSerial', SERIAL_FORMS, 'the same for the details of an order'),
  'list-order': oneOf(
    'listOrder',
    LIST_ORDERS,
    'hash: scattered; shuffled: anew with each new order; unstable: anew with each request',
  ),
  window: {
    values: '<n> | <duration>',
    describe: 'the list has only the newest n orders, or only those of a time span',
    read: (value) => {
      const newest = wholeOf(value);
      if (newest !== undefined) return { window: { newest } };
      const lastMs = durationOf(value);
      return lastMs === undefined || lastMs <= 0 ? undefined : { window: { lastMs } };
    },
  },
  total: counted('total', 'the total that a page gives'),
  'total-page': counted('totalPage', 'the number of pages that a page gives'),
  count: counted('count', 'the count that a page gives (honest: of the whole list)'),
  'page-size': {
    values: '<n>',
    describe: 'the most orders that a page has',
    read: (value) => {
      const maxPageSize = wholeOf(value);
      return maxPageSize === undefined || maxPageSize === 0 ? undefined : { maxPageSize };
    },
  },
  'past-end': oneOf(
    'pastEnd',
    PAST_ENDS,
    'what a page beyond the last one is (last, first: that page again)',
  ),
  'list-lag': {
    values: '<duration> | <duration>-<duration>',
    describe: 'how long a new order is not shown; with a range, each order has another time',
    read: (value) => {
      const [least, most = least] = value.split('-').map(durationOf);
      if (least === undefined || most === undefined || most < least) return undefined;
      return { listLagMs: least, listLagSpreadMs: most - least };
    },
  },
  clock: {
    values: '<+ or - duration>',
    describe: "the portal's clock (Date header and createTime) against ours",
    read: (value) => {
      const clockOffsetMs = durationOf(value);
      return clockOffsetMs === undefined ? undefined : { clockOffsetMs };
    },
  },
  date: {
    values: '<+ or - duration>',
    describe: 'its Date header against createTime',
    read: (value) => {
      const dateOffsetMs = durationOf(value);
      return dateOffsetMs === undefined ? undefined : { dateOffsetMs };
    },
  },
  drift: {
    values: '<+ or - n>%',
    describe: 'how much faster than ours its clock goes',
    read: (value) => {
      const percent = /^([+-]?\d{1,3}(?:\.\d+)?)%$/.exec(value)?.[1];
      return percent === undefined ? undefined : { clockDrift: Number(percent) / 100 };
    },
  },
  'clock-step': {
    values: '<+ or - duration>@<duration>',
    describe: 'its clock is set forward or back by the first, after the second (may be repeated)',
    many: true,
    read: (value, { clockSteps = [] }) => {
      const [step, after] = value.split('@').map(durationOf);
      if (step === undefined || after === undefined || after < 0) return undefined;
      return { clockSteps: [...clockSteps, { ms: step, afterMs: after }] };
    },
  },
  'create-time': oneOf(
    'createTime',
    TIME_FORMS,
    'createTime as it is, cut to whole seconds or minutes, or missing',
  ),
  details: {
    values: `<${DETAILS_FAILURES.join(', ')}>[:<share>][:foreign]`,
    describe: 'the details of some orders fail, of all or of foreign ones',
    read: (value) => {
      const [howText, ...rest] = value.split(':');
      const how = DETAILS_FAILURES.find((known) => known === howText);
      const foreignOnly = rest.at(-1) === 'foreign';
      const shares = foreignOnly ? rest.slice(0, -1) : rest;
      const share = shares.length === 0 ? 1 : shareOf(shares[0]);
      if (how === undefined || share === undefined || shares.length > 1) return undefined;
      return { failingDetails: { how, share, foreignOnly } };
    },
  },
  list: {
    values: '403 | 404',
    describe: 'the list of orders is refused for good',
    read: (value) =>
      value === '403' || value === '404' ? { listRefused: value === '403' ? 403 : 404 } : undefined,
  },
  prices: oneOf(
    'prices',
    PRICE_FORMS,
    'which prices it shows: list and final prices; in the details of orders as well; only list prices; both under unknown names; none (403)',
  ),
  pbxs: {
    values: 'any | demo',
    describe:
      "the account's PBXs: every serial number, but none is listed; or only those of the samples, with their plans",
    read: (value) => (value === 'demo' ? { pbxs: DEMO_PBXS } : value === 'any' ? { pbxs: 'any' } : undefined),
  },
  older: {
    values: '<n>[:<duration>]',
    describe: 'older orders of other PBXs and products: how many, and placed within which time (30d)',
    read: (value) => {
      const [countText, spreadText, ...rest] = value.split(':');
      const count = wholeOf(countText);
      const spreadMs = spreadText === undefined ? undefined : durationOf(spreadText);
      if (count === undefined || rest.length > 0) return undefined;
      if (spreadText === undefined) return { older: { count } };
      return spreadMs === undefined || spreadMs <= 0 ? undefined : { older: { count, spreadMs } };
    },
  },
  pending: {
    values: '<share>[:<duration>]',
    describe: 'which share of the new orders stays pending, and for how long (3s)',
    read: (value) => {
      const [shareText, forText, ...rest] = value.split(':');
      const pendingShare = shareOf(shareText);
      const pendingMs = forText === undefined ? undefined : durationOf(forText);
      if (pendingShare === undefined || rest.length > 0) return undefined;
      if (forText === undefined) return { pendingShare };
      return pendingMs === undefined || pendingMs < 0 ? undefined : { pendingShare, pendingMs };
    },
  },
};

/** Reads what `--portal` was given. Throws a `Problem` (`wrong_portal`) that says what could stand there. */
export function parsePortal(texts: readonly string[]): PortalOptions {
  let options: PortalOptions = {};
  const given = new Set<string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text
      .slice(0, at < 0 ? text.length : at)
      .trim()
      .toLowerCase();
    const key = Object.hasOwn(PORTAL_KEYS, name) ? PORTAL_KEYS[name] : undefined;
    if (key === undefined)
      throw wrong(text, `"${name}" is not one of ${Object.keys(PORTAL_KEYS).join(', ')}`);
    if (given.has(name) && !key.many) throw wrong(text, `${name} is given twice`);
    given.add(name);
    const read =
      at < 0
        ? undefined
        : key.read(
            text
              .slice(at + 1)
              .trim()
              .toLowerCase(),
            options,
          );
    if (read === undefined) throw wrong(text, `${name} is ${key.values}`);
    options = { ...options, ...read };
  }
  return options;
}

const wrong = (text: string, why: string): Problem =>
  new Problem('wrong_portal', `The portal's "${text}" cannot be read: ${why}.`, {
    remedy: 'Write it as key=value, for example reference=nowhere, window=200 or list-lag=1s-5s.',
  });
