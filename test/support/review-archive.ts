// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { archivePaths, BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { writePopulations } from '../../src/evidence/populations.ts';
import { collectedDigest, readRun } from '../../src/evidence/read-seal.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import { SEALED_AT, smallCall } from './small-bundle.ts';
import { testSigner } from './signer.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle, type SyntheticOptions } from './synthetic-bundle.ts';

/** An archive with one sealed run of synthetic rows and its populations: what a review starts from. It is made in the folder given. */
export async function reviewArchive(archive: string, options: SyntheticOptions): Promise<{ readonly archive: string; readonly bundle: string }> {
  const paths = archivePaths(archive);
  const made = join(archive, 'made');
  await writeSyntheticBundle(made, options);
  await writePopulations(made, SYNTHETIC_AS_OF);
  await writeFile(join(made, BUNDLE.cover), 'what this is\n');
  await writeJsonLines(join(made, BUNDLE.calls), [smallCall('2026-11-22T09:31:00.000Z', '2026-11-22T09:31:00.000Z')]);
  await writeJsonLines(join(made, BUNDLE.redactions), []);
  await writeJsonLines(join(made, BUNDLE.events), []);
  await writeJsonLines(join(made, pagesFile('aws:111122223333', 'aws.iam.access-keys')), [{ page: 'one' }]);
  await mkdir(join(made, BUNDLE.inputs));
  await writeFile(join(made, BUNDLE.inputs, 'index.json'), '{"inputs":[]}\n');
  const [run, signer] = [await readRun(made), testSigner()];
  const bundle = join(paths.runs, run.run);
  await mkdir(paths.runs, { recursive: true });
  await rename(made, bundle);
  await appendEvent(paths.log, { event: 'run.started', at: run.startedAt, run: run.run, tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, signer);
  await appendEvent(paths.log, { event: 'run.collected', at: run.finishedAt, run: run.run, collectedSha256: await collectedDigest(bundle) }, signer);
  await sealBundle(bundle, { logDir: paths.log, signer, at: SEALED_AT, run });
  return { archive, bundle };
}
