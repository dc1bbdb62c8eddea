import { createInterface } from 'node:readline/promises';
import type { Secrets } from './secrets.js';

/** The program's way to the person: stdout is for the summary alone, everything else goes to stderr. */
export interface Io {
  /** True when a person can watch and be asked: stderr and stdin are a terminal. */
  readonly interactive: boolean;
  /** Columns of the terminal, where there is one. */
  readonly say: (text: string) => void;
  readonly print: (text: string) => void;
  /** A yes-or-no question; no is the default. */
  readonly ask: (question: string) => Promise<boolean>;
}

export function createIo(secrets: Secrets): Io {
  return {
    interactive: process.stderr.isTTY === true && process.stdin.isTTY === true,
    say: (text) => void process.stderr.write(`${secrets.scrub(text)}\n`),
    print: (text) => void process.stdout.write(`${secrets.scrub(text)}\n`),
    ask: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } finally {
        prompt.close();
      }
    },
  };
}
