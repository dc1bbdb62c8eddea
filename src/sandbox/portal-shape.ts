import type { PriceForm } from './pricing.js';

export const REFERENCE_PLACES = ['nowhere', 'details', 'list'] as const;
export const SERIAL_FORMS = ['whole', 'masked', 'product', 'absent'] as const;
export const LIST_ORDERS = ['newest-first', 'oldest-first', 'hash', 'shuffled', 'unstable'] as const;
export const PAST_ENDS = ['empty', 'last', 'first', '404', 'null'] as const;
export const TIME_FORMS = ['whole', 'seconds', 'minutes', 'absent'] as const;
export const DETAILS_FAILURES = ['500', '403', 'html', 'empty'] as const;

export type ReferenceForm = 'whole' | 'lower' | 'padded' | { readonly cutTo: number };
export type SerialForm = (typeof SERIAL_FORMS)[number];
export type TimeForm = (typeof TIME_FORMS)[number];
export type PastEnd = (typeof PAST_ENDS)[number];
/** What a page says of the list's length. */
export type CountForm =
  | 'honest'
  /** Of this page alone. */
  | 'page'
  | 'absent'
  /** What was true at a moment, repeated for so long. */
  | { readonly cachedMs: number }
  /** The truth and so many more (or fewer). */
  | { readonly offBy: number };
/** Orders beyond it are no longer listed; their details still are to be had. */
export type Window = { readonly newest: number } | { readonly lastMs: number };

export interface FailingDetails {
  readonly how: (typeof DETAILS_FAILURES)[number];
  /** 0 to 1, drawn for each order once: its details always fail or never. */
  readonly share: number;
  /** Only those of orders that were not placed through the API. */
  readonly foreignOnly: boolean;
}

export interface ClockStep {
  /** Since the sandbox was started. */
  readonly afterMs: number;
  /** Forward, or back if below 0. */
  readonly ms: number;
}

/** How a portal shows its orders: all that the documents leave open (assumptions, each of them). */
export interface PortalShape {
  /** Where `poNumber` comes back as `customReferenceNo`; `list`: in the list and in the details. */
  readonly reference: (typeof REFERENCE_PLACES)[number];
  readonly referenceForm: ReferenceForm;
  /** The list's `productNo`; `product`: the product's number stands there. */
  readonly listSerial: SerialForm;
  /** The details' `productNo`. */
  readonly detailsSerial: SerialForm;
  /** `hash`: scattered, and stable; `shuffled`: another order with each new order; `unstable`: with each request. */
  readonly listOrder: (typeof LIST_ORDERS)[number];
  readonly window: Window | undefined;
  readonly total: CountForm;
  readonly totalPage: CountForm;
  /** The guide does not say what it counts. */
  readonly count: CountForm;
  /** A larger page than this is cut down to it. */
  readonly maxPageSize: number;
  /** What a page beyond the last one has; `null`: no result at all. */
  readonly pastEnd: PastEnd;
  /** A new order shows up in list and details only after this, and after up to the spread more, each its own. */
  readonly listLagMs: number;
  readonly listLagSpreadMs: number;
  /** The portal's clock against ours: its `Date` header and `createTime`. */
  readonly clockOffsetMs: number;
  /** Its `Date` header against `createTime`: that they are one clock is an assumption. */
  readonly dateOffsetMs: number;
  /** How much faster than ours its clock goes: 0.01 is 36 seconds an hour. */
  readonly clockDrift: number;
  readonly clockSteps: readonly ClockStep[];
  /** `createTime`, cut down to whole seconds or minutes, or missing. */
  readonly createTime: TimeForm;
  /** What it says of prices, and of what an order cost. */
  readonly prices: PriceForm;
  readonly failingDetails: FailingDetails | undefined;
  /** The list of orders is refused for good, with this status. */
  readonly listRefused: 403 | 404 | undefined;
}

/**
 * What a sandbox is like if nothing else is asked for: the portal as it is documented. No reference comes back, and the
 * serial number is in the details alone.
 */
export const DEFAULT_SHAPE: PortalShape = {
  reference: 'nowhere',
  referenceForm: 'whole',
  listSerial: 'absent',
  detailsSerial: 'whole',
  listOrder: 'newest-first',
  window: undefined,
  total: 'honest',
  totalPage: 'honest',
  count: 'page',
  maxPageSize: 100,
  pastEnd: 'empty',
  listLagMs: 0,
  listLagSpreadMs: 0,
  clockOffsetMs: 0,
  dateOffsetMs: 0,
  clockDrift: 0,
  clockSteps: [],
  createTime: 'whole',
  prices: 'whole',
  failingDetails: undefined,
  listRefused: undefined,
};
