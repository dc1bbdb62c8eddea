/** What a store holds at a moment. */
export interface Snapshot {
  /** A JSON value as it was written; null: nothing yet, or the store was emptied. */
  readonly state: unknown;
  /** Differs after each write, also after the store was emptied. */
  readonly version: string;
  /** The store's own time when it answered, ms. */
  readonly now: number;
}

export type Attempt =
  | { readonly written: true; readonly version: string; readonly now: number }
  /** Another was faster: this is there now. */
  | ({ readonly written: false } & Snapshot);

/**
 * Where the pace that workers share is kept: one value, a version, a time of its own, and a notice to the others. Its
 * methods reject if the store cannot be reached.
 */
export interface PaceStore {
  readonly read: () => Promise<Snapshot>;
  /**
   * Writes if the version is still this one.
   * @param tell the others are to read it at once
   */
  readonly write: (state: unknown, version: string, tell: boolean) => Promise<Attempt>;
  /** Calls the listener when another has written and told. A notice may be lost. */
  readonly onChange: (listener: () => void) => void;
}
