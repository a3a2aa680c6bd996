// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where this user's caches are: `XDG_CACHE_HOME`, else `~/.cache` (https://specifications.freedesktop.org/basedir-spec/); on Windows the local application data. */
export function userCacheFolder(): string {
  const local = process.platform === 'win32' ? process.env['LOCALAPPDATA'] : process.env['XDG_CACHE_HOME'];
  // The specification has relative paths ignored.
  const base = local !== undefined && isAbsolute(local) ? local : join(homedir(), '.cache');
  return join(base, 'rollcall');
}
