import type { Clock } from '../common/clock.js';
import type { Releasers } from '../common/releasers.js';
import type { Secrets } from '../common/secrets.js';
import type { Stop } from '../common/stop.js';
import type { Io } from '../output/io.js';
import type { CommandLine } from './command-line.js';
import type { Environment } from './environment.js';
import type { OptionName, Options } from './options.js';
import type { Given } from './resolve-options.js';

/** What a command is called with: what the user typed, and what it means. */
export interface Call<N extends OptionName = never> {
  /** The file or the batch that the command is about; empty if none was named. */
  readonly subject: string;
  /** The further words after it. */
  readonly further: readonly string[];
  /** What the command's options mean, with every default applied. */
  readonly options: Pick<Options, N>;
  /** The options as they were typed. */
  readonly given: Given;
  readonly environment: Environment;
  /** Where the user typed the command; paths are relative to it. */
  readonly cwd: string;
  /** Writes a command about the same thing, for the user to type next. */
  readonly commandLine: CommandLine;
  readonly io: Io;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
  /**
   * To be called when something is under way that has to be waited for: before, a signal ends the program at once.
   * @param force lets go of all connections, when the user does not want to wait
   */
  readonly onSending: (force: () => void) => void;
}

/** How a command ended. The root prints it: with --json as one object on stdout, else as text. */
export interface Ending {
  readonly exitCode: number;
  /** For scripts; the exit status is added. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For people, on stdout. */
  readonly text?: string;
  /** What is left to do once the user has been told, such as a message to a chat. */
  readonly after?: () => Promise<void>;
}
