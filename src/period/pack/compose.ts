// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { archivePaths, BUNDLE } from '../../bundle/layout.ts';
import { composeBag, writeTagFiles } from '../../evidence/bag.ts';
import { populationFile, POPULATIONS } from '../../evidence/populations.ts';
import { signEnvelope } from '../../evidence/dsse.ts';
import { CHECKPOINT, CHECKPOINTS, LEAVES, ORIGIN, type LogEvent } from '../../evidence/log-format.ts';
import type { Signer } from '../../evidence/signer.ts';
import { byCodeUnit, canonicalJson } from '../../model/json.ts';
import type { Person } from '../../model/person.ts';
import type { Instant } from '../../model/instant.ts';
import type { Period } from '../document.ts';
import { PACK, packStatementSchema, type Pack, type PackStatement, type Requests } from './format.ts';
import { renderPack } from './render.ts';

export interface PackOptions {
  readonly archive: string;
  /** A folder that is not there yet. */
  readonly out: string;
  readonly name: string; readonly organization: string; readonly tool: string; readonly madeAt: Instant; readonly preparedBy: Person | null;
  readonly period: Period;
  readonly requests: Requests | null;
  readonly events: readonly LogEvent[];
  readonly signer: Signer;
}

/** A document larger than this stays in the archive, named by its digest: the pack is to go by mail. In bytes. */
const DOCUMENT_LIMIT = 4_000_000;
/** What of a run goes into the pack: its seal and manifests, what it was asked to read and did, and one record a control. Pages, rows and the ledger stay. */
const OF_A_RUN: readonly string[] = [BUNDLE.seal, BUNDLE.info, BUNDLE.manifest, BUNDLE.tagManifest];
const DATA_OF_A_RUN: readonly string[] = [BUNDLE.run, BUNDLE.scope, BUNDLE.coverage, BUNDLE.evidence];

/** Composes a pack from an archive and a period's document, renders what people read, and seals it. Returns the digest of its tag manifest, its files and bytes. Fails where the folder exists. */
export async function composePack(options: PackOptions): Promise<{ readonly manifestSha256: string; readonly files: number; readonly bytes: number }> {
  const { out, period } = options;
  await mkdir(dirname(out), { recursive: true });
  await mkdir(out);
  await mkdir(join(out, 'data'));
  const sealed = period.runs.flatMap(({ run, tagManifestSha256, state }) => (tagManifestSha256 !== null && (state === 'sealed' || state === 'resealed') ? [{ run, tagManifestSha256 }] : []));
  for (const { run } of sealed) await copyRun(join(archivePaths(options.archive).runs, run), join(out, PACK.runs, run));
  await copyPopulations(options, 'opening');
  await copyPopulations(options, 'closing');
  await copyLog(options);
  const leftOut = await copyDocuments(options);
  const about: Pack = {
    format: 'rollcall-pack/1', kind: 'period', pack: options.name, from: period.from, to: period.to, madeAt: options.madeAt, tool: options.tool, organization: options.organization, preparedBy: options.preparedBy, runs: sealed, leftOut: [...leftOut], extends: null,
  };
  await write(out, PACK.about, canonicalJson(about));
  await write(out, PACK.period, canonicalJson(period));
  if (options.requests !== null) await write(out, PACK.requests, canonicalJson(options.requests));
  await renderPack(out, out);
  return sealPack(out, about, period.log, options.signer);
}

/** Makes a bag of a folder that holds a pack's `data` and signs it. */
export async function sealPack(out: string, about: Pack, log: Period['log'], signer: Signer): Promise<{ readonly manifestSha256: string; readonly files: number; readonly bytes: number }> {
  const bag = await composeBag(out, { run: about.pack, baggedOn: about.madeAt.slice(0, 10), agent: about.tool });
  const statement: PackStatement = {
    _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: bag.tagManifestSha256 } }], predicateType: 'urn:rollcall:pack:1',
    predicate: { pack: about.pack, from: about.from, to: about.to, madeAt: about.madeAt, files: bag.files, bytes: bag.bytes, log: { origin: log.origin, size: log.size, root: log.root } },
  };
  const envelope = await signEnvelope(Buffer.from(canonicalJson(packStatementSchema.parse(statement))), signer);
  await writeTagFiles(out, bag);
  await writeFile(join(out, BUNDLE.seal), `${canonicalJson(envelope)}\n`, { flag: 'wx' });
  return { manifestSha256: bag.tagManifestSha256, files: bag.files, bytes: bag.bytes };
}

async function copyRun(from: string, to: string): Promise<void> {
  for (const file of OF_A_RUN) await copy(join(from, file), join(to, file));
  for (const file of DATA_OF_A_RUN) await copy(join(from, file), join(to, file.slice('data/'.length)));
}

async function copyPopulations({ archive, out, period }: PackOptions, side: 'opening' | 'closing'): Promise<void> {
  const { run, files } = period[side];
  if (run === null) return;
  for (const { name } of files) {
    const known = POPULATIONS.find((population) => population === name);
    if (known !== undefined) await copy(join(archivePaths(archive).runs, run, populationFile(known)), join(out, PACK.populations, side, `${name}.csv`));
  }
}

/** The log up to the moment of the period's document, with its newest checkpoint and those that something outside remembers. */
async function copyLog({ archive, out, period }: PackOptions): Promise<void> {
  const log = archivePaths(archive).log;
  const to = join(out, PACK.log);
  await mkdir(to, { recursive: true });
  const lines = (await readFile(join(log, LEAVES), 'utf8')).split('\n').slice(0, period.log.size);
  await writeFile(join(to, LEAVES), `${lines.join('\n')}\n`, { flag: 'wx' });
  await copy(join(log, CHECKPOINTS, String(period.log.size)), join(to, CHECKPOINT));
  await copy(join(log, ORIGIN), join(to, ORIGIN));
  for (const size of [...new Set([...period.log.anchors.map((anchor) => anchor.size), period.log.size])].sort((a, b) => a - b)) await copy(join(log, CHECKPOINTS, String(size)), join(to, CHECKPOINTS, String(size)));
  for (const name of await namesIn(join(log, 'anchors'))) if (Number.parseInt(name, 10) <= period.log.size) await copy(join(log, 'anchors', name), join(to, 'anchors', name));
}

/** Documents that events of the log name, each once; those that are missing or too large are named, never silently left away. */
async function copyDocuments({ archive, out, period, events }: PackOptions): Promise<readonly { readonly what: string; readonly why: string }[]> {
  const leftOut: { what: string; why: string }[] = [];
  for (const digest of documentsOf(events.slice(0, period.log.size))) {
    const file = join(archivePaths(archive).documents, digest);
    const size = await sizeOf(file);
    if (size === null) leftOut.push({ what: `document ${digest}`, why: 'it is not in the archive' });
    else if (size > DOCUMENT_LIMIT) leftOut.push({ what: `document ${digest}`, why: `${size} bytes: ask management for it` });
    else await copy(file, join(out, PACK.documents, digest));
  }
  return leftOut;
}

/** Digests of all documents that events name, in order. */
export function documentsOf(events: readonly LogEvent[]): readonly string[] {
  const digests = new Set<string>();
  const people = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('basis' in value && value.basis === 'approval attached' && 'sha256' in value && typeof value.sha256 === 'string') digests.add(value.sha256);
  };
  for (const event of events) {
    for (const value of Object.values(event)) people(value);
    if (event.event === 'review.started') digests.add(event.sheetSha256);
    if (event.event === 'review.decided') digests.add(event.decisionsSha256);
    if (event.event === 'representation.recorded') digests.add(event.documentSha256);
    if (event.event === 'checkpoint.anchored' && event.anchor.kind === 'rfc3161') digests.add(event.anchor.tokenSha256);
    if (event.event === 'checkpoint.anchored' && event.anchor.kind === 'elsewhere') people(event.anchor.by);
  }
  return [...digests].sort(byCodeUnit);
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, errorOnExist: true, force: false });
}

async function write(out: string, path: string, text: string): Promise<void> {
  await writeFile(join(out, path), `${text}\n`, { flag: 'wx' });
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort(byCodeUnit);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
