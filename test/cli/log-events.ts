// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { LogEvent } from '../../src/evidence/log-format.ts';
import { readLog } from '../../src/evidence/read-log.ts';

/** The events of an archive's log, in order. */
export async function logEvents(archive: string): Promise<readonly LogEvent[]> {
  return (await readLog(join(archive, 'log'))).events;
}
