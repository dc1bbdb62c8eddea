import { openSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { Problem } from '../common/errors.js';
import type { Secrets } from '../common/secrets.js';

export interface Log {
  readonly logger: Logger;
  readonly close: () => void;
}

/**
 * The structured log: one JSON object a line, to a file or to stderr. Secrets are scrubbed at the stream, so
 * that no single call can let one through.
 */
export function openLog(file: string | undefined, level: string, toStderr: boolean, secrets: Secrets): Log {
  if (file === undefined && !toStderr) return { logger: pino({ level: 'silent' }), close: () => undefined };
  let destination: ReturnType<typeof pino.destination>;
  try {
    // A file is written in pieces; on stderr a person reads along. The file is opened here, because the stream
    // would report a bad path only later, and could not be flushed before it has opened its own.
    destination = pino.destination(
      file === undefined
        ? { dest: 2, sync: true }
        : { dest: openSync(file, 'a', 0o600), sync: false, minLength: 4096 },
    );
  } catch (error) {
    throw new Problem('log_unwritable', `The log ${file} cannot be written.`, {
      remedy: 'Check its folder, or name another file with --log-file.',
      cause: error,
    });
  }
  const flush = setInterval(() => destination.flush(), 1000);
  flush.unref();
  const scrubbed = { write: (line: string) => void destination.write(secrets.scrub(line)) };
  return {
    logger: pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, scrubbed),
    close: () => {
      clearInterval(flush);
      try {
        destination.flushSync();
      } catch {
        // A log that cannot be flushed (its disk is full) must not hide what the run has to say.
      }
    },
  };
}
