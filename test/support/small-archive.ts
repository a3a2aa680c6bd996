// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepDocument } from '../../src/archive/documents.ts';
import { beginRun } from '../../src/archive/run-folder.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { instantOf } from '../../src/model/instant.ts';
import { sealedBundle } from './small-bundle.ts';
import type { testSigner } from './signer.ts';

export interface SmallArchive { readonly archive: string; readonly run: string; readonly bundle: string; readonly log: string; readonly document: string; readonly stamp: string; readonly signer: ReturnType<typeof testSigner> }

/** An archive of one sealed run, one that was aborted, a document that the log names and a time stamp: seven entries of the log. */
export async function smallArchive(): Promise<SmallArchive> {
  const { bundle, logDir, run, signer } = await sealedBundle();
  const archive = dirname(bundle);
  await mkdir(join(archive, 'runs'));
  await rename(bundle, join(archive, 'runs', run.run));
  await rm(join(archive, 'derived'), { recursive: true });
  const other = await beginRun(archive, signer, { run: 'aborted-run', tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, Date.now);
  await other.abort('interrupted');
  const document = await keepDocument(archive, Buffer.from('{"approved":"yes"}'));
  const by = { name: 'Ada Approver', basis: 'approval attached', file: 'ticket.json', sha256: document } as const;
  await appendEvent(logDir, { event: 'representation.recorded', at: instantOf(Date.now()), documentSha256: document, count: 1, by }, signer);
  // What stands in for an authority's answer: the archive keeps bytes and does not read them.
  const answer = Buffer.from('a time stamp');
  const [tokenSha256, checkpoint] = [await keepDocument(archive, answer), await readFile(join(logDir, 'checkpoint'))];
  await mkdir(join(logDir, 'anchors'));
  await writeFile(join(logDir, 'anchors/6.tsr'), answer);
  await appendEvent(logDir, { event: 'checkpoint.anchored', at: instantOf(Date.now()), size: 6, checkpointSha256: sha256(checkpoint), anchor: { kind: 'rfc3161', authority: 'an authority', tokenSha256, time: instantOf(Date.now()) } }, signer);
  return { archive, run: run.run, bundle: join(archive, 'runs', run.run), log: logDir, document, stamp: tokenSha256, signer };
}
