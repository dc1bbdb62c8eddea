import pino from 'pino';
import type { Call } from '../cli/call.js';
import type { Job } from '../job/define.js';
import { findJob } from '../job/load.js';
import { type Connection, connect } from './connect.js';

/** The options of commands that only ask the portal. */
export type AskOption =
  | 'job'
  | 'envFile'
  | 'timeout'
  | 'rate'
  | 'quiet'
  | 'json'
  | 'sandbox'
  | 'fault'
  | 'portal';

/** A connection for a command that asks and keeps nothing; with --sandbox to one that has the samples' PBXs. */
export async function askPortal(
  call: Call<AskOption>,
): Promise<{ readonly connection: Connection; readonly job: Job }> {
  const { options, cwd } = call;
  const job = await findJob(options.job, cwd);
  const connection = await connect({
    ...call,
    options: { ...options, giveUpAfter: options.timeout },
    logger: pino({ enabled: false }),
    emit: () => undefined,
  });
  return { connection, job };
}
