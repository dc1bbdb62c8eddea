import { createInterface } from 'node:readline/promises';
import { plainText } from '../common/plain-text.js';
import type { Secrets } from '../common/secrets.js';
import { fitText, readableWidth } from './fit.js';

/** The program's way to the person: stdout is for the summary alone, everything else goes to stderr. */
export interface Io {
  /** True when a person can watch and be asked: stderr and stdin are a terminal. */
  readonly interactive: boolean;
  /** Columns of the terminal, at most 100; 80 if they are not known. */
  readonly columns: () => number;
  /** What a person has to know: problems, findings. */
  readonly say: (text: string) => void;
  /** The same, of something that does not keep the command from going on. */
  readonly warn: (text: string) => void;
  /** What a person who watches wants to know: nothing with --quiet. */
  readonly note: (text: string) => void;
  /** On stdout. @param whole lines that are not broken, such as commands to copy */
  readonly print: (text: string, whole?: readonly string[]) => void;
  /** One line below all that is said, drawn anew each time; `undefined` takes it away. */
  readonly live: (text: string | undefined) => void;
  /** A yes-or-no question; no is the default, also for Ctrl-D. Ctrl-C is the signal that it always is. */
  readonly ask: (question: string) => Promise<boolean>;
  /** Resolves when all that was said and printed is with whoever reads it. */
  readonly flushed: () => Promise<void>;
}

const TO_START_AND_CLEAR = '\r\u001b[K';

/** @param quiet whether only what a person has to know goes to stderr */
export function createIo(secrets: Secrets, quiet: () => boolean): Io {
  // A closed pipe or a full disk behind stdout must not end a run with orders in flight, nor change its exit status:
  // the ledger and the results tell all that is lost here.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let live = '';
  const columns = (): number => readableWidth(process.stderr.columns);
  /** Lines scroll by above the live one. */
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (live !== '') process.stderr.write(TO_START_AND_CLEAR);
    stream.write(`${secrets.scrub(text)}\n`);
    if (live !== '') process.stderr.write(live);
  };
  // What is said may quote a file's name or a cell of it. A pipe gets each line as it is.
  const say = (text: string): void => {
    const plain = text.split('\n').map(plainText).join('\n');
    write(process.stderr, process.stderr.isTTY ? fitText(plain, columns()) : plain);
  };
  return {
    interactive: process.stderr.isTTY === true && process.stdin.isTTY === true,
    columns,
    say,
    warn: (text) => say(`Warning: ${text}`),
    note: (text) => {
      if (!quiet()) say(text);
    },
    print: (text, whole) =>
      write(
        process.stdout,
        process.stdout.isTTY ? fitText(text, readableWidth(process.stdout.columns), new Set(whole)) : text,
      ),
    live: (text) => {
      if (quiet() || (live === '' && text === undefined)) return;
      // A line as wide as the terminal would wrap.
      live = secrets.scrub(text ?? '').slice(0, (process.stderr.columns || 80) - 1);
      process.stderr.write(`${TO_START_AND_CLEAR}${live}`);
    },
    ask: async (question) => {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } catch (error) {
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
        process.stderr.write('\n');
        if (!error.message.includes('Ctrl+C')) return false;
        process.kill(process.pid, 'SIGINT');
        return await new Promise<never>(() => undefined);
      } finally {
        prompt.close();
      }
    },
    flushed: async () => {
      await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
    },
  };
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((done) => {
    if (stream.writableLength === 0) done();
    else stream.write('', () => done());
  });
