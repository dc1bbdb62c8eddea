import { stringify } from 'csv-stringify/sync';
import { defuseHidden } from '../input/cell.js';
import type { Dialect } from '../input/input-file.js';

/** Makes the text of records that end in the same cells, in a file's dialect. */
export type CsvText = (records: readonly (readonly string[])[], end: readonly string[]) => string;

export function csvText(dialect: Dialect): CsvText {
  const { delimiter, newline } = dialect;
  const options = {
    delimiter,
    // With a delimiter of its own the library would leave other line breaks in a cell unquoted.
    quote_record_delimiter: true,
    // A value that a spreadsheet would run gets a quote in front; reading a results file takes it off again.
    escape_formulas: true,
  };
  const defused = (record: readonly string[]): string[] => record.map(defuseHidden);
  return (records, end) => {
    // Written once, as what ends each record: a third of the time if a million rows were not sent.
    const ending = delimiter + stringify([defused(end)], { ...options, record_delimiter: newline });
    return stringify(records.map(defused), { ...options, record_delimiter: ending });
  };
}
