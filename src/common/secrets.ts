/** What must appear nowhere: known to the streams that write, so that no single call has to think of it. */
export interface Secrets {
  readonly add: (secret: string) => void;
  /** One of many to come. */
  readonly addToken: (token: string) => void;
  /** The text with every secret replaced, and every beginning of a token: a portal may cut what it repeats. */
  readonly scrub: (text: string) => string;
}

const MARK = '[secret]';
/** Shorter ones would garble what people read, and no real one is. */
const SHORTEST = 6;
/** So much of a token's beginning is taken for the token. */
const BEGINNING = 24;
/** Tokens are replaced as they expire; the last few are enough. */
const KEPT = 20;

/** As it stands, and as it travels: what a portal repeats of a request is what was sent. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ '': secret }).toString().slice(1),
  Buffer.from(secret).toString('base64'),
  JSON.stringify(secret).slice(1, -1),
];

export function createSecrets(): Secrets {
  const lasting = new Set<string>();
  const tokens = new Set<string>();
  /** All forms of all secrets, the longest first: one that holds another must go whole. */
  let forms: readonly string[] = [];
  let beginnings: readonly string[] = [];

  const gather = (): void => {
    const longestFirst = (a: string, b: string): number => b.length - a.length;
    const ofTokens = new Set([...tokens].flatMap(formsOf));
    forms = [...new Set([...lasting, ...ofTokens])].sort(longestFirst);
    beginnings = [...ofTokens].filter(({ length }) => length > BEGINNING).sort(longestFirst);
  };

  return {
    add: (secret) => {
      if (secret.length < SHORTEST) return;
      for (const form of formsOf(secret)) lasting.add(form);
      gather();
    },
    addToken: (token) => {
      if (token.length < SHORTEST) return;
      tokens.add(token);
      const [oldest] = tokens;
      if (tokens.size > KEPT && oldest !== undefined) tokens.delete(oldest);
      gather();
    },
    scrub: (text) => {
      const whole = forms.reduce((clean, secret) => clean.replaceAll(secret, MARK), text);
      return beginnings.reduce(withoutBeginning, whole);
    },
  };
}

/** Replaces as much of the secret as stands there from its beginning on. */
function withoutBeginning(text: string, secret: string): string {
  const beginning = secret.slice(0, BEGINNING);
  let clean = text;
  for (let at = clean.indexOf(beginning); at >= 0; at = clean.indexOf(beginning, at + MARK.length)) {
    let end = at + BEGINNING;
    while (end < clean.length && clean[end] === secret[end - at]) end++;
    clean = `${clean.slice(0, at)}${MARK}${clean.slice(end)}`;
  }
  return clean;
}
