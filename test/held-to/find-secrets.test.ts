// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { buffer } from 'node:stream/consumers';
import { findSecrets } from '../support/find-secrets.ts';
import { temporaryFolder } from '../support/temp.ts';

const SECRET = 'canary-4f9a0c77d1/+with=signs';

async function zipped(content: Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(content, 'a.txt');
  zip.end();
  return buffer(zip.outputStream);
}

test.each<[string, (text: Buffer) => Buffer | Promise<Buffer>]>([
  ['plain', (text) => text],
  ['gzip', (text) => gzipSync(text)],
  ['zip', zipped],
  ['base64', (text) => Buffer.from(`<script>"${text.toString('base64')}"</script>`)],
  ['percent encoding', (text) => Buffer.from(encodeURIComponent(text.toString()))],
  ['JSON escapes', (text) => Buffer.from(JSON.stringify(text.toString()).replaceAll('/', '\\/').replaceAll('+', '\\u002b'))],
  ['gzip in base64', (text) => Buffer.from(`data:${gzipSync(text).toString('base64')}`)],
  ['percent encoding in gzip in zip', async (text) => zipped(gzipSync(Buffer.from(encodeURIComponent(text.toString()))))],
])('the search sees a secret in %s', async (_name, wrap) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file.bin'), await wrap(Buffer.from(`before ${SECRET} after, and more text so that it packs`)));
  expect((await findSecrets(folder, [SECRET, 'another-secret'])).map(({ secret }) => secret)).toContain(SECRET);
  expect((await findSecrets(folder, ['another-secret']))).toEqual([]);
});
