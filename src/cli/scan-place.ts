// SPDX-License-Identifier: Apache-2.0
import { mirroredAppend, syncLog } from '../archive/mirror.ts';
import { isBucket, openForWriting } from '../archive/open-bucket.ts';
import { pushArchive, type PushOutcome } from '../archive/push.ts';
import { archivePaths } from '../bundle/layout.ts';
import type { Append } from '../evidence/log-step.ts';
import type { Configuration } from '../scope/configuration.ts';
import type { Terminal } from './terminal.ts';

/** Where a scan writes: a folder, and for an archive in a bucket the log there and what sends the sealed run. */
export interface ScanPlace {
  readonly folder: string;
  /** Null: the folder's own log. */
  readonly append: Append | null;
  push(terminal: Terminal, run: string): Promise<PushOutcome | null>;
  close(): void;
}

/**
 * Opens the archive of a scan before anything is asked of a provider. With a bucket, the folder's log is brought to the bucket's first, and from then on every event goes to the bucket's log
 * before the folder's. Throws an InputError where bucket and folder disagree or the bucket cannot keep evidence.
 */
export async function openScanPlace(archive: string, output: Configuration['output']): Promise<ScanPlace> {
  if (!isBucket(archive)) return { folder: archive, append: null, push: () => Promise.resolve(null), close: () => undefined };
  const bucket = await openForWriting(archive, output.withoutLock ? 'without lock' : { mode: output.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', days: output.retainDays });
  try {
    const known = await syncLog(output.folder, bucket, Date.now);
    return {
      folder: output.folder, append: mirroredAppend(bucket, archivePaths(output.folder).log, known), close: () => bucket.objects.close(),
      async push(terminal, run) {
        try {
          return await pushArchive(output.folder, bucket, Date.now, run);
        } catch (error) {
          terminal.error(`The run is sealed in ${output.folder} and logged in the bucket; its files are not all there. rollcall archive push ${archive} --archive ${output.folder} sends them.`);
          throw error;
        }
      },
    };
  } catch (error) {
    bucket.objects.close();
    throw error;
  }
}
