// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepDocument } from '../../src/archive/documents.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { collectedDigest } from '../../src/evidence/read-seal.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import { verifyStamp } from '../../src/evidence/time-stamp/signature.ts';
import { instantOf } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import { reply, type StampSigner } from './authority.ts';
import { requestFor } from './authorities.ts';
import { smallCall, unsealedBundle, type SmallBundle } from './small-bundle.ts';

const HOUR = 3_600_000;

/** A small bundle in an archive of its own whose run ended a quarter of an hour before it was sealed, so many hours before now: authorities stamp with the clock of today. */
export async function sealedHoursAgo(hours: number, options: { readonly ranHoursBefore?: number } = {}): Promise<SmallBundle & { readonly archive: string }> {
  const made = await unsealedBundle();
  const sealed = Date.now() - hours * HOUR;
  const finishedAt = instantOf(sealed - (options.ranHoursBefore ?? 0.25) * HOUR);
  const startedAt = instantOf(Date.parse(finishedAt) - HOUR);
  const run = { ...made.run, startedAt, finishedAt, asOf: finishedAt };
  const archive = dirname(made.bundle);
  const bundle = join(archive, 'runs', 'run');
  await mkdir(dirname(bundle));
  await rename(made.bundle, bundle);
  await writeFile(join(bundle, BUNDLE.run), canonicalJson(run));
  await rm(join(bundle, BUNDLE.calls));
  await writeJsonLines(join(bundle, BUNDLE.calls), [smallCall(startedAt, startedAt)]);
  await rm(made.logDir, { recursive: true });
  await appendEvent(made.logDir, { event: 'run.started', at: startedAt, run: run.run, tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, made.signer);
  await appendEvent(made.logDir, { event: 'run.collected', at: finishedAt, run: run.run, collectedSha256: await collectedDigest(bundle) }, made.signer);
  await sealBundle(bundle, { logDir: made.logDir, signer: made.signer, at: instantOf(sealed), run });
  return { ...made, bundle, run, archive };
}

/** Stamps a checkpoint of the log as `rollcall anchor` does, whatever openssl says of it, and logs it. */
export async function stampCheckpoint({ archive, logDir, signer }: { readonly archive: string; readonly logDir: string; readonly signer: SmallBundle['signer'] }, by: StampSigner, options: { readonly size: number; readonly change?: (answer: Buffer) => Buffer | Promise<Buffer>; readonly over?: Buffer }): Promise<void> {
  const checkpoint = await readFile(join(logDir, 'checkpoints', String(options.size)));
  const data = options.over ?? checkpoint;
  const honest = await reply(by, requestFor(data));
  const { time, authority } = verifyStamp(honest, data);
  const answer = (await options.change?.(honest)) ?? honest;
  await mkdir(join(logDir, 'anchors'), { recursive: true });
  await writeFile(join(logDir, 'anchors', `${options.size}.tsr`), answer);
  await appendEvent(logDir, { event: 'checkpoint.anchored', at: instantOf(Date.now()), size: options.size, checkpointSha256: sha256(checkpoint), anchor: { kind: 'rfc3161', authority, tokenSha256: await keepDocument(archive, answer), time } }, signer);
}
