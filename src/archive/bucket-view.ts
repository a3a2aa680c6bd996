// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTED } from '../bundle/layout.ts';
import { sha256 } from '../evidence/digest.ts';
import { ANCHORS, CHECKPOINT, CHECKPOINTS, LEAVES, ORIGIN } from '../evidence/log-format.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Instant } from '../model/instant.ts';
import { LOG, LOG_CHECKPOINTS, LOG_LEAVES } from './bucket-log.ts';
import { download, inParallel, isPlainKey } from './object-reads.ts';
import type { Objects, ObjectVersion, StoredObject } from './objects.ts';
import { digestOf } from './write-object.ts';
import { isDigest, STAMP, type ArchiveFinding, type ArchiveView } from './view.ts';

const STAMPS = `${LOG}/${ANCHORS}/`;
const KEYS: readonly RegExp[] = [/^log\/origin$/, /^log\/leaves\/\d{12}\.json$/, /^log\/checkpoints\/[1-9]\d{0,14}$/, /^log\/anchors\/[1-9]\d{0,14}\.tsr$/, /^documents\/[0-9a-f]{64}$/, /^runs\/[^/]+\/.+$/];

/**
 * A bucket's archive: its log copied as it stands, damage and all, into a temporary folder, its runs one at a time. Versions and delete markers are listed, since
 * Object Lock lets anyone with the right to write put a newer version, or a mark of deletion, over what it keeps.
 */
export async function bucketView(objects: Objects, now: Instant): Promise<ArchiveView> {
  const temporary = await mkdtemp(join(tmpdir(), 'rollcall-check-'));
  try {
    const { versioning, objectLock } = await objects.protection();
    const findings: ArchiveFinding[] = [];
    const notes: string[] = objectLock && versioning ? [] : ['the bucket has no Object Lock: whoever may write there can replace or remove what it holds, and nothing here would show it but the log'];
    const keys = await objects.list('');
    const ended = new Set<string>();
    const tell = (key: string, { lock }: StoredObject): void => {
      if (objectLock && lock === null) findings.push({ code: 'lock_missing', place: key, message: 'has no lock, or the login may not read it (s3:GetObjectRetention)' });
      if (lock !== null && lock.until <= now && !ended.has(key)) {
        ended.add(key);
        if (ended.size === 1) notes.push('locks have ended: the first is that of ' + key);
      }
    };
    findings.push(...versionFindings(await objects.versions(''), notes));
    await copyLog(objects, keys, join(temporary, LOG), tell);
    const runs = new Map<string, string[]>();
    const unknown: string[] = [];
    for (const key of keys) {
      const [top, run = '', ...rest] = key.split('/');
      if (!isPlainKey(key) || !KEYS.some((known) => known.test(key))) unknown.push(key);
      else if (top === 'runs') runs.set(run, [...(runs.get(run) ?? []), rest.join('/')]);
    }
    const stamps = new Map(await inParallel(keys.filter((key) => key.startsWith(STAMPS) && STAMP.test(key.slice(STAMPS.length))), async (key) => {
      const found = await objects.read(key);
      if (found !== null) tell(key, found.object);
      return [key.slice(STAMPS.length), found === null ? '' : (await digestOf(found.body)).sha256] as const;
    }));
    return {
      stamps, name: objects.name, logFolder: join(temporary, LOG), runs: [...runs.keys()].sort(byCodeUnit), unknown, findings, notes,
      documents: keys.filter((key) => key.startsWith('documents/')).map((key) => key.slice('documents/'.length)).filter(isDigest),
      async withRun(run, use) {
        const folder = join(temporary, 'runs', sha256(run).slice(0, 16));
        try {
          await mkdir(folder, { recursive: true });
          await inParallel(runs.get(run) ?? [], async (file) => {
            const came = await download(objects, `runs/${run}/${file}`, join(folder, file));
            if (came !== null) tell(`runs/${run}/${file}`, came.object);
          });
          return await use(folder);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
      async digestOfDocument(name) {
        const found = await objects.read(`documents/${name}`);
        if (found === null) return '';
        tell(`documents/${name}`, found.object);
        return (await digestOf(found.body)).sha256;
      },
      async close() {
        await rm(temporary, { recursive: true, force: true });
        objects.close();
      },
    };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    objects.close();
    throw error;
  }
}

/** The log's objects as the files of a folder's log, whatever they say: it is for the reader of the log to find fault. */
async function copyLog(objects: Objects, keys: readonly string[], folder: string, tell: (key: string, object: StoredObject) => void): Promise<void> {
  await mkdir(join(folder, CHECKPOINTS), { recursive: true });
  const bytesOf = async (key: string): Promise<Buffer> => {
    const found = await objects.read(key);
    if (found === null) return Buffer.alloc(0);
    tell(key, found.object);
    return Buffer.concat(await found.body.toArray() as Buffer[]);
  };
  const leaves = await inParallel(keys.filter((key) => key.startsWith(`${LOG_LEAVES}/`) && key.endsWith('.json')), bytesOf);
  if (leaves.length > 0) await writeFile(join(folder, LEAVES), Buffer.concat(leaves.flatMap((leaf) => [leaf, Buffer.from('\n')])));
  const sizes = keys.filter((key) => /^log\/checkpoints\/[1-9]\d{0,14}$/.test(key)).map((key) => Number(key.slice(LOG_CHECKPOINTS.length + 1))).sort((a, b) => a - b);
  await inParallel(sizes, async (size) => writeFile(join(folder, CHECKPOINTS, String(size)), await bytesOf(`${LOG_CHECKPOINTS}/${size}`)));
  const newest = sizes.at(-1);
  if (newest !== undefined) await writeFile(join(folder, CHECKPOINT), await bytesOf(`${LOG_CHECKPOINTS}/${newest}`));
  if (keys.includes(`${LOG}/${ORIGIN}`)) await writeFile(join(folder, ORIGIN), await bytesOf(`${LOG}/${ORIGIN}`));
}

/** What was hidden or replaced since it was written. Derived files of a run may have a newer version: sealing again makes them, and whether it was logged the run itself is held against. */
function versionFindings(versions: readonly ObjectVersion[], notes: string[]): readonly ArchiveFinding[] {
  const findings: ArchiveFinding[] = [];
  const byKey = new Map<string, ObjectVersion[]>();
  for (const version of versions) byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  let derived = 0;
  for (const [key, of] of byKey) {
    const kept = of.filter(({ deleted }) => !deleted);
    const marker = of.find(({ deleted, latest }) => deleted && latest);
    const [, , ...rest] = key.split('/');
    const file = rest.join('/');
    if (marker !== undefined) findings.push({ code: 'object_hidden', place: key, message: `is hidden by a delete marker (version ${marker.versionId})${kept.length === 0 ? '' : `; version ${kept[0]?.versionId ?? ''} is still there, and removing the marker brings it back`}` });
    else if (kept.length > 1 && key.startsWith(STAMPS)) notes.push(`${key} was stamped more than once`);
    else if (kept.length > 1 && key.startsWith('runs/') && !COLLECTED.some((path) => file === path || file.startsWith(`${path}/`))) derived += 1;
    else if (kept.length > 1) findings.push({ code: 'object_replaced', place: key, message: `was written ${kept.length} times, and belongs there once: versions ${kept.map(({ versionId }) => versionId).join(', ')}` });
  }
  if (derived > 0) notes.push(`${derived} derived files of runs have earlier versions: the runs were sealed again`);
  return findings;
}
