// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { removeOthers } from '../../src/collect/parts-of-units.ts';
import { unitFolder } from '../../src/model/reference.ts';
import { temporaryFolder } from '../support/temp.ts';

test('of units that a run had begun and that are not in scope when it ends, nothing stays; of the others everything does', async () => {
  const bundle = await temporaryFolder();
  const work = join(bundle, '.collecting');
  const folders = ['aws:1', 'aws:1/eu-north-1', 'aws:2', 'aws:2/eu-north-1'].map(unitFolder);
  for (const part of ['ledger', 'redactions']) {
    await mkdir(join(work, part), { recursive: true });
    for (const folder of folders) await writeFile(join(work, part, `${folder}.gz`), '');
  }
  for (const folder of folders) await mkdir(join(bundle, BUNDLE.pages, folder), { recursive: true });
  await writeFile(join(bundle, BUNDLE.pages, unitFolder('aws:2'), 'page.jsonl.gz'), '');
  await removeOthers([{ id: 'aws:1' }, { id: 'aws:1/eu-north-1' }], { work, bundle });
  const kept = folders.slice(0, 2).toSorted();
  expect((await readdir(join(bundle, BUNDLE.pages))).toSorted()).toEqual(kept);
  for (const part of ['ledger', 'redactions']) expect((await readdir(join(work, part))).toSorted()).toEqual(kept.map((folder) => `${folder}.gz`).toSorted());
});
