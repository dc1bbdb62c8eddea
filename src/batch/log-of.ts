import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Call } from '../cli/call.js';
import { openLog } from '../output/log.js';

/** The log that a command was asked for, closed when it ends. Without --log-file there is none. */
export function logOf({ options, cwd, io, secrets, releasers }: Call<'logFile' | 'logLevel'>): Logger {
  const log = openLog({
    file: options.logFile && resolve(cwd, options.logFile),
    level: options.logLevel,
    toStderr: false,
    secrets,
    warn: io.warn,
  });
  releasers.add(log.close);
  return log.logger;
}
