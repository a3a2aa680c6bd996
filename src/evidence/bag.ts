// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { byCodeUnit } from '../model/json.ts';
import { digestOfFile, sha256 } from './digest.ts';

/** Something that a bag's manifests say and its files do not, or the other way round. */
export interface BagFinding { readonly file: string; readonly message: string }
/** What a bag's check found, and how many files and bytes its payload comes to. */
export interface BagCheck { readonly findings: readonly BagFinding[]; readonly files: number; readonly bytes: number }
/** What goes into `bag-info.txt`. `baggedOn` is a day. */
export interface BagInfo { readonly run: string; readonly baggedOn: string; readonly agent: string }
/** A bag's tag files by name, ready to be written, and what they say. The digest of the tag manifest stands for every byte. */
export interface ComposedBag { readonly texts: ReadonlyMap<string, string>; readonly tagManifestSha256: string; readonly files: number; readonly bytes: number }

const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
// The seal is made over the tag manifest, so neither can stand in it; the seal is held against it elsewhere.
const OUTSIDE: ReadonlySet<string> = new Set([BUNDLE.tagManifest, BUNDLE.seal]);
const TAG_FILES = [BUNDLE.info, BUNDLE.declaration, BUNDLE.manifest] as const;
// What `sha256sum -c` would need to escape, what ends a line for some reader or other, and what stands for bytes that are no UTF-8.
const STRANGE = /[\\\p{Cc}\u2028\u2029\ufffd]/u;

/** Files below a folder of the bundle, as paths with `/`, by code unit. `special`: links, devices, folders that cannot be listed and names that no manifest can hold; none is followed. */
export async function filesOf(bundle: string, folder = ''): Promise<{ readonly files: readonly string[]; readonly special: readonly string[] }> {
  const files: string[] = [];
  const special: string[] = [];
  for (const entry of readdirSync(join(bundle, folder), { withFileTypes: true }).sort((a, b) => byCodeUnit(a.name, b.name))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (STRANGE.test(entry.name)) special.push(path);
    else if (entry.isDirectory()) await descend(bundle, path, files, special);
    else if (entry.isFile()) files.push(path);
    else special.push(path);
  }
  return { files: files.sort(byCodeUnit), special };
}

async function descend(bundle: string, path: string, files: string[], special: string[]): Promise<void> {
  try {
    const inner = await filesOf(bundle, path);
    for (const file of inner.files) files.push(file);
    for (const file of inner.special) special.push(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    special.push(path);
  }
}

/** Composes the tag files and manifests of a BagIt 1.0 bag (RFC 8493) around `data/`; writes nothing. Throws on what no bag can hold: special files and strange names. */
export async function composeBag(bundle: string, info: BagInfo): Promise<ComposedBag> {
  const { files, special } = await filesOf(bundle, BUNDLE.data);
  const [strange] = special;
  if (strange !== undefined) throw new Error(`${strange}: not a plain file with a plain name; a bag cannot hold it`);
  let bytes = 0;
  const lines: string[] = [];
  for (const file of files) {
    const digest = await digestOfFile(join(bundle, file));
    bytes += digest.bytes;
    lines.push(`${digest.sha256}  ${file}\n`);
  }
  const texts = new Map<string, string>([
    [BUNDLE.declaration, DECLARATION],
    [BUNDLE.info, `Bag-Software-Agent: ${info.agent}\nBagging-Date: ${info.baggedOn}\nExternal-Identifier: ${info.run}\nPayload-Oxum: ${bytes}.${files.length}\n`],
    [BUNDLE.manifest, lines.join('')],
  ]);
  const tagManifest = TAG_FILES.map((file) => `${sha256(texts.get(file) ?? '')}  ${file}\n`).join('');
  texts.set(BUNDLE.tagManifest, tagManifest);
  return { texts, tagManifestSha256: sha256(tagManifest), files: files.length, bytes };
}

/** Writes the tag files that were composed. */
export async function writeTagFiles(bundle: string, { texts }: ComposedBag): Promise<void> {
  for (const [file, text] of texts) await writeFile(join(bundle, file), text);
}

/** Composes a bag and writes its tag files. */
export async function writeBag(bundle: string, info: BagInfo): Promise<Omit<ComposedBag, 'texts'>> {
  const bag = await composeBag(bundle, info);
  await writeTagFiles(bundle, bag);
  return { tagManifestSha256: bag.tagManifestSha256, files: bag.files, bytes: bag.bytes };
}

/**
 * Everything in which a bag differs from its manifests: changed, missing, extra and unreadable files by name, links, lines that cannot be
 * trusted (a path that leaves the bag, one listed twice, a digest in capitals), a payload total that is not met. Reads each file once.
 */
export async function inspectBag(bundle: string): Promise<BagCheck> {
  const { files: found, special } = await filesOf(bundle);
  const files = new Set(found);
  const findings: BagFinding[] = special.map((file) => ({ file, message: 'is not a plain file with a plain name' }));
  const declaration = await tagText(bundle, BUNDLE.declaration, files, findings);
  if (declaration !== null && declaration !== DECLARATION) findings.push({ file: BUNDLE.declaration, message: 'does not declare BagIt 1.0 in UTF-8' });
  const payload = await checkManifest(bundle, BUNDLE.manifest, (file) => file.startsWith(`${BUNDLE.data}/`), files, findings);
  const isTag = (file: string): boolean => !file.startsWith(`${BUNDLE.data}/`) && !OUTSIDE.has(file);
  const tags = await checkManifest(bundle, BUNDLE.tagManifest, isTag, files, findings);
  // Which tag files belong is fixed, so that what is extra can be said without their manifest.
  if (tags === null) for (const file of files) if (isTag(file) && !TAG_FILES.some((name) => name === file)) findings.push({ file, message: 'is extra; a bundle has no such tag file' });
  const info = await tagText(bundle, BUNDLE.info, files, findings);
  if (info !== null && payload !== null) checkTotal(info, payload, findings);
  return { findings, files: payload?.files ?? 0, bytes: payload?.bytes ?? 0 };
}

/** The findings of `inspectBag`. */
export async function checkBag(bundle: string): Promise<readonly BagFinding[]> {
  return (await inspectBag(bundle)).findings;
}

interface Total { readonly bytes: number; readonly files: number }

async function checkManifest(bundle: string, manifest: string, belongs: (file: string) => boolean, files: ReadonlySet<string>, findings: BagFinding[]): Promise<Total | null> {
  const text = await tagText(bundle, manifest, files, findings);
  if (text === null) return null;
  const listed = readManifest(text, manifest, belongs, findings);
  let bytes = 0;
  for (const [file, expected] of listed) {
    if (!files.has(file)) {
      findings.push({ file, message: `is missing; ${manifest} lists it` });
      continue;
    }
    try {
      const digest = await digestOfFile(join(bundle, file));
      bytes += digest.bytes;
      if (digest.sha256 !== expected) findings.push({ file, message: `was changed: ${manifest} has another digest` });
    } catch (error) {
      findings.push({ file, message: unreadable(error) });
    }
  }
  for (const file of files) if (belongs(file) && !listed.has(file)) findings.push({ file, message: `is extra; ${manifest} does not list it` });
  return { bytes, files: listed.size };
}

/** Lines `<64 hex digits>  <path>`; any other is a finding and lists nothing. */
function readManifest(text: string, manifest: string, belongs: (file: string) => boolean, findings: BagFinding[]): ReadonlyMap<string, string> {
  const listed = new Map<string, string>();
  if (!text.endsWith('\n')) findings.push({ file: manifest, message: 'does not end with a line feed: it is empty or was cut short' });
  for (const [index, line] of lines(text).entries()) {
    const [, digest = '', file = ''] = /^([0-9a-f]{64}) {2}([^\\\p{Cc}]+)$/u.exec(line) ?? [];
    if (digest === '' || file.split('/').some((part) => part === '' || part === '.' || part === '..')) findings.push({ file: manifest, message: `line ${index + 1} is not a digest and a path inside the bag` });
    else if (listed.has(file)) findings.push({ file: manifest, message: `line ${index + 1} lists ${file} again` });
    else if (!belongs(file)) findings.push({ file: manifest, message: `line ${index + 1} lists ${file}, which does not belong there` });
    else listed.set(file, digest);
  }
  return listed;
}

function checkTotal(info: string, payload: Total, findings: BagFinding[]): void {
  const totals = lines(info).filter((line) => /^payload-oxum\s*:/i.test(line));
  const [, bytes, files] = /^Payload-Oxum: (\d+)\.(\d+)$/.exec(totals[0] ?? '') ?? [];
  if (bytes === undefined || files === undefined) findings.push({ file: BUNDLE.info, message: 'has no Payload-Oxum' });
  else if (totals.length > 1) findings.push({ file: BUNDLE.info, message: `has ${totals.length} lines Payload-Oxum where one belongs` });
  else if (bytes !== String(payload.bytes) || files !== String(payload.files)) findings.push({ file: BUNDLE.info, message: `Payload-Oxum says ${bytes} bytes in ${files} files; there are ${payload.bytes} in ${payload.files}` });
}

/** A tag file's text; null, with a finding, where it is not there or cannot be read as UTF-8. */
async function tagText(bundle: string, file: string, files: ReadonlySet<string>, findings: BagFinding[]): Promise<string | null> {
  if (!files.has(file)) {
    if (!findings.some((finding) => finding.file === file)) findings.push({ file, message: 'is missing' });
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(join(bundle, file)));
  } catch (error) {
    findings.push({ file, message: unreadable(error) });
    return null;
  }
}

function unreadable(error: unknown): string {
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function lines(text: string): readonly string[] {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  return all;
}
