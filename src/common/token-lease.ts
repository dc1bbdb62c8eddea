/** Where the token that several workers share is kept. It holds nothing that can be read without the client's secret. */
export interface TokenLease {
  readonly read: () => Promise<{
    readonly sealed: string | undefined;
    /** Grows with each token. */
    readonly generation: number;
    /** Nobody is asking the portal for another one. */
    readonly free: boolean;
  }>;
  /** Takes it on to ask the portal for the token after this one; false: another worker does. */
  readonly lease: (generation: number) => Promise<boolean>;
  readonly write: (sealed: string) => Promise<void>;
  readonly giveUp: () => Promise<void>;
}
