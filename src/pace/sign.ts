/** What the end of a request says of the portal as a whole. */
export type Sign =
  /** The portal took it, whatever it answered. */
  | { readonly kind: 'accepted' }
  /** "Slower" (429). */
  | { readonly kind: 'slower'; readonly retryAfterMs?: number | undefined }
  /** "Slower", or out of order (503): only what comes after it tells which of the two. */
  | { readonly kind: 'overloaded'; readonly retryAfterMs?: number | undefined; readonly why: string }
  /** No answer, or one that proves nothing. */
  | { readonly kind: 'lost'; readonly retryAfterMs?: number | undefined; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It never left, or says nothing of the portal. */
  | { readonly kind: 'unsent' };

/** One request that may leave. Each ends with exactly one `ended`. */
export interface Departure {
  /** Its first byte leaves now. False: its moment has passed, and it must not leave. */
  readonly leaves: () => boolean;
  readonly ended: (sign: Sign) => void;
}
