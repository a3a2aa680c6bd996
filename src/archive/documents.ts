// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePaths } from '../bundle/layout.ts';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { sha256 } from '../evidence/digest.ts';

/** Keeps what an event of the log names by its digest: attached approvals, decisions of a review, time stamp tokens. The same bytes are kept once. Returns their SHA-256 in hex. */
export async function keepDocument(archive: string, bytes: Uint8Array): Promise<string> {
  const { documents } = archivePaths(archive);
  await mkdir(documents, { recursive: true });
  const digest = sha256(bytes);
  const temporary = join(documents, `.${digest}.${process.pid}.${randomUUID()}.tmp`);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(documents, digest));
  return digest;
}

/** A document by its digest. Throws a BundleFormatError where it is not there or is not what its name says. */
export async function readDocument(archive: string, digest: string): Promise<Buffer> {
  const file = join(archivePaths(archive).documents, digest);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new BundleFormatError(file, 'cannot be read, and the log names it by its digest. Restore it from a copy', { cause: error });
  }
  if (sha256(bytes) !== digest) throw new BundleFormatError(file, 'is not the document of its name: it was changed. Restore it from a copy');
  return bytes;
}
