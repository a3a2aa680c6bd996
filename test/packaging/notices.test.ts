// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagesOf } from '../../tools/notices.ts';
import { temporaryFolder } from '../support/temp.ts';

const MIT = join(import.meta.dirname, '../../node_modules/png-js/LICENSE');

async function licenceOf(manifest: object, text: string | null): Promise<string> {
  const root = await temporaryFolder();
  const folder = join(root, 'node_modules/some');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'some', version: '1.0.0', ...manifest }));
  if (text !== null) await writeFile(join(folder, 'LICENSE'), text);
  try {
    return (await packagesOf(root, [join(folder, 'index.js')])).map(({ licence }) => licence).join();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

it('takes the licence that a package states, else the MIT licence where the package ships it whole, and refuses every other', async () => {
  const text = await readFile(MIT, 'utf8');
  const refused = expect.stringContaining('may not be passed on') as unknown;
  expect(await licenceOf({ license: 'ISC' }, text)).toBe('ISC');
  expect(await licenceOf({}, text)).toBe('MIT');
  expect(await licenceOf({}, null)).toEqual(refused);
  expect(await licenceOf({}, 'MIT License\n')).toEqual(refused);
  expect(await licenceOf({}, `${text}\nNot for commercial use.\n`)).toEqual(refused);
  expect(await licenceOf({}, text.replace('sell', 'keep'))).toEqual(refused);
  expect(await licenceOf({}, `All rights reserved.\n${text}`)).toEqual(refused);
});
