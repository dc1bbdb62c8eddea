#!/usr/bin/env -S node --max-old-space-size=1024 --max-semi-space-size=16 --
import { refusalOf } from './node-version.js';

/**
 * Everything else is loaded after the version of Node is checked: an older one crashes while it loads the ledger's
 * binary. So this file imports nothing that imports more, and its syntax is one that old Nodes can read.
 */
const refusal = refusalOf(process.versions.node);
if (refusal === undefined) {
  // A tenth of a short run is compiling, so it is kept beside the program: whoever may write there may write the program.
  process.getBuiltinModule('node:module').enableCompileCache(`${import.meta.dirname}/../cache`);
  import('./cli.js');
} else {
  process.stderr.write(`${refusal}\n`);
  // As EXIT.nothingSent.
  process.exitCode = 2;
}
