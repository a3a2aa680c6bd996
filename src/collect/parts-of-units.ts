// SPDX-License-Identifier: Apache-2.0
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { byCodeUnit } from '../model/json.ts';
import { unitFolder } from '../model/reference.ts';

/** Removes what was written of a unit: its ledger, redactions and pages. `folder` as `unitFolder` names it. */
export async function removeParts(folder: string, { work, bundle }: { readonly work: string; readonly bundle: string }): Promise<void> {
  for (const path of [join(work, 'ledger', `${folder}.gz`), join(work, 'redactions', `${folder}.gz`), join(bundle, BUNDLE.pages, folder)]) await rm(path, { recursive: true, force: true });
}

/** Removes what was written of units other than these: a run that was killed while a list was read may have begun units that the list does not have any more when the run goes on. */
export async function removeOthers(units: readonly { readonly id: string }[], places: { readonly work: string; readonly bundle: string }): Promise<void> {
  const there = new Set(units.map(({ id }) => unitFolder(id)));
  const parts = (await readdir(join(places.work, 'ledger'))).map((name) => name.replace(/\.gz$/, ''));
  const folders = await readdir(join(places.bundle, BUNDLE.pages));
  for (const folder of [...new Set([...parts, ...folders])].sort(byCodeUnit)) if (!there.has(folder)) await removeParts(folder, places);
}
