import type { FoundInFile } from './finding.js';

/** The exit statuses of the program; people's scripts depend on them. */
export const EXIT = {
  ok: 0,
  someFailed: 1,
  nothingSent: 2,
  stoppedEarly: 3,
  someInDoubt: 4,
  ledgerHeld: 5,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Signals that stop a run in good order, and how it exits then. */
export const SIGNAL_EXIT = {
  SIGHUP: EXIT.hungUp,
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
} as const;
export type StopSignal = keyof typeof SIGNAL_EXIT;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export interface ProblemDetails {
  /** What to do next, as a sentence. */
  readonly remedy?: string;
  readonly exitStatus?: ExitStatus;
  readonly cause?: unknown;
  /** What is wrong with the file, if that is what this is about. */
  readonly findings?: FoundInFile;
}

/**
 * Something that a person can cause or meet: said without a stack trace, with its remedy.
 * Everything else that is thrown is a defect of this program and keeps its stack.
 */
export class Problem extends Error {
  readonly remedy: string | undefined;
  readonly exitStatus: ExitStatus;
  /** What is wrong with the file that this was met with. */
  readonly findings: FoundInFile | undefined;

  constructor(
    /** A stable name, such as `ledger_read_only`. */
    readonly code: string,
    message: string,
    details: ProblemDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Problem';
    this.remedy = details.remedy;
    this.exitStatus = details.exitStatus ?? EXIT.nothingSent;
    this.findings = details.findings;
  }

  /** The same problem, met with a file in which these were found. */
  withFindings(findings: FoundInFile): Problem {
    const { code, message, remedy, exitStatus, cause } = this;
    return new Problem(code, message, {
      ...(remedy === undefined ? {} : { remedy }),
      exitStatus,
      cause,
      findings,
    });
  }
}

/** What a person is told of an error: a problem as it is, a defect of this program in one sentence. */
export const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem('defect', 'The program failed because of a bug.');

/** What is wrong and what to do next. */
export const sayProblem = ({
  message,
  remedy,
}: {
  readonly message: string;
  readonly remedy?: string | undefined;
}): string => (remedy === undefined ? message : `${message} ${remedy}`);
