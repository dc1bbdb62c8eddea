import type { FindingCode } from '../common/finding.js';

/** What a column says of a cell: the value to use, or what is wrong with it. */
export type Checked =
  | { readonly value: string }
  | { readonly problem: { readonly code: FindingCode; readonly message: string } };

/** A column that a job reads. Names and aliases are compared without case, spaces, `_` and `-`. */
export interface Column {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly meaning: string;
  /** Judges a trimmed, non-empty cell. */
  readonly check: (cell: string) => Checked;
}

const SPREADSHEET_NUMBER = /^\d+([.,]\d+)?E\+\d+$/i;

const asWritten = (cell: string): Checked => ({ value: cell });
const problem = (code: FindingCode, message: string): Checked => ({ problem: { code, message } });

/** The PBX's serial number: letters and digits (tutorial: `369471667338`, `3631E3418911`). */
export const serialNumber: Column = {
  name: 'sn',
  aliases: [
    'serial number',
    'serial',
    's/n',
    'pbx sn',
    'pbx serial number',
    'pbx serial number (sn)',
    'product no',
  ],
  meaning: "the PBX's serial number: letters and digits",
  check: (cell) => {
    if (SPREADSHEET_NUMBER.test(cell)) {
      return problem(
        'malformed_serial_number',
        `the serial number reads "${cell}": a spreadsheet made a rounded number of it. ` +
          'Format the column as text, enter the serial number again and export once more',
      );
    }
    if (!/^[A-Za-z0-9]{1,64}$/.test(cell)) {
      return problem(
        'malformed_serial_number',
        `"${cell.slice(0, 80)}" is not a serial number: only letters and digits are allowed`,
      );
    }
    return { value: cell };
  },
};

export const plan: Column = {
  name: 'plan',
  aliases: ['plan name', 'target plan'],
  meaning: "the target plan's name: case and runs of spaces do not matter",
  check: asWritten,
};

export const planId: Column = {
  name: 'planId',
  aliases: [],
  meaning: "the target plan's id, instead of a name",
  check: (cell) =>
    /^\d{1,19}$/.test(cell)
      ? { value: cell }
      : problem('unknown_plan', `"${cell.slice(0, 80)}" is not a plan id: it is a whole number`),
};

export const multiCycle: Column = {
  name: 'multiCycle',
  aliases: ['multi cycle', 'years'],
  meaning: 'years: 1 to 5 (default 1)',
  check: (cell) =>
    /^[1-5]$/.test(cell)
      ? { value: cell }
      : problem(
          'cycle_out_of_range',
          `"${cell.slice(0, 80)}" is not a cycle: write 1 to 5, the years to be ordered`,
        ),
};

export const billingContact: Column = {
  name: 'billingContact',
  aliases: ['billing contact', 'billing'],
  meaning: "the billing contact's id, e-mail or name (default: --billing-contact)",
  check: asWritten,
};

/** Longest purchase-order number sent. The portal's own limit is not documented: an assumption. */
const PO_NUMBER_LENGTH = 64;

export const poNumber: Column = {
  name: 'poNumber',
  aliases: ['po number', 'po'],
  meaning: "the user's own purchase-order number, sent in place of the reference",
  check: (cell) =>
    cell.length <= PO_NUMBER_LENGTH
      ? { value: cell }
      : problem('malformed_value', `the purchase-order number is longer than ${PO_NUMBER_LENGTH} characters`),
};
