// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, gunzipLines, parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { coverageSchema, runSchema, type Run } from '../bundle/records.ts';
import type { Instant } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { foldedVerdictSchema, verdictSchema } from '../model/verdict.ts';
import { appendEvent } from './append-log.ts';
import { filesOf, writeBag } from './bag.ts';
import { digestOfFile, sha256 } from './digest.ts';
import { envelopeSchema, signEnvelope, type Envelope } from './dsse.ts';
import type { Signer } from './signer.ts';
import { statementSchema, type Statement } from './statement.ts';

export interface Sealed { readonly tagManifestSha256: string; readonly statementSha256: string; readonly keyId: string; /** `kept`: the files came out as they were sealed. */ readonly outcome: 'sealed' | 'kept' | 'resealed' }

/** Digest over the collected files alone, in the form of a manifest: logged when reading ends, so that pages cannot change before the seal unseen. */
export async function collectedDigest(bundle: string): Promise<string> {
  const { files } = await filesOf(bundle, BUNDLE.data);
  const lines: string[] = [];
  for (const file of files) if (COLLECTED.some((path) => file === path || file.startsWith(`${path}/`))) lines.push(`${(await digestOfFile(join(bundle, file))).sha256}  ${file}\n`);
  return sha256(lines.join(''));
}

/**
 * Seals a derived bundle: bag, statement, signature, log entry. A bundle that was sealed before and comes out with the same bytes keeps
 * its seal; one that does not is sealed anew and logged as such, with the earlier digest, never silently.
 */
export async function sealBundle(bundle: string, options: { readonly logDir: string; readonly signer: Signer; readonly at: Instant; readonly run: Run }): Promise<Sealed> {
  const { run, signer, at } = options;
  const earlier = await readSeal(bundle);
  const bag = await writeBag(bundle, { run: run.run, baggedOn: run.finishedAt.slice(0, 10), agent: `${run.tool.name} ${run.tool.version}` });
  if (earlier !== null && earlier.statement.subject[0].digest.sha256 === bag.tagManifestSha256) {
    return { tagManifestSha256: bag.tagManifestSha256, statementSha256: sha256(Buffer.from(earlier.envelope.payload, 'base64')), keyId: earlier.envelope.signatures[0]?.keyid ?? '', outcome: 'kept' };
  }
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: bag.tagManifestSha256 } }], predicateType: 'urn:rollcall:bundle:1',
    predicate: { run: run.run, derivationVersion: run.derivationVersion, tool: `${run.tool.name} ${run.tool.version}`, sealedAt: at, ...(await countsOf(bundle, bag)) },
  };
  const payload = Buffer.from(canonicalJson(statementSchema.parse(statement)));
  const envelope = await signEnvelope(payload, signer);
  await rm(join(bundle, BUNDLE.seal), { force: true });
  await writeFile(join(bundle, BUNDLE.seal), `${canonicalJson(envelope)}\n`, { flag: 'wx' });
  const digests = { tagManifestSha256: bag.tagManifestSha256, statementSha256: sha256(payload), keyId: signer.keyId };
  if (earlier === null) await appendEvent(options.logDir, { event: 'run.sealed', at, run: run.run, ...digests }, signer);
  else await appendEvent(options.logDir, { event: 'run.resealed', at, run: run.run, ...digests, earlierTagManifestSha256: earlier.statement.subject[0].digest.sha256 }, signer);
  return { ...digests, outcome: earlier === null ? 'sealed' : 'resealed' };
}

/** The seal of a bundle, or null where it has none. Throws a BundleFormatError where the file is no seal. */
export async function readSeal(bundle: string): Promise<{ readonly envelope: Envelope; readonly statement: Statement } | null> {
  let text: string;
  try {
    text = await readFile(join(bundle, BUNDLE.seal), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const envelope = parseJsonText(text, envelopeSchema, BUNDLE.seal);
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8');
  return { envelope, statement: parseJsonText(payload, statementSchema, `${BUNDLE.seal}: payload`) };
}

/** Run and what it counts, from the files themselves. */
export async function countsOf(bundle: string, bag: { readonly files: number; readonly bytes: number }): Promise<Pick<Statement['predicate'], 'counts' | 'gaps'>> {
  const coverage = parseJsonText(await readFile(join(bundle, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
  const verdicts: { [result: string]: number } = {};
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) {
    const [result, by] = verdict.type === 'verdict' ? [verdict.result, 1] : ['not_applicable', verdict.count];
    verdicts[result] = (verdicts[result] ?? 0) + by;
  }
  const sum = (pick: (source: (typeof coverage.units)[number]['sources'][number]) => number): number => coverage.units.reduce((total, unit) => total + unit.sources.reduce((inner, source) => inner + pick(source), 0), 0);
  return {
    counts: { files: bag.files, bytes: bag.bytes, calls: sum(({ calls }) => calls), pages: sum(({ pages }) => pages), identities: await lineCount(join(bundle, BUNDLE.identities)), credentials: await lineCount(join(bundle, BUNDLE.credentials)), verdicts },
    gaps: coverage.gaps.length + coverage.units.filter(({ outcome }) => outcome === 'unreachable').length,
  };
}

async function lineCount(file: string): Promise<number> {
  let count = 0;
  for await (const _line of gunzipLines(file)) count += 1;
  return count;
}

/** `run.json` of a bundle. Throws a BundleFormatError where it is missing or no run. */
export async function readRun(bundle: string): Promise<Run> {
  try {
    return parseJsonText(await readFile(join(bundle, BUNDLE.run), 'utf8'), runSchema, BUNDLE.run);
  } catch (error) {
    if (error instanceof BundleFormatError) throw error;
    throw new BundleFormatError(join(bundle, BUNDLE.run), 'cannot be read; is this the folder of a run?', { cause: error });
  }
}
