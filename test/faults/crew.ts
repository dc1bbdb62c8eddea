import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { type DatabaseLink, linkTo } from './database-link.js';
import { createParty, type Ended, type Party, type Running } from './party.js';

/** A machine of the team: a process on it, and its own ways to the portal and to the database. */
export interface Member {
  readonly name: string;
  readonly party: Party;
  readonly link: DatabaseLink;
  /** Starts a process on it; the first one that gets there is killed at the member's point, if it has one. */
  readonly start: (args: readonly string[]) => Running;
  /** What runs on it; undefined: nothing. */
  readonly running: () => Running | undefined;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly close: () => Promise<void>;
}

export async function createMember(
  name: string,
  folder: string,
  sandbox: Sandbox,
  database: string,
  wrong: (text: string) => void,
  onEnd: (ended: Ended) => void,
  killAt: string,
): Promise<Member> {
  const link = await linkTo(database);
  const party = await createParty(name, folder, sandbox, wrong, { BATCH_LEDGER: link.url });
  let running: Running | undefined;
  let next = killAt;
  return {
    name,
    party,
    link,
    running: () => running,
    start: (args) => {
      const started = party.start(args, { killAt: next });
      running = started;
      const over = started.ended.then(
        (ended) => {
          if (running === started) running = undefined;
          if (ended.status === -1) next = '';
          onEnd(ended);
        },
        (error: Error) => wrong(error.message),
      );
      void over;
      return started;
    },
    signal: (signal) => running?.child.kill(signal),
    close: async () => {
      link.close();
      await party.close();
    },
  };
}
