// SPDX-License-Identifier: Apache-2.0
import { dirname, join, resolve } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { readRun, sealBundle } from '../../evidence/seal.ts';
import { instantOf } from '../../model/instant.ts';
import { deriveBundle, removeDerived } from '../../pipeline/derive.ts';
import { NO_CONFIGURATION } from '../../scope/configuration.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chooseSigner } from '../signing.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall seal BUNDLE`: derives a collection again from its pages and seals it. What comes out as it was sealed keeps its seal; what does not is sealed anew, and the log says so. */
export async function seal(bundle: string, options: { readonly archive: string; readonly key?: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const run = await readRun(bundle);
  // A bundle in an archive belongs to the log beside its runs; any other goes to the archive that was named.
  const parent = dirname(dirname(resolve(bundle)));
  const archive = ['runs', 'work'].includes(dirname(resolve(bundle)).split(/[\\/]/).at(-1) ?? '') ? parent : options.archive;
  const { signer } = await chooseSigner(terminal, archive, NO_CONFIGURATION.signing, options.key);
  terminal.note('Deriving again from the pages on disk.');
  await removeDerived(bundle);
  await deriveBundle(bundle, bundle, PROVIDERS);
  const sealed = await sealBundle(bundle, { logDir: join(archivePaths(archive).log), signer, at: instantOf(Date.now()), run });
  if (options.json === true) terminal.json({ bundle, ...sealed });
  else if (sealed.outcome === 'kept') terminal.out('Every derived file came out as it was sealed; the seal stays as it was.');
  else terminal.out(sealed.outcome === 'sealed' ? `Sealed ${bundle}` : `Sealed anew: the content differs from the earlier seal, and the log says so. ${bundle}`);
  return EXIT.ok;
}
