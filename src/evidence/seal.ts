// SPDX-License-Identifier: Apache-2.0
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import type { Run } from '../bundle/records.ts';
import type { Instant } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { appendEvent } from './append-log.ts';
import { composeBag, writeTagFiles } from './bag.ts';
import { publicKeyOf, signEnvelope, verifyEnvelope } from './dsse.ts';
import type { LogEvent } from './log-format.ts';
import type { Append } from './log-step.ts';
import { readLog } from './read-log.ts';
import { countsOf, readSeal, statementDigest } from './read-seal.ts';
import type { Signer } from './signer.ts';
import { statementSchema, type Statement } from './statement.ts';

export interface Sealed { readonly tagManifestSha256: string; readonly statementSha256: string; readonly keyId: string; /** `kept`: the files came out as they were sealed. */ readonly outcome: 'sealed' | 'kept' | 'resealed' }

/**
 * Seals a derived bundle: bag, statement, signature, log entry. A bundle that was sealed before and comes out with the same bytes keeps its
 * seal; one that does not is sealed anew and logged as such, with the earlier digest, never silently, also where the earlier seal was taken
 * away. Nothing is written before the signature is there, and the seal stands in its file before the log tells of it: cut short anywhere,
 * sealing again completes it. Throws what signer, log and files throw.
 */
export async function sealBundle(bundle: string, options: { readonly logDir: string; readonly signer: Signer; readonly at: Instant; readonly run: Run; /** Where the log is not in the folder alone. */ readonly append?: Append }): Promise<Sealed> {
  const { run, signer, at, logDir } = options;
  const append: Append = options.append ?? ((event, by) => appendEvent(logDir, event, by));
  const bag = await composeBag(bundle, { run: run.run, baggedOn: run.finishedAt.slice(0, 10), agent: `${run.tool.name} ${run.tool.version}` });
  const { tagManifestSha256 } = bag;
  const there = await readSeal(bundle);
  const told = (await readLog(logDir)).events.filter(isSeal).filter((event) => event.run === run.run).at(-1);
  if (there !== null && there.statement.subject[0].digest.sha256 === tagManifestSha256) {
    const digests = { tagManifestSha256, statementSha256: statementDigest(there.envelope), keyId: there.envelope.signatures[0]?.keyid ?? '' };
    if (told?.statementSha256 === digests.statementSha256) {
      await writeTagFiles(bundle, bag);
      return { ...digests, outcome: 'kept' };
    }
    // Sealing was cut short between file and log. Only a seal of this very key can be taken for that.
    if (told === undefined && verifyEnvelope(there.envelope, [publicKeyOf(signer.publicKeyPem)]) === digests.keyId) {
      await writeTagFiles(bundle, bag);
      await append({ event: 'run.sealed', at, run: run.run, ...digests }, signer);
      return { ...digests, outcome: 'sealed' };
    }
  }
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: tagManifestSha256 } }], predicateType: 'urn:rollcall:bundle:1',
    predicate: { run: run.run, derivationVersion: run.derivationVersion, tool: `${run.tool.name} ${run.tool.version}`, sealedAt: at, ...(await countsOf(bundle, bag)) },
  };
  const envelope = await signEnvelope(Buffer.from(canonicalJson(statementSchema.parse(statement))), signer);
  await writeTagFiles(bundle, bag);
  await writeSeal(bundle, `${canonicalJson(envelope)}\n`);
  const digests = { tagManifestSha256, statementSha256: statementDigest(envelope), keyId: signer.keyId };
  const earlier = told?.tagManifestSha256 ?? there?.statement.subject[0].digest.sha256;
  await append(earlier === undefined ? { event: 'run.sealed', at, run: run.run, ...digests } : { event: 'run.resealed', at, run: run.run, ...digests, earlierTagManifestSha256: earlier }, signer);
  return { ...digests, outcome: earlier === undefined ? 'sealed' : 'resealed' };
}

function isSeal(event: LogEvent): event is Extract<LogEvent, { readonly event: 'run.sealed' | 'run.resealed' }> {
  return event.event === 'run.sealed' || event.event === 'run.resealed';
}

/** The seal gets its name when it is whole and on the disk: half a seal would look like a forged one. */
async function writeSeal(bundle: string, text: string): Promise<void> {
  const file = join(bundle, BUNDLE.seal);
  const handle = await open(`${file}.tmp`, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
}
