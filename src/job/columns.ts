import { BILLING_CYCLES, type BillingCycle } from '../common/billing-cycle.js';
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
        `the serial number reads "${cell}": a spreadsheet has rounded it. ` +
          'Format the column as text, enter the serial number again and export the file again',
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

/** How often a plan of the job can be billed, each with the least and the most `multiCycle`; the first is the default. */
export type Cycles = Readonly<Partial<Record<BillingCycle, readonly [least: number, most: number]>>>;

export const cyclesOf = (cycles: Cycles) => BILLING_CYCLES.filter((cycle) => cycles[cycle] !== undefined);

/** Whether the two belong together is known only when both are read: `check-lines.ts`. */
export function multiCycle(cycles: Cycles): Column {
  const allowed = sayMultiCycles(cycles);
  const [first] = cyclesOf(cycles);
  return {
    name: 'multiCycle',
    aliases: ['multi cycle', 'years'],
    meaning: `${first === 'annually' ? 'years: ' : ''}${allowed} (default ${first && cycles[first]?.[0]})`,
    check: (cell) =>
      /^\d{1,2}$/.test(cell) && cyclesOf(cycles).some((cycle) => isIn(cycles[cycle], Number(cell)))
        ? { value: String(Number(cell)) }
        : problem(
            'cycle_out_of_range',
            `"${cell.slice(0, 80)}" is not a cycle: write ${allowed}` +
              (cycles.monthly === undefined ? ', the years to be ordered' : ''),
          ),
  };
}

export const isIn = (range: readonly [number, number] | undefined, value: number): boolean =>
  range !== undefined && value >= range[0] && value <= range[1];

/** `1 to 5`, or `1 to 5 with annually, 0 with monthly`. */
export function sayMultiCycles(cycles: Cycles): string {
  const named = cyclesOf(cycles);
  return named
    .map((cycle) => {
      const [least, most] = cycles[cycle] ?? [0, 0];
      const range = least === most ? String(least) : `${least} to ${most}`;
      return named.length === 1 ? range : `${range} with ${cycle}`;
    })
    .join(', ');
}

export function billingCycle(cycles: Cycles): Column {
  const named = cyclesOf(cycles);
  return {
    name: 'billingCycle',
    aliases: ['billing cycle'],
    meaning: `how often the plan is billed: ${named.join(' or ')}${named.length > 1 ? ` (default ${named[0]})` : ''}`,
    check: (cell) => {
      const known = named.find((cycle) => cycle === cell.toLowerCase());
      return known === undefined
        ? problem(
            'cycle_out_of_range',
            `"${cell.slice(0, 80)}" is not a billing cycle of this job: write ${named.join(' or ')}`,
          )
        : { value: known };
    },
  };
}

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
