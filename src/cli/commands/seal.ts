// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { archivePaths, BUNDLE, COLLECTED } from '../../bundle/layout.ts';
import { readRun } from '../../evidence/read-seal.ts';
import { sealBundle } from '../../evidence/seal.ts';
import { instantOf } from '../../model/instant.ts';
import { deriveBundle, removeDerived } from '../../pipeline/derive.ts';
import { NO_CONFIGURATION } from '../../scope/configuration.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readingBundle } from '../newest-run.ts';
import { chooseSigner } from '../signing.ts';
import { freeSpentMemory } from '../spent-memory.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall seal BUNDLE`: derives a collection again from its pages and seals it. What comes out as it was sealed keeps its seal; what does not is sealed anew, and the log says so. */
export async function seal(bundle: string, options: { readonly archive: string; readonly key?: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const run = await readRun(bundle);
  // A bundle in an archive belongs to the log beside its runs; any other goes to the archive that was named.
  const parent = dirname(parentOf(bundle));
  const archive = ['runs', 'work'].includes(parentOf(bundle).split(/[\\/]/).at(-1) ?? '') ? parent : options.archive;
  const { signer } = await chooseSigner(terminal, archive, NO_CONFIGURATION.signing, options.key);
  terminal.note('Deriving again from the pages on disk.');
  const near = parentOf(bundle) === resolve(archivePaths(archive).runs) ? archivePaths(archive).work : parentOf(bundle);
  await readingBundle(bundle, () => deriveInPlace(bundle, near));
  const sealed = await sealBundle(bundle, { logDir: join(archivePaths(archive).log), signer, at: instantOf(Date.now()), run });
  if (options.json === true) terminal.json({ bundle, ...sealed });
  else if (sealed.outcome === 'kept') terminal.out('Every derived file came out as it was sealed; the seal stays as it was.');
  else terminal.out(sealed.outcome === 'sealed' ? `Sealed ${bundle}` : `Sealed anew: the content differs from the earlier seal, and the log says so. ${bundle}`);
  return EXIT.ok;
}

/** Derives beside the bundle first: pages that cannot be read must not cost the derived files that are there. `near` is on the bundle's file system. */
async function deriveInPlace(bundle: string, near: string): Promise<void> {
  await mkdir(near, { recursive: true });
  const made = await mkdtemp(join(near, '.deriving-'));
  try {
    await deriveBundle(bundle, made, PROVIDERS, freeSpentMemory);
    await removeDerived(bundle);
    for (const name of await readdir(join(made, BUNDLE.data))) {
      if (!COLLECTED.includes(`${BUNDLE.data}/${name}`)) await rename(join(made, BUNDLE.data, name), join(bundle, BUNDLE.data, name));
    }
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

function parentOf(bundle: string): string {
  return dirname(resolve(bundle));
}
