/**
 * What an order that is `pending` most likely needs, for a person: lines of at most 71 characters. The portal's help
 * says that it offers "Pay Now" and "Cancel the Order" for such an order; no endpoint does either.
 */
export const PENDING_LINES = [
  'Placed, but most likely not paid yet. In the Partner Portal choose',
  '"Pay Now" (or "Cancel the Order"); the next run asks about them again.',
] as const;
