import type { Finding } from '../common/finding.js';
import type { Encoding } from './encoding.js';
import type { Damage } from './text.js';

/** How many damaged lines are named: a Latin-1 file of a million rows has a million of them. */
const NAMED_LINES = 100;

/** Collects the lines with damaged bytes: each a finding up to a limit, the rest as a number. */
export function damageReport(encoding: Encoding): {
  readonly add: (line: number, damage: Damage) => void;
  readonly findings: () => readonly Finding[];
} {
  const named: Finding[] = [];
  let more = 0;
  return {
    add: (line, damage) => {
      if (named.length === NAMED_LINES) more++;
      else named.push({ line, code: 'not_utf8', message: sentence(encoding, damage) });
    },
    findings: () =>
      more === 0
        ? named
        : [
            ...named,
            { code: 'not_utf8', message: `${more} more lines hold bytes that cannot be read as text` },
          ],
  };
}

function sentence(encoding: Encoding, damage: Damage): string {
  if (damage === 'nul') {
    return (
      'the line holds NUL bytes: the file is damaged, or is UTF-16 without a byte order mark. ' +
      'Save it as "CSV UTF-8"'
    );
  }
  return encoding === 'utf8'
    ? 'the line holds bytes that are no UTF-8: most likely a Windows-1252 (Latin-1) export. Save it as "CSV UTF-8"'
    : 'the line holds characters that are damaged (the file is UTF-16): export it again, best as "CSV UTF-8"';
}
