import { z } from 'zod';
import { plainText } from '../common/plain-text.js';
import { fromJson, optionalInteger, optionalText } from './json.js';

/** Every answer is an envelope (developer guide); only the fields used are named. */
const envelopeSchema = z.object({
  code: z.string().min(1).transform(plainText),
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

/**
 * The envelope in a body; `undefined` for a body that is cut off or somebody else's. Its words are whole, so that
 * secrets in them can be recognised: `toKeep` cuts them.
 */
export function readEnvelope(body: string): Envelope | undefined {
  const parsed = envelopeSchema.safeParse(fromJson(body));
  if (!parsed.success) return undefined;
  const { code, detailMessage, requestId, status, result } = parsed.data;
  return {
    code,
    success: code.toLowerCase() === 'success',
    ...(detailMessage === undefined ? {} : { detailMessage }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(status === undefined ? {} : { status }),
    result,
  };
}
