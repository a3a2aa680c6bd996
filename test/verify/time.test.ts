// SPDX-License-Identifier: Apache-2.0
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import type { Instant } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import { time } from '../../src/verify/time.ts';
import { SEALED_AT, sealedBundle, smallCall, unsealedBundle, type SmallBundle } from '../support/small-bundle.ts';

// The small bundle's run lasts from 09:30 to 10:30.
const WITHIN = '2026-11-22T09:40:00.000Z';

async function judged(small: SmallBundle, options: { readonly maxSkewMs?: number } = {}): Promise<readonly [string, string]> {
  const { result, findings } = await time(small.bundle, { logDir: small.logDir, ...options });
  return [result, findings.map(({ file, message }) => `${file ?? ''}: ${message}`).join('\n')];
}

async function withRun(change: Partial<SmallBundle['run']>): Promise<SmallBundle> {
  const small = await unsealedBundle();
  await writeFile(join(small.bundle, BUNDLE.run), canonicalJson({ ...small.run, ...change }));
  return small;
}

describe('times', () => {
  test('that agree are not proof: unanchored, and in how many answers the provider’s clock agreed', async () => {
    const small = await sealedBundle([smallCall(WITHIN, WITHIN), smallCall(WITHIN, null), smallCall(WITHIN, '2026-11-22T09:41:30.000Z')]);
    expect(await judged(small)).toEqual(['cannot_say', ': unanchored: no time stamp and no witness outside management\'s control\n: the times agree with each other and with the provider\'s clock in 2 answers']);
  });

  test.each<readonly [string, () => Promise<SmallBundle>, RegExp]>([
    ['a run that ends before it starts', () => withRun({ finishedAt: '2026-11-22T09:29:59.999Z' as Instant }), /^data\/run\.json: ends at .*, before it starts at/],
    ['ages counted to a moment after the run', () => withRun({ asOf: '2026-11-22T10:30:00.001Z' as Instant }), /^data\/run\.json: counts ages to/],
    ['ages counted to a moment before the run', () => withRun({ asOf: '2026-11-22T09:29:59.999Z' as Instant }), /^data\/run\.json: counts ages to/],
    ['a call before the run', () => sealedBundle([smallCall('2026-11-22T09:29:59.999Z', null)]), /data\/calls\.jsonl\.gz: 1 calls lie outside/],
    ['a call after the run', () => sealedBundle([smallCall('2026-11-22T10:30:00.001Z', null), smallCall(WITHIN, WITHIN)]), /data\/calls\.jsonl\.gz: 1 calls lie outside/],
    ['a provider whose clock is far ahead', () => sealedBundle([smallCall(WITHIN, '2026-11-22T09:45:00.021Z')]), /more than 300 s apart in 1 calls/],
    ['a provider whose clock is far behind', () => sealedBundle([smallCall(WITHIN, '2025-11-22T09:40:00.000Z')]), /more than 300 s apart in 1 calls/],
    ['a seal before the end of the run', async () => {
      const small = await unsealedBundle();
      await sealBundle(small.bundle, { logDir: small.logDir, signer: small.signer, at: '2026-11-22T10:29:59.999Z' as Instant, run: small.run });
      return small;
    }, /^seal\.dsse\.json: was made at .*, before the run ended/],
    ['a start that was logged after the first request', async () => relog(await sealedBundle(), (at, event) => (event === 'run.started' ? '2026-11-22T09:31:00.001Z' : at)), /^log\/leaves\.jsonl: entry 0 \(run\.started, .*\) is later than the first request/],
    ['a reading that was logged before it ended', async () => relog(await sealedBundle(), (at, event) => (event === 'run.collected' ? '2026-11-22T10:29:00.000Z' : at)), /entry 1 \(run\.collected, .*\) is earlier than the end of the run/],
    ['a seal that was logged before the reading', async () => relog(await sealedBundle(), (at, event) => (event === 'run.sealed' ? '2026-11-22T10:29:00.000Z' : at)), /entry 2 \(run\.sealed, .*\) is earlier than entry 1/],
  ])('%s contradicts', async (_, make, expected) => {
    const [result, said] = await judged(await make());
    expect([result, said]).toEqual(['fail', expect.stringMatching(expected)]);
  });

  test('are held to the reader’s own limit where one is given, to the millisecond', async () => {
    const small = await sealedBundle([smallCall(WITHIN, '2026-11-22T09:40:02.020Z')]);
    expect((await judged(small, { maxSkewMs: 2000 }))[0]).toBe('cannot_say');
    expect((await judged(small, { maxSkewMs: 1999 }))[0]).toBe('fail');
    expect((await judged(small))[0]).toBe('cannot_say');
  });

  test('of other runs in the log are not this one’s', async () => {
    const small = await sealedBundle();
    await appendEvent(small.logDir, { event: 'run.started', at: '2020-01-01T00:00:00.000Z' as Instant, run: 'another', tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, small.signer);
    expect((await judged(small))[0]).toBe('cannot_say');
    expect(SEALED_AT > small.run.finishedAt).toBe(true);
  });
});

async function relog(small: SmallBundle, at: (at: string, event: string) => string): Promise<SmallBundle> {
  const { events } = await readLog(small.logDir);
  await rm(small.logDir, { recursive: true });
  for (const { sequence: _, ...event } of events) await appendEvent(small.logDir, { ...event, at: at(event.at, event.event) as Instant }, small.signer);
  return small;
}
