import { EXIT, Problem } from '../common/errors.js';
import type { Emit } from './events.js';

/** That pending orders cannot be asked about now does not keep others from being placed. */
export const tolerate =
  (emit: Emit, fail: (error: unknown) => void) =>
  (error: unknown): void => {
    const passes =
      error instanceof Problem && (error.exitStatus === EXIT.stoppedEarly || error.code === 'foreign_answer');
    if (passes) emit({ type: 'warning', message: `Pending orders were not asked about: ${error.message}` });
    else fail(error);
  };
