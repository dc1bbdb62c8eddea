/** What happens while the portal is looked at, for the progress and the log. */
export type EvidenceEvent =
  | { readonly type: 'look'; readonly look: number; readonly whole: boolean; readonly pages: number }
  /** Orders whose details have been read, of those that have to be. */
  | { readonly type: 'reading-details'; readonly read: number; readonly of: number }
  /** So many lost answers are being looked for. */
  | { readonly type: 'settling'; readonly rows: number }
  /** Orders that the portal had already were taken over; the next look follows after so long, ms. */
  | { readonly type: 'adopted'; readonly orders: number; readonly waitMs: number }
  | { readonly type: 'released'; readonly serialNumber: string }
  | { readonly type: 'warning'; readonly message: string };
