import { z } from 'zod';
import { fromJson, optionalInteger, optionalText } from './json.js';

/** Every answer is an envelope (developer guide); only the fields used are named. */
const envelopeSchema = z.object({
  code: z.string().min(1),
  detailMessage: optionalText,
  requestId: optionalText,
  status: optionalInteger,
  result: z.unknown().optional(),
});

export interface Envelope {
  readonly code: string;
  readonly success: boolean;
  readonly detailMessage?: string;
  readonly requestId?: string;
  readonly status?: number;
  readonly result: unknown;
}

/** The envelope in a body; `undefined` for a body that is cut off or somebody else's. */
export function readEnvelope(body: string): Envelope | undefined {
  const parsed = envelopeSchema.safeParse(fromJson(body));
  if (!parsed.success) return undefined;
  const { code, detailMessage, requestId, status, result } = parsed.data;
  return {
    code: code.slice(0, 200),
    success: code.toLowerCase() === 'success',
    ...(detailMessage === undefined ? {} : { detailMessage: detailMessage.slice(0, 1000) }),
    ...(requestId === undefined ? {} : { requestId: requestId.slice(0, 200) }),
    ...(status === undefined ? {} : { status }),
    result,
  };
}
