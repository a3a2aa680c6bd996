// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What Node.js itself, without the tests' own loader, makes of a module. */
async function loaded(file: string): Promise<string> {
  const script = `import { registerHooks } from 'node:module'; const seen = new Set(); registerHooks({ load: (url, context, next) => { const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]; if (name !== undefined) seen.add(name); return next(url, context); } }); await import(${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, '../../..', file)).href)}); console.log([...seen].join(' '));`;
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])).stdout;
}

it('the provider loads no SDK; its client loads under Node.js, and the SDK only when it logs in', async () => {
  expect(await loaded('scanners/kubernetes/index.ts')).not.toMatch(/kubernetes|protobuf/);
  expect(await loaded('scanners/kubernetes/client.ts')).not.toMatch(/@kubernetes/);
});
