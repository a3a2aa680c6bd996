// SPDX-License-Identifier: Apache-2.0
// Run in a process of its own: imports the files that it is given and prints, as JSON, every module that this loaded.
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    loaded.add(url);
    return nextLoad(url, context);
  },
});
for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);
process.stdout.write(JSON.stringify([...loaded]));
