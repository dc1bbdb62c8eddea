import { stringify } from 'lossless-json';

/** An answer before it is sent: faults may still replace or spoil it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let lastRequest = 0;
/** A process's own prefix, so that two runs of the sandbox do not share request ids. */
const prefix = Math.trunc(Date.now() / 1000).toString(16);
const requestId = (): string => `${prefix}-${(++lastRequest).toString(16).padStart(10, '0')}`;

/** Exact numbers stay bare numbers, digit for digit. */
const jsonText = (value: unknown): string => stringify(value) ?? '';

/** The envelope of a success (developer guide). */
export const success = (result: unknown): Answer => ({
  status: 200,
  body: jsonText({
    code: 'success',
    detailMessage: 'success',
    requestId: requestId(),
    result,
    status: 200,
  }),
});

/** The envelope of a refusal (developer guide; which code goes with which status is an assumption). */
export const refusal = (
  status: number,
  code: string,
  detailMessage: string,
  result: unknown = null,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  body: JSON.stringify({ code, detailMessage, requestId: requestId(), result, status }),
  headers,
});

/** `parameter_validation_failed` with the field and the broken rule (developer guide). */
export const invalidField = (field: string, tag: string): Answer =>
  refusal(400, 'parameter_validation_failed', `${field}: ${tag}`, { field, tag });

/** What a proxy or a login page answers in the portal's place (assumption). */
export const htmlPage = (status: number, title: string): Answer => ({
  status,
  body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  contentType: 'text/html; charset=utf-8',
});
