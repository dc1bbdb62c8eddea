import type { ReferenceForm, SerialForm, TimeForm } from './portal-shape.js';

/** A reference as the portal gives it back. */
export function shownReference(form: ReferenceForm, reference: string): string {
  if (form === 'whole') return reference;
  if (form === 'lower') return reference.toLowerCase();
  if (form === 'padded') return `  ${reference}  `;
  return reference.slice(0, form.cutTo);
}

/** A serial number as the portal shows it; `undefined`: not at all. Masked: `3694****338`. */
export function shownSerial(form: SerialForm, serialNumber: string, productId: string): string | undefined {
  if (form === 'whole') return serialNumber;
  if (form === 'masked') return `${serialNumber.slice(0, 4)}****${serialNumber.slice(-3)}`;
  return form === 'product' ? productId : undefined;
}

const UNIT_MS = { seconds: 1000, minutes: 60_000 } as const;

/** Epoch milliseconds as the portal shows them; `undefined`: not at all. */
export function shownTime(form: TimeForm, ms: number): number | undefined {
  if (form === 'absent') return undefined;
  return form === 'whole' ? ms : Math.floor(ms / UNIT_MS[form]) * UNIT_MS[form];
}
