import { findRows } from './find-rows.js';
import { startTable } from './table.js';

/**
 * The page's one script: the functions as the compiler left them, called with what the page holds. They are
 * typed, formatted and tested with the rest of the program, and need no bundler.
 */
export const clientScript = (): string => `'use strict';
const read = (id) => JSON.parse(document.getElementById(id).textContent);
(${startTable.toString()})(document, read('data'), read('facts'), ${findRows.toString()}, {
  later: (work, ms) => setTimeout(work, ms),
  cancel: (timer) => clearTimeout(timer),
});
`;
