// SPDX-License-Identifier: Apache-2.0
import { bucketView } from '../archive/bucket-view.ts';
import { isBucket, openBucket } from '../archive/open-bucket.ts';
import { folderView, type ArchiveView } from '../archive/view.ts';
import { InputError } from '../model/errors.ts';
import { instantOf } from '../model/instant.ts';
import { isFolder } from './what-stands.ts';

/** The archive that `--archive` names, a folder or a bucket, for reading. Throws an InputError where there is none. */
export async function openView(archive: string): Promise<ArchiveView> {
  if (isBucket(archive)) return bucketView(await openBucket(archive), instantOf(Date.now()));
  if (!(await isFolder(archive))) throw new InputError('--archive', `there is no folder ${archive}`, 'name the folder that holds runs and log, or s3://bucket/prefix');
  return folderView(archive);
}
