import type { OrderRow } from '../ledger/schema.js';

/** What users and scripts read in `status`. */
export const PUBLIC_STATUSES = ['succeeded', 'pending', 'failed', 'in_doubt', 'invalid', 'not_sent'] as const;
export type PublicStatus = (typeof PUBLIC_STATUSES)[number];

/** A row that is `sending` with nobody sending it is one whose answer was lost. */
export const publicStatus = (status: OrderRow['status']): PublicStatus =>
  status === 'sending' ? 'in_doubt' : status;
