// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepDocument } from '../../src/archive/documents.ts';
import { beginRun } from '../../src/archive/run-folder.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { instantOf } from '../../src/model/instant.ts';
import { sealedBundle } from './small-bundle.ts';
import type { testSigner } from './signer.ts';

export interface SmallArchive { readonly archive: string; readonly run: string; readonly bundle: string; readonly log: string; readonly document: string; readonly signer: ReturnType<typeof testSigner> }

/** An archive of one sealed run, one that was aborted, and a document that the log names: six entries of the log. */
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
  return { archive, run: run.run, bundle: join(archive, 'runs', run.run), log: logDir, document, signer };
}
