/** The portal's envelope as text; `result` may be raw JSON text, so that a number is written digit for digit. */
export function success(result: unknown, more: Record<string, unknown> = {}): string {
  return withResult(
    { code: 'success', detailMessage: 'Success.', requestId: 'req-1', status: 200, ...more },
    result,
  );
}

export function refusal(status: number, code: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    code,
    detailMessage: `said no: ${code}`,
    requestId: 'req-2',
    status,
    result: {},
    ...more,
  });
}

/** JSON text to be put into a result as it stands. */
export const raw = (json: string): { readonly raw: string } => ({ raw: json });

function withResult(envelope: Record<string, unknown>, result: unknown): string {
  const text =
    typeof result === 'object' && result !== null && 'raw' in result
      ? String(result.raw)
      : JSON.stringify(result);
  return `${JSON.stringify(envelope).slice(0, -1)},"result":${text}}`;
}
