/**
 * IDs are strings with their own types. The portal's are 64-bit integers: a JavaScript `number` would round
 * them, so none of these is ever converted to one.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A PBX's serial number as the user wrote it: letters and digits. */
export type SerialNumber = Branded<'SerialNumber'>;
/** A serial number in upper case: what identifies a row in its batch, so that case cannot order twice. */
export type SerialKey = Branded<'SerialKey'>;
export type PlanId = Branded<'PlanId'>;
export type BillingContactId = Branded<'BillingContactId'>;
export type OrderNo = Branded<'OrderNo'>;
export type BatchId = Branded<'BatchId'>;
/** What travels in `poNumber`: derived from batch and serial number, or the user's own number. */
export type Reference = Branded<'Reference'>;

export const serialKey = (serialNumber: string): SerialKey => serialNumber.toUpperCase() as SerialKey;

/** How references are compared: a portal may change the case of what it was given, or pad it (assumption). */
export const referenceKey = (reference: string): string => reference.trim().toUpperCase();
