// SPDX-License-Identifier: Apache-2.0
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepDocument, readDocument } from '../../src/archive/documents.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { temporaryFolder } from '../support/temp.ts';

describe('documents of an archive', () => {
  test('are kept under their digest, the same bytes once, and come back as they were', async () => {
    const archive = await temporaryFolder();
    const bytes = Buffer.from('RISK-118: approved\u0000\n');
    const digests = await Promise.all(Array.from({ length: 8 }, async () => keepDocument(archive, bytes)));
    expect(new Set(digests)).toEqual(new Set([sha256(bytes)]));
    expect(await readdir(join(archive, 'documents'))).toEqual([sha256(bytes)]);
    expect((await readDocument(archive, sha256(bytes))).equals(bytes)).toBe(true);
  });

  test('one that was changed or taken away is told, never given out', async () => {
    const archive = await temporaryFolder();
    const digest = await keepDocument(archive, Buffer.from('as decided'));
    await writeFile(join(archive, 'documents', digest), 'as somebody wishes');
    await expect(readDocument(archive, digest)).rejects.toThrow('is not the document of its name');
    await rm(join(archive, 'documents', digest));
    await expect(readDocument(archive, digest)).rejects.toThrow('cannot be read, and the log names it by its digest');
  });
});
