/** What must appear nowhere: known to the streams that write, so that no single call has to think of it. */
export interface Secrets {
  readonly add: (secret: string) => void;
  /** The text with every secret replaced. */
  readonly scrub: (text: string) => string;
}

/** Shorter ones would garble what people read, and no real one is. */
const SHORTEST = 6;
/** Tokens are replaced as they expire; the last few are enough. */
const KEPT = 20;

export function createSecrets(): Secrets {
  const known: string[] = [];
  return {
    add: (secret) => {
      if (secret.length < SHORTEST || known.includes(secret)) return;
      known.push(secret);
      if (known.length > KEPT) known.splice(1, 1);
    },
    // The longest first: one that holds another must go whole.
    scrub: (text) =>
      [...known]
        .sort((a, b) => b.length - a.length)
        .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text),
  };
}
