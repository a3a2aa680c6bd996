// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPeriod } from '../../src/cli/load-period.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { InputError } from '../../src/model/errors.ts';
import type { Instant } from '../../src/model/instant.ts';
import { testSigner } from '../support/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const at = (time: string): Instant => `2026-07-06T${time}:00.000Z` as Instant;
const days = { from: '2026-07-01', to: '2026-07-31' };


/** An archive whose log has one improvement at each of these moments, in this order. */
async function archiveOf(moments: readonly Instant[]): Promise<string> {
  const archive = join(await temporaryFolder(), 'archive');
  const by = { name: 'Tom Achterberg', basis: 'typed only' } as const;
  for (const [index, moment] of moments.entries()) await appendEvent(join(archive, 'log'), { event: 'improvement.recorded', at: moment, improvement: `I-${index}`, text: 'better', from: 'D-1', owner: 'Tom Achterberg', due: null, by }, testSigner());
  return archive;
}

describe('a period as of a moment', () => {
  test('stands on the beginning of the log up to it', async () => {
    const archive = await archiveOf([at('05:00'), at('06:00'), at('07:00')]);
    const { log, improvements } = await loadPeriod(archive, days, at('06:00'));
    expect([log.size, improvements.length]).toEqual([2, 2]);
  });
  test('is refused where a clock was set back, so that what was logged up to it is no beginning of the log', async () => {
    const archive = await archiveOf([at('05:00'), at('08:00'), at('06:00')]);
    await expect(loadPeriod(archive, days, at('07:00'))).rejects.toThrow(InputError);
    await expect(loadPeriod(archive, days, at('07:00'))).rejects.toThrow(/entry 2 of the log .* a clock was set back/);
    expect((await loadPeriod(archive, days, at('08:00'))).log.size).toBe(3);
  });
});
