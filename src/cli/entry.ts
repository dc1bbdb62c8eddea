#!/usr/bin/env -S node --max-old-space-size=1024 --
import { refusalOf } from './node-version.js';

/**
 * Everything else is loaded after the version of Node is checked: an older one crashes while it loads the ledger's
 * binary. So this file imports nothing that imports more, and its syntax is one that old Nodes can read.
 */
const refusal = refusalOf(process.versions.node);
if (refusal === undefined) {
  import('./cli.js');
} else {
  process.stderr.write(`${refusal}\n`);
  // As EXIT.nothingSent.
  process.exitCode = 2;
}
