// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonText } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { filesOf, inspectBag } from '../../evidence/bag.ts';
import { digestOfFile } from '../../evidence/digest.ts';
import { envelopeSchema, type Envelope } from '../../evidence/dsse.ts';
import { readLog } from '../../evidence/read-log.ts';
import { canonicalJson } from '../../model/json.ts';
import { documentsOf } from '../../period/pack/compose.ts';
import { PACK, packStatementSchema, type PackStatement } from '../../period/pack/format.ts';
import { readPack, type PackSource } from '../../period/pack/render.ts';
import { verdict, type Finding, type VerifyVerdict } from '../report.ts';
import { judgeDocuments } from './documents.ts';

const DOES_NOT_SHOW = 'that the files are true or complete, or who made them: whoever holds a pack can write other files with manifests to match';

/** A pack's seal as it stands. */
export interface PackSeal { readonly text: string; readonly envelope: Envelope; readonly statement: PackStatement; readonly statementText: string }

/** Reads a pack's seal. Throws a BundleFormatError where it is none, and what the file system throws where there is none. */
export async function readPackSeal(folder: string): Promise<PackSeal> {
  const text = await readFile(join(folder, BUNDLE.seal), 'utf8');
  const envelope = parseJsonText(text, envelopeSchema, BUNDLE.seal);
  const statementText = Buffer.from(envelope.payload, 'base64').toString('utf8');
  return { text, envelope, statement: parseJsonText(statementText, packStatementSchema, BUNDLE.seal), statementText };
}

/** Every file is what the manifests say; the seal is over them; and what the pack holds of each run and population is what that run's own manifest has. */
export async function packIntegrity(folder: string): Promise<VerifyVerdict> {
  const bag = await inspectBag(folder);
  const findings: Finding[] = [...bag.findings];
  const seal = await readPackSeal(folder);
  const { predicate, subject } = seal.statement;
  if (seal.text !== `${canonicalJson(seal.envelope)}\n` || seal.statementText !== canonicalJson(seal.statement)) findings.push({ file: BUNDLE.seal, message: 'is not in the one form in which a seal is written: it was changed' });
  if ((await digestOfFile(join(folder, BUNDLE.tagManifest))).sha256 !== subject[0].digest.sha256) findings.push({ file: BUNDLE.tagManifest, message: 'is not the one that the seal is over' });
  if (predicate.files !== bag.files || predicate.bytes !== bag.bytes) findings.push({ file: BUNDLE.seal, message: `counts ${predicate.files} files of ${predicate.bytes} bytes; there are ${bag.files} of ${bag.bytes}` });
  if (findings.length === 0) {
    const source = await readPack(folder);
    const { pack } = source;
    if (pack.pack !== predicate.pack || pack.from !== predicate.from || pack.to !== predicate.to || pack.madeAt !== predicate.madeAt) findings.push({ file: PACK.about, message: 'says another name, period or time than the seal' });
    findings.push(...(await ofRuns(folder, source)));
    if (source.period !== null) {
      const { events } = await readLog(join(folder, PACK.log));
      findings.push(...(await judgeDocuments(folder, (await filesOf(folder, 'data')).files, documentsOf(events.slice(0, source.period.log.size)), pack.leftOut)));
    }
  }
  return findings.length === 0 ? verdict('integrity', 'pass', [{ message: `${bag.files} files, ${bag.bytes} bytes, each as sealed; what stands here of each run is what that run's manifest has` }], DOES_NOT_SHOW) : verdict('integrity', 'fail', findings, DOES_NOT_SHOW);
}

/** Files of runs and populations against the manifest of the run that they come from, and that against its digest in `pack.json`. */
async function ofRuns(folder: string, { pack, period }: PackSource): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const manifests = new Map<string, ReadonlyMap<string, string>>();
  const { files } = await filesOf(folder, PACK.runs);
  for (const { run, tagManifestSha256 } of pack.runs) {
    const at = `${PACK.runs}/${run}`;
    // An addition names the runs of the pack that it adds to and holds some of them.
    if (pack.kind === 'addition' && !files.some((file) => file.startsWith(`${at}/`))) continue;
    const tags = join(folder, at, BUNDLE.tagManifest);
    if ((await digestOfFile(tags)).sha256 !== tagManifestSha256) findings.push({ file: `${at}/${BUNDLE.tagManifest}`, message: `is not the one of this run, whose digest is ${tagManifestSha256}` });
    const listed = linesOf(await readFile(tags, 'utf8'));
    if (listed.get(BUNDLE.manifest) !== (await digestOfFile(join(folder, at, BUNDLE.manifest))).sha256) findings.push({ file: `${at}/${BUNDLE.manifest}`, message: 'is not the one that the run\'s tag manifest has' });
    manifests.set(run, linesOf(await readFile(join(folder, at, BUNDLE.manifest), 'utf8')));
  }
  const beside = new Set<string>([BUNDLE.seal, BUNDLE.info, BUNDLE.declaration, BUNDLE.manifest, BUNDLE.tagManifest]);
  for (const file of files) {
    const [, run = '', path = ''] = /^data\/runs\/([^/]+)\/(.+)$/.exec(file) ?? [];
    if (beside.has(path)) continue;
    const expected = manifests.get(run)?.get(path.startsWith('data/') ? path : `data/${path}`);
    if (expected !== (await digestOfFile(join(folder, file))).sha256) findings.push({ file, message: expected === undefined ? 'is not a file of that run' : 'is not as it was sealed in that run' });
  }
  for (const side of ['opening', 'closing'] as const) {
    const population = period?.[side];
    if (population === undefined || population.run === null) continue;
    for (const { name, sha256 } of population.files) {
      const file = `${PACK.populations}/${side}/${name}.csv`;
      if ((await digestOfFile(join(folder, file))).sha256 !== sha256 || manifests.get(population.run)?.get(`data/populations/${name}.csv`) !== sha256) findings.push({ file, message: `is not the population of run ${population.run}` });
    }
  }
  return findings;
}

/** A manifest's lines: digest by path. */
export function linesOf(text: string): ReadonlyMap<string, string> {
  return new Map(text.split('\n').filter((line) => line !== '').map((line) => [line.slice(66), line.slice(0, 64)] as const));
}
