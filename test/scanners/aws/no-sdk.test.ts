// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The modules that a fresh process loads for some code, as URLs. */
function modulesLoadedBy(code: string): readonly string[] {
  const watch = "import { registerHooks } from 'node:module'; const seen = []; registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } }); process.on('exit', () => console.log(JSON.stringify(seen)));";
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', `${watch} ${code}`], { cwd: fileURLToPath(new URL('../../../', import.meta.url)), encoding: 'utf8' });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '[]') as readonly string[];
}
const sdk = (url: string): boolean => /node_modules\/(@aws-sdk|@smithy)\//.test(url);

test('the provider, with its sources, join and permissions, loads no SDK; its client does', () => {
  const loaded = modulesLoadedBy("const { PROVIDERS } = await import('./scanners/index.ts'); PROVIDERS[0].permissions('deep'); PROVIDERS[0].targetSchema.safeParse({});");
  expect(loaded.some((url) => url.endsWith('/scanners/aws/join.ts'))).toBe(true);
  expect(loaded.filter(sdk)).toEqual([]);
  const client = "process.env.AWS_ACCESS_KEY_ID = 'x'; process.env.AWS_SECRET_ACCESS_KEY = 'y'; const { PROVIDERS } = await import('./scanners/index.ts'); await PROVIDERS[0].connect({ name: 't', provider: 'aws', auth: { endpoint: 'http://127.0.0.1:9' }, scope: {} }, { userAgent: 'rollcall/0' }).catch(() => undefined);";
  expect(modulesLoadedBy(client).some(sdk)).toBe(true);
});
