import type { Finding } from '../common/finding.js';

const SAVE_AS =
  'In Excel choose File > Save As > "CSV UTF-8", in LibreOffice File > Save As > "Text CSV" with the ' +
  'character set UTF-8. Format the column of serial numbers as text first';

const EXPORT_AGAIN = 'Export the list again as CSV, or open it in a spreadsheet. ';

/** What a file is that is not a CSV whatever its name says, as a finding; undefined for what may be a CSV. */
export function foreignFormat(head: Buffer): Finding | undefined {
  const is = (what: string, advice: string): Finding => ({
    code: 'not_a_csv',
    message: `the file is ${what}, not a CSV. ${advice}`,
  });
  const start = head.subarray(0, 4096).toString('latin1');
  if (start.startsWith('PK\x03\x04')) {
    // The names of what is in it stand unpacked.
    if (head.includes('xl/')) return is('an Excel workbook (.xlsx)', SAVE_AS);
    return start.includes('opendocument')
      ? is('a LibreOffice workbook (.ods)', SAVE_AS)
      : is('a ZIP archive or a workbook', `If it is an archive, unpack it first. ${SAVE_AS}`);
  }
  if (start.startsWith('\xd0\xcf\x11\xe0')) return is('an old Excel workbook (.xls)', SAVE_AS);
  if (start.startsWith('%PDF')) return is('a PDF', EXPORT_AGAIN + SAVE_AS);
  if (start.startsWith('\x1f\x8b')) return is('compressed (gzip)', 'Unpack it first');
  // Also behind a byte order mark, in UTF-16 too.
  const text = start.replaceAll('\0', '').replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*/, '');
  if (/^<(?:!doctype html|html|head|body|table|meta|!--)/i.test(text)) {
    return is(
      'a web page (HTML)',
      `It may be a login page that was saved in place of the list. ${EXPORT_AGAIN}${SAVE_AS}`,
    );
  }
  if (/^<\?xml/i.test(text)) return is('an XML file', EXPORT_AGAIN + SAVE_AS);
  return undefined;
}

/** The encoding of a file in UTF-16 without a byte order mark: Latin text then has a zero in every second byte. */
export function unmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  let even = 0;
  let odd = 0;
  const length = Math.min(head.length, 1024);
  for (let i = 0; i < length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  if (length < 4 || Math.max(even, odd) <= length / 4 || Math.min(even, odd) >= length / 16) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}
