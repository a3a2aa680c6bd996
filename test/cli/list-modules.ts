// SPDX-License-Identifier: Apache-2.0
// Given to a child with --import: names on standard error each module that it loads.
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';

registerHooks({
  load(url, context, nextLoad) {
    writeSync(2, `LOADED ${url}\n`);
    return nextLoad(url, context);
  },
});
