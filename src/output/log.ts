import { openSync, writeSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { Problem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';

export interface Log {
  readonly logger: Logger;
  readonly close: () => void;
}

export interface LogOptions {
  readonly file: string | undefined;
  readonly level: string;
  readonly toStderr: boolean;
  readonly secrets: Secrets;
  /** Told once if the file cannot be written any more. */
  readonly warn: (message: string) => void;
}

/** A file is written in pieces: a line is not worth a write of its own. */
const PIECE = 4_096;
const LONGEST_WAIT_MS = 1_000;

/**
 * The structured log: one JSON object a line, to a file or to stderr. Secrets are scrubbed at the stream, so
 * that no single call can let one through.
 */
export function openLog({ file, level, toStderr, secrets, warn }: LogOptions): Log {
  if (file === undefined && !toStderr) return { logger: pino({ level: 'silent' }), close: () => undefined };
  const lines = file === undefined ? stderrLines : fileLines(file, warn);
  const scrubbed = { write: (line: string) => lines.write(secrets.scrub(line)) };
  return {
    logger: pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, scrubbed),
    close: lines.close,
  };
}

/** On stderr a person reads along. */
const stderrLines = {
  write: (line: string): void => void process.stderr.write(line),
  close: (): void => undefined,
};

/**
 * pino's own destination tries again without end if its disk is full. A log that cannot be written must neither end
 * a run nor hold it up: what is lost is the log alone.
 */
function fileLines(file: string, warn: (message: string) => void) {
  let fd: number;
  try {
    fd = openSync(file, 'a', 0o600);
  } catch (error) {
    throw new Problem('log_unwritable', `The log ${file} cannot be written.`, {
      remedy: 'Check its folder, or name another file with --log-file.',
      cause: error,
    });
  }
  let waiting = '';
  let broken = false;

  const flush = (): void => {
    let rest = Buffer.from(waiting);
    waiting = '';
    try {
      while (rest.length > 0 && !broken) rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      broken = true;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      warn(`The log ${file} cannot be written any more (${code}): the run continues without it.`);
    }
  };
  const timer = setInterval(flush, LONGEST_WAIT_MS);
  timer.unref();
  return {
    write: (line: string): void => {
      if (broken) return;
      waiting += line;
      if (waiting.length >= PIECE) flush();
    },
    close: (): void => {
      clearInterval(timer);
      flush();
    },
  };
}
