import { z } from 'zod';
import { Problem } from '../common/errors.js';
import type { StopReason } from '../common/stop.js';

const problem = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  exitStatus: z.number(),
});
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signal'), signal: z.enum(['SIGINT', 'SIGTERM', 'SIGHUP']) }),
  z.object({ kind: z.literal('canary'), serialNumber: z.string(), status: z.string() }),
  z.object({ kind: z.literal('max-failures'), failures: z.number(), finished: z.number() }),
  z.object({ kind: z.literal('until'), at: z.number() }),
  z.object({ kind: z.literal('portal-unreachable'), forMs: z.number() }),
  z.object({ kind: z.literal('access-lost'), problem }),
  z.object({ kind: z.literal('problem'), problem }),
]);

/** Why a run was stopped, for the process that tells its user. */
export function writeStop(reason: StopReason): string {
  if (!('problem' in reason)) return JSON.stringify(reason);
  const { code, message, remedy, exitStatus } = reason.problem;
  return JSON.stringify({ ...reason, problem: { code, message, remedy, exitStatus } });
}

export function readStop(text: string): StopReason {
  const read = schema.parse(JSON.parse(text));
  if (!('problem' in read)) return read;
  const { code, message, remedy, exitStatus } = read.problem;
  const told = {
    ...(remedy === undefined ? {} : { remedy }),
    exitStatus: exitStatus as Problem['exitStatus'],
  };
  return { kind: read.kind, problem: new Problem(code as Problem['code'], message, told) };
}
