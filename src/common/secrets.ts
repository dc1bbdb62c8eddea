/** What must appear nowhere: known to the streams that write, so that no single call has to think of it. */
export interface Secrets {
  readonly add: (secret: string) => void;
  /** One of many to come. */
  readonly addToken: (token: string) => void;
  /** The text with every secret replaced. */
  readonly scrub: (text: string) => string;
}

/** Shorter ones would garble what people read, and no real one is. */
const SHORTEST = 6;
/** Tokens are replaced as they expire; the last few are enough. */
const KEPT = 20;

/** As it stands, and as it travels: what a portal repeats of a request is what was sent. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ '': secret }).toString().slice(1),
  Buffer.from(secret).toString('base64'),
];

export function createSecrets(): Secrets {
  const lasting = new Set<string>();
  const tokens = new Set<string>();
  return {
    add: (secret) => {
      if (secret.length >= SHORTEST) for (const form of formsOf(secret)) lasting.add(form);
    },
    addToken: (token) => {
      if (token.length < SHORTEST) return;
      tokens.add(token);
      const [oldest] = tokens;
      if (tokens.size > KEPT && oldest !== undefined) tokens.delete(oldest);
    },
    // The longest first: one that holds another must go whole.
    scrub: (text) =>
      [...lasting, ...tokens]
        .sort((a, b) => b.length - a.length)
        .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text),
  };
}
