/** Something wrong with the input that a person has to see; any finding keeps the batch from being sent. */
export interface Finding {
  /** The line of the file (the first is 1); absent for what concerns the file as a whole. */
  readonly line?: number;
  readonly code: FindingCode;
  /** A sentence for a person: what is wrong and what to do next, without the line. */
  readonly message: string;
}

/** A finding that many rows may share: it is said once. */
export interface SharedFinding {
  readonly finding: Finding;
  /** How many rows share it. */
  readonly rows: number;
  /** The first and the last of their lines; 0 for what concerns the file as a whole. */
  readonly first: number;
  readonly last: number;
}

/** What is wrong with a file. */
export interface FoundInFile {
  readonly count: number;
  /** For scripts: the first thousand, by their lines. */
  readonly list: readonly Finding[];
  /** For people: the first some thousand, by the first of their lines. */
  readonly shared: readonly SharedFinding[];
}

export type FindingCode =
  | 'empty_file'
  | 'missing_column'
  | 'duplicate_column'
  | 'not_a_csv'
  | 'not_utf8'
  | 'damaged_text'
  | 'malformed_csv'
  | 'repeated_header'
  | 'too_many_fields'
  | 'missing_value'
  | 'malformed_serial_number'
  | 'duplicate_serial_number'
  | 'unknown_plan'
  | 'ambiguous_plan'
  | 'unknown_billing_contact'
  | 'ambiguous_billing_contact'
  | 'missing_billing_contact'
  | 'cycle_out_of_range'
  | 'malformed_value'
  | 'plan_changed'
  | 'terms_changed'
  | 'ordered_in_another_batch'
  | 'order_needs_a_person'
  | 'recently_ordered'
  | 'recent_orders_unclear'
  | 'unknown_serial_number'
  | 'switch_under_way';
