// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { writeBag } from '../../src/evidence/bag.ts';
import { envelopeSchema, signEnvelope } from '../../src/evidence/dsse.ts';
import type { LogEvent } from '../../src/evidence/log-format.ts';
import { countsOf, readRun } from '../../src/evidence/read-seal.ts';
import type { Signer } from '../../src/evidence/signer.ts';
import { statementSchema } from '../../src/evidence/statement.ts';
import { canonicalJson } from '../../src/model/json.ts';

/** Changes a file's text, gzip or not, and writes it back. Throws where that would change nothing: a forgery that is none proves nothing. */
export async function editFile(file: string, change: (text: string) => string): Promise<void> {
  const bytes = await readFile(file);
  const zipped = file.endsWith('.gz');
  const before = (zipped ? gunzipSync(bytes) : bytes).toString('utf8');
  const after = change(before);
  if (after === before) throw new Error(`${file}: the change changes nothing`);
  await writeFile(file, zipped ? gzipSync(after) : after);
}

/** Does what a seal does, over whatever the bundle holds now, and tells no log: what somebody with the key can do. */
export async function signAgain(bundle: string, signer: Signer): Promise<void> {
  const run = await readRun(bundle);
  const { sealedAt } = await statementOf(bundle);
  const bag = await writeBag(bundle, { run: run.run, baggedOn: run.finishedAt.slice(0, 10), agent: `${run.tool.name} ${run.tool.version}` });
  const statement = statementSchema.parse({
    _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: bag.tagManifestSha256 } }], predicateType: 'urn:rollcall:bundle:1',
    predicate: { run: run.run, derivationVersion: run.derivationVersion, tool: `${run.tool.name} ${run.tool.version}`, sealedAt, ...(await countsOf(bundle, bag)) },
  });
  await writeFile(join(bundle, BUNDLE.seal), `${canonicalJson(await signEnvelope(Buffer.from(canonicalJson(statement)), signer))}\n`);
}

/** What a bundle's seal states. */
export async function statementOf(bundle: string): Promise<ReturnType<typeof statementSchema.parse>['predicate'] & { readonly tagManifestSha256: string }> {
  const envelope = envelopeSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.seal), 'utf8')));
  const statement = statementSchema.parse(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')));
  return { ...statement.predicate, tagManifestSha256: statement.subject[0].digest.sha256 };
}

/** Writes a log anew from events, under the old log's name, every checkpoint signed: what somebody with the key can do. */
export async function rewriteLog(log: string, signer: Signer, events: readonly LogEvent[]): Promise<void> {
  const origin = await readFile(join(log, 'origin'));
  await rm(log, { recursive: true });
  if (events.length === 0) throw new Error('a log of nothing');
  await mkdir(log);
  await writeFile(join(log, 'origin'), origin);
  for (const { sequence: _, ...event } of events) await appendEvent(log, event, signer);
}
