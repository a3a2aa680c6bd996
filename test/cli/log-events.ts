// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { isRunEvent, type RunEvent } from '../../src/evidence/log-format.ts';
import { readLog } from '../../src/evidence/read-log.ts';

/** The events of runs in an archive's log, in order. */
export async function logEvents(archive: string): Promise<readonly RunEvent[]> {
  return (await readLog(join(archive, 'log'))).events.filter(isRunEvent);
}
