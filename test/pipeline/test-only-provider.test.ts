// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { ensureKey } from '../../src/evidence/signer.ts';
import { deriveBundle, judgeCompleteness } from '../../src/pipeline/derive.ts';
import { runScan, type ScanOptions, type ScanResult } from '../../src/pipeline/scan.ts';
import { summarize } from '../../src/report/summary.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { PIERS } from '../support/harbor/collect.ts';
import { harbor } from '../support/harbor/provider.ts';
import { startHarbor, type HarborFault } from '../support/harbor/server.ts';
import { temporaryFolder } from '../support/temp.ts';

/** A whole run over a provider that no file under src/ names. */
async function scanHarbor(folder: string, faults: readonly HarborFault[] = [], more: Partial<ScanOptions> = {}): Promise<ScanResult> {
  const server = await startHarbor(PIERS, { faults });
  onTestFinished(() => server.close());
  const { configuration, targets } = parseConfiguration({ version: 1, targets: [{ name: 'port', provider: 'harbor', auth: { url: server.url } }] }, 'test', [harbor]);
  const { signer } = await ensureKey(join(folder, 'keys', 'key.pem'));
  return runScan({
    archive: join(folder, 'archive'), providers: [harbor], configuration, declared: true, targets, inputs: [], depth: 'standard', occasion: 'scheduled', signer, toolVersion: '0.0.0', clock: Date.now, signal: new AbortController().signal,
    progress: () => undefined, announce: () => undefined, stage: () => undefined, pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5 }, ...more,
  });
}

test('a provider that exists only under test/ is scanned, sealed and verified with no edit under src/', async () => {
  const folder = await temporaryFolder();
  const { bundle } = await scanHarbor(folder);
  const summary = await summarize(bundle);
  expect(summary.principals).toEqual({ human: 0, nonHuman: 3, both: 0, undecided: 0 });
  expect(summary.credentials).toBe(4);
  // Owners of piers are looked for like those of any identity; checks of other providers do not concern them.
  expect(summary.notMet).toEqual([{ check: 'nhi-owner-missing', severity: 'medium', count: 3, accepted: 0, known: 0, open: 3 }, { check: 'nhi-purpose-missing', severity: 'low', count: 3, accepted: 0, known: 0, open: 3 }]);
  expect(summary.unexpectedGaps).toBe(0);
  const report = await verifyBundle(bundle, { keys: [await readFile(join(folder, 'keys', 'key.pub.pem'), 'utf8')], logDir: join(folder, 'archive', 'log'), require: ['integrity', 'authenticity', 'completeness', 're-derivation'], rederive: (from, to) => deriveBundle(from, to, [harbor]), completeness: (from) => judgeCompleteness(from, [harbor]) });
  expect(Object.fromEntries(report.verdicts.map(({ name, result }) => [name, result]))).toEqual({ integrity: 'pass', authenticity: 'pass', time: 'cannot_say', completeness: 'pass', 'period-coverage': 'cannot_say', 're-derivation': 'pass' });
  expect(report.exitCode).toBe(0);
  expect(await readFile(join(bundle, BUNDLE.cover), 'utf8')).toContain('paper badges cannot be listed');
});

test('a refused read is a gap of the summary, and completeness then cannot be said', async () => {
  const folder = await temporaryFolder();
  const { bundle } = await scanHarbor(folder, [{ path: /p2\/badges/, kind: 'deny' }]);
  expect((await summarize(bundle)).unexpectedGaps).toBe(1);
  const { problems, gaps } = await judgeCompleteness(bundle, [harbor]);
  expect(problems).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test('two runs leave two runs in one log, each started before it was sealed', async () => {
  const folder = await temporaryFolder();
  const first = await scanHarbor(folder);
  const second = await scanHarbor(folder);
  const events = (await readFile(join(folder, 'archive', 'log', 'leaves.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { event: string; run: string; sequence: number });
  expect(events.map(({ event, run, sequence }) => [sequence, event, run])).toEqual([first, second].flatMap(({ run }, index) => ['run.started', 'run.collected', 'run.sealed'].map((event, step) => [index * 3 + step, event, run.run])));
});

test('a scan that is interrupted is logged as that, leaves no run, and names the one that can go on', async () => {
  const folder = await temporaryFolder();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('stop')), 50);
  await expect(scanHarbor(folder, [{ path: /badges/, kind: 'hang' }], { signal: controller.signal })).rejects.toMatchObject({ name: 'Interrupted', run: expect.stringMatching(/^[0-9a-f-]{36}$/), notLogged: null });
  const log = await readFile(join(folder, 'archive', 'log', 'leaves.jsonl'), 'utf8');
  expect(log.trim().split('\n').map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['run.started', 'run.interrupted']);
});
