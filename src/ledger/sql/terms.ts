import type { Orderable } from '../checked-line.js';

/** What is ordered for a row, as its columns. */
export const termsOf = (row: Orderable) => ({
  serial_number: row.order.serialNumber,
  plan_id: row.order.planId,
  billing_contact_id: row.order.billingContactId,
  billing_cycle: row.order.billingCycle,
  multi_cycle: row.order.multiCycle,
  own_po_number: row.order.ownPoNumber ?? null,
});
