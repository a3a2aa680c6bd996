// SPDX-License-Identifier: Apache-2.0
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { byCodeUnit } from '../model/json.ts';
import { digestOfFile, sha256 } from './digest.ts';

/** Something that a bag's manifests say and its files do not, or the other way round. */
export interface BagFinding { readonly file: string; readonly message: string }

const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
// The seal is made over the tag manifest, so it cannot stand in it.
const OUTSIDE: ReadonlySet<string> = new Set([BUNDLE.tagManifest, BUNDLE.seal]);
const TAG_FILES = [BUNDLE.info, BUNDLE.declaration, BUNDLE.manifest] as const;

/** Files below a folder of the bundle, as paths with `/`, by code unit; symbolic links and other special files are told apart. */
export async function filesOf(bundle: string, folder = ''): Promise<{ readonly files: readonly string[]; readonly special: readonly string[] }> {
  const files: string[] = [];
  const special: string[] = [];
  for (const name of (await readdir(join(bundle, folder))).sort(byCodeUnit)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const info = await lstatOptional(join(bundle, path));
    if (info === null) special.push(path);
    else if (info.isDirectory()) {
      const inner = await filesOf(bundle, path);
      files.push(...inner.files);
      special.push(...inner.special);
    } else if (info.isFile()) files.push(path);
    else special.push(path);
  }
  return { files: files.sort(byCodeUnit), special };
}

/** Null for a name that is listed and cannot be opened by it: one that is no UTF-8 text. */
async function lstatOptional(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Writes the tag files and manifests of a BagIt 1.0 bag (RFC 8493) around `data/`. `baggedOn` is a day. Returns the digest of the
 * tag manifest, which stands for every byte. Throws on a name that `sha256sum -c` would need to escape, and on special files.
 */
export async function writeBag(bundle: string, info: { readonly run: string; readonly baggedOn: string; readonly agent: string }): Promise<{ readonly tagManifestSha256: string; readonly files: number; readonly bytes: number }> {
  const { files, special } = await filesOf(bundle, BUNDLE.data);
  const strange = special[0] ?? files.find((file) => /[\\\r\n]/.test(file));
  if (strange !== undefined) throw new Error(`${strange}: neither a plain file nor a plain name; a bag cannot hold it`);
  let bytes = 0;
  const lines: string[] = [];
  for (const file of files) {
    const digest = await digestOfFile(join(bundle, file));
    bytes += digest.bytes;
    lines.push(`${digest.sha256}  ${file}\n`);
  }
  await writeFile(join(bundle, BUNDLE.declaration), DECLARATION);
  await writeFile(join(bundle, BUNDLE.info), `Bag-Software-Agent: ${info.agent}\nBagging-Date: ${info.baggedOn}\nExternal-Identifier: ${info.run}\nPayload-Oxum: ${bytes}.${files.length}\n`);
  await writeFile(join(bundle, BUNDLE.manifest), lines.join(''));
  const tags = await Promise.all(TAG_FILES.map(async (file) => `${(await digestOfFile(join(bundle, file))).sha256}  ${file}\n`));
  const tagManifest = tags.join('');
  await writeFile(join(bundle, BUNDLE.tagManifest), tagManifest);
  return { tagManifestSha256: sha256(tagManifest), files: files.length, bytes };
}

/** Everything in which a bag differs from its manifests: changed, missing and extra files by name, lines that cannot be trusted, a payload total that is not met. */
export async function checkBag(bundle: string): Promise<readonly BagFinding[]> {
  const findings: BagFinding[] = [];
  const { files, special } = await filesOf(bundle);
  for (const file of special) findings.push({ file, message: 'is not a plain file with a plain name' });
  if (!files.includes(BUNDLE.declaration)) findings.push({ file: BUNDLE.declaration, message: 'is missing' });
  else if ((await readFile(join(bundle, BUNDLE.declaration), 'utf8')) !== DECLARATION) findings.push({ file: BUNDLE.declaration, message: 'does not declare BagIt 1.0 in UTF-8' });
  const payload = await checkManifest(bundle, BUNDLE.manifest, (file) => file.startsWith(`${BUNDLE.data}/`), files, findings);
  await checkManifest(bundle, BUNDLE.tagManifest, (file) => !file.startsWith(`${BUNDLE.data}/`) && !OUTSIDE.has(file), files, findings);
  await checkOxum(bundle, payload, findings);
  return findings;
}

interface Total { readonly bytes: number; readonly files: number }

async function checkManifest(bundle: string, manifest: string, belongs: (file: string) => boolean, files: readonly string[], findings: BagFinding[]): Promise<Total | null> {
  if (!files.includes(manifest)) {
    findings.push({ file: manifest, message: 'is missing' });
    return null;
  }
  const listed = new Map<string, string>();
  const text = await readFile(join(bundle, manifest), 'utf8');
  if (!text.endsWith('\n')) findings.push({ file: manifest, message: 'does not end with a line feed: it is empty or was cut short' });
  for (const [index, line] of lines(text).entries()) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    const [, digest = '', file = ''] = match ?? [];
    if (match === null || file.split('/').some((part) => part === '' || part === '.' || part === '..') || file.includes('\\')) findings.push({ file: manifest, message: `line ${index + 1} is not a digest and a path inside the bag` });
    else if (listed.has(file)) findings.push({ file: manifest, message: `line ${index + 1} lists ${file} again` });
    else if (!belongs(file)) findings.push({ file: manifest, message: `line ${index + 1} lists ${file}, which does not belong there` });
    else listed.set(file, digest);
  }
  let bytes = 0;
  for (const [file, expected] of listed) {
    if (!files.includes(file)) {
      findings.push({ file, message: `is missing; ${manifest} lists it` });
      continue;
    }
    const digest = await digestOfFile(join(bundle, file));
    bytes += digest.bytes;
    if (digest.sha256 !== expected) findings.push({ file, message: `was changed: ${manifest} has another digest` });
  }
  for (const file of files) if (belongs(file) && !listed.has(file)) findings.push({ file, message: `is extra; ${manifest} does not list it` });
  return { bytes, files: listed.size };
}

async function checkOxum(bundle: string, payload: Total | null, findings: BagFinding[]): Promise<void> {
  if (payload === null) return;
  let info: string;
  try {
    info = await readFile(join(bundle, BUNDLE.info), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    findings.push({ file: BUNDLE.info, message: 'is missing' });
    return;
  }
  const totals = lines(info).filter((line) => /^payload-oxum\s*:/i.test(line));
  const total = /^Payload-Oxum: (\d+)\.(\d+)$/.exec(totals[0] ?? '');
  if (total === null) findings.push({ file: BUNDLE.info, message: 'has no Payload-Oxum' });
  else if (totals.length > 1) findings.push({ file: BUNDLE.info, message: `has ${totals.length} lines Payload-Oxum where one belongs` });
  else if (Number(total[1]) !== payload.bytes || Number(total[2]) !== payload.files) findings.push({ file: BUNDLE.info, message: `Payload-Oxum says ${total[1]} bytes in ${total[2]} files; there are ${payload.bytes} in ${payload.files}` });
}

function lines(text: string): readonly string[] {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  return all;
}
