// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

export interface Sighting { readonly secret: string; readonly file: string; readonly form: string }

// Deep enough for a gzip'd page inside base64 inside HTML; more would only go round in circles.
const DEEPEST = 4;

/** Every place below a folder where one of the secrets stands: in a name, in bytes, inside gzip, zip, base64, percent encoding and JSON escapes, nested. */
export async function findSecrets(folder: string, secrets: readonly string[]): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    for (const secret of secrets) if (entry.name.includes(secret)) sightings.push({ secret, file, form: 'name' });
    if (entry.isFile()) sightings.push(...searchBytes(await readFile(file), secrets, file));
  }
  return sightings;
}

/** The same in one piece of bytes, such as what a command printed. */
export function searchBytes(bytes: Buffer, secrets: readonly string[], file: string): readonly Sighting[] {
  const sightings: Sighting[] = [];
  const seen = new Set<string>();
  function look(content: Buffer, form: string, depth: number): void {
    const text = content.toString('latin1');
    for (const secret of secrets) {
      if (text.includes(secret) && !seen.has(`${secret} ${form}`)) {
        seen.add(`${secret} ${form}`);
        sightings.push({ secret, file, form });
      }
    }
    if (depth >= DEEPEST) return;
    for (const [name, inner] of unpack(content, text, depth)) look(inner, `${form} > ${name}`, depth + 1);
  }
  look(bytes, 'bytes', 0);
  return sightings;
}

function* unpack(content: Buffer, text: string, depth: number): Generator<readonly [string, Buffer]> {
  if (content[0] === 0x1f && content[1] === 0x8b) {
    // A file that opens like gzip must be whole; bytes that some other decoding left may only look like it.
    const unzipped = depth === 0 ? gunzipSync(content) : inflated(() => gunzipSync(content));
    if (unzipped !== null) yield ['gzip', unzipped];
  }
  for (let at = content.indexOf('PK\u0003\u0004', 0, 'latin1'); at >= 0; at = content.indexOf('PK\u0003\u0004', at + 4, 'latin1')) {
    const start = at + 30 + content.readUInt16LE(at + 26) + content.readUInt16LE(at + 28);
    const method = content.readUInt16LE(at + 8);
    const entry = zipEntry(content, start, method);
    if (entry !== null) yield ['zip', entry];
  }
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)) {
    const decoded = Buffer.from(run, run.includes('-') || run.includes('_') ? 'base64url' : 'base64');
    if (decoded.length >= 8) yield ['base64', decoded];
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) yield ['percent', Buffer.from(text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')];
  if (/\\u[0-9A-Fa-f]{4}|\\n/.test(text)) yield ['escapes', Buffer.from(text.replace(/\\u([0-9A-Fa-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replaceAll('\\n', '\n').replaceAll('\\/', '/'), 'latin1')];
}

function zipEntry(content: Buffer, start: number, method: number): Buffer | null {
  if (method === 0) return content.subarray(start);
  // Entries with a data descriptor do not tell their length first; inflating to the end marker of the stream needs none.
  return inflated(() => inflateRawSync(content.subarray(start), { finishFlush: 2 }));
}

function inflated(inflate: () => Buffer): Buffer | null {
  try {
    return inflate();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_') === true) return null;
    throw error;
  }
}
