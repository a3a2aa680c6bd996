// SPDX-License-Identifier: Apache-2.0
import { archivePaths } from '../bundle/layout.ts';
import { copyIntoLog } from '../evidence/append-log.ts';
import { refuseOther, type Append } from '../evidence/log-step.ts';
import { InputError } from '../model/errors.ts';
import { appendToBucket, copyOfBucketLog, LOG, LOG_CHECKPOINTS, readBucketLog } from './bucket-log.ts';
import { compareLogs, copyOfFolderLog } from './folder-log.ts';
import { inParallel, readSmall } from './object-reads.ts';
import type { BucketArchive } from './open-bucket.ts';
import { pushArchive, refusalOf } from './push.ts';

/** Brings the log of a folder and that of a bucket to one length: what one has and the other has not goes over. Returns the leaves' texts. Throws an InputError where they disagree. */
export async function syncLog(archive: string, bucket: BucketArchive, now: () => number): Promise<readonly string[]> {
  const { log } = archivePaths(archive);
  const folder = await copyOfFolderLog(log);
  const there = await readBucketLog(bucket.objects);
  const relation = compareLogs({ origin: folder?.copy.origin ?? null, lines: folder?.copy.lines ?? [] }, { origin: there.log.origin, lines: there.lines });
  if (relation.relation === 'forked' || relation.relation === 'other_log') throw new InputError(archive, refusalOf(relation, folder?.copy.lines.length ?? 0, there.lines.length) ?? '', `rollcall archive check tells which one is honest; or name an empty folder, and it becomes a copy of ${bucket.objects.name}`);
  if (relation.relation === 'folder_ahead') {
    const { refused, findings } = await pushArchive(archive, bucket, now);
    if (refused !== null || findings.length > 0) throw new InputError(archive, refused ?? `${findings[0]?.place ?? ''}: ${findings[0]?.message ?? ''}`, 'rollcall archive push and check name everything that differs');
    return folder?.copy.lines ?? [];
  }
  refuseOther(`${bucket.objects.name}/${LOG}`, there.log, 'rollcall archive check names what differs');
  const copy = relation.relation === 'bucket_ahead' ? await copyOfBucketLog(bucket.objects, there) : null;
  if (copy !== null) await copyIntoLog(log, copy);
  return there.lines;
}

/** Appends to a bucket's log, then to the folder's copy of it, with what others appended in between. `known`: leaves that both have. */
export function mirroredAppend(bucket: BucketArchive, folder: string, known: readonly string[]): Append {
  let both = known;
  return async (event, signer) => {
    const { placed, lines, origin, checkpoint } = await appendToBucket(bucket, event, signer, both);
    const between = Array.from({ length: lines.length - both.length - 1 }, (_, index) => both.length + index + 1);
    const others = await inParallel(between, async (size) => [size, await readSmall(bucket.objects, `${LOG_CHECKPOINTS}/${size}`)] as const);
    await copyIntoLog(folder, { origin, lines, checkpoints: new Map([...others.flatMap(([size, text]) => (text === null ? [] : [[size, text] as const])), [lines.length, checkpoint] as const]) });
    both = lines;
    return placed;
  };
}
