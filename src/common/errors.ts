/** The exit statuses of the program; people's scripts depend on them. */
export const EXIT = {
  ok: 0,
  someFailed: 1,
  nothingSent: 2,
  stoppedEarly: 3,
  someInDoubt: 4,
  ledgerHeld: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export interface ProblemDetails {
  /** What to do next, as a sentence. */
  readonly remedy?: string;
  readonly exitStatus?: ExitStatus;
  readonly cause?: unknown;
}

/**
 * Something that a person can cause or meet: said without a stack trace, with its remedy.
 * Everything else that is thrown is a defect of this program and keeps its stack.
 */
export class Problem extends Error {
  readonly remedy: string | undefined;
  readonly exitStatus: ExitStatus;

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
  }
}
