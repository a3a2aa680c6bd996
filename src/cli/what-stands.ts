// SPDX-License-Identifier: Apache-2.0
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Whether anything stands at a path. */
export async function isThere(path: string): Promise<boolean> {
  return (await statOrNull(path)) !== null;
}

/** Whether a folder stands at a path. False, too, where something on the way is a file. */
export async function isFolder(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isDirectory() ?? false;
}

/** Whether a file stands at a path. */
export async function isFile(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isFile() ?? false;
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
