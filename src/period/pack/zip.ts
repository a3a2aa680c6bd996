// SPDX-License-Identifier: Apache-2.0
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { filesOf } from '../../evidence/bag.ts';

/** What mail servers commonly let through, in bytes. */
export const MAIL_LIMIT = 25_000_000;

/** Puts a folder into one zip file, files in order and without their times, so that equal content gives equal bytes. Returns its size in bytes. Fails where the file exists. */
export async function zipFolder(folder: string, name: string, file: string): Promise<number> {
  const zip = new ZipFile();
  const failed = Promise.withResolvers<never>();
  zip.on('error', (error: Error) => failed.reject(error));
  for (const path of (await filesOf(folder)).files) {
    // Before 1980, which zip cannot hold, so that yazl writes its least date in every time zone.
    zip.addReadStreamLazy(`${name}/${path}`, { mtime: new Date(0), mode: 0o100_644, forceDosTimestamp: true, compressionLevel: 9 }, (give) => give(null, createReadStream(join(folder, path)).on('error', (error) => failed.reject(error))));
  }
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(file, { flags: 'wx' })), failed.promise]);
  return (await stat(file)).size;
}
