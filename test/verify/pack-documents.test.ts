// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/evidence/digest.ts';
import { PACK } from '../../src/period/pack/format.ts';
import { judgeDocuments } from '../../src/verify/pack/documents.ts';

const digest = sha256(Buffer.from('approved'));
const file = `${PACK.documents}/${digest}`;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-documents-'));
  await mkdir(join(folder, PACK.documents), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a document as the log names it is no finding; altered, missing without a word, or named by nothing it is one', async () => {
  await writeFile(join(folder, file), 'approved');
  expect(await judgeDocuments(folder, [file], [digest], [])).toEqual([]);
  expect(await judgeDocuments(folder, [file], [], [])).toMatchObject([{ file, message: 'is named by no event of the log' }]);
  await writeFile(join(folder, file), 'refused');
  expect(await judgeDocuments(folder, [file], [digest], [])).toMatchObject([{ file, message: 'is not the document that the log names' }]);
  expect(await judgeDocuments(folder, [], [digest], [])).toMatchObject([{ file, message: 'is named by the log, is missing, and pack.json does not say why' }]);
  expect(await judgeDocuments(folder, [], [digest], [{ what: `document ${digest}` }])).toEqual([]);
});
