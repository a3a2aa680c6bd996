// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BundleFormatError } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { VERDICT_NAMES, type VerdictName, type VerifyOptions } from '../../src/verify/verify.ts';
import { verifyReportSchema } from '../../src/verify/report.ts';
import { findingsOf, resultsOf } from '../support/archive.ts';
import { put, sealedBundle, verifySmall } from '../support/small-bundle.ts';

const GAP = async (): Promise<{ problems: string[]; gaps: string[] }> => ({ problems: [], gaps: ['aws:1: denied'] });
const PROBLEM = async (): Promise<{ problems: string[]; gaps: string[] }> => ({ problems: ['a read left no call'], gaps: ['aws:1: denied'] });

describe('the exit code', () => {
  test.each<readonly [string, readonly VerdictName[], Partial<VerifyOptions>, number]>([
    ['0 where nothing is required and nothing fails', [], {}, 0],
    ['0 where all that is required passes', ['integrity', 'authenticity', 'completeness', 're-derivation'], {}, 0],
    ['3 where a required verdict cannot be said: no anchor', ['time'], {}, 3],
    ['3 where a required verdict cannot be said: one moment', ['period-coverage'], {}, 3],
    ['3 where a required verdict cannot be said: no key', ['authenticity'], { keys: [] }, 3],
    ['3 where a required verdict cannot be said: a gap', ['completeness'], { completeness: GAP }, 3],
    ['0 where what cannot be said is not required', ['integrity'], { completeness: GAP, keys: [] }, 0],
    ['1 where anything fails, required or not', [], { completeness: PROBLEM }, 1],
    ['1 before 3', ['time'], { completeness: PROBLEM }, 1],
  ])('is %s', async (_, required, options, expected) => {
    const report = await verifySmall(await sealedBundle(), { require: required, ...options });
    expect([report.exitCode, report.required]).toEqual([expected, VERDICT_NAMES.filter((name) => required.includes(name))]);
    expect(verifyReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test('never comes of one verdict for all: the six stand apart, each with what it does not show', async () => {
    const report = await verifySmall(await sealedBundle());
    expect(report.verdicts.map(({ name }) => name)).toEqual([...VERDICT_NAMES]);
    expect(resultsOf(report)).toEqual({ integrity: 'pass', authenticity: 'pass', time: 'cannot_say', completeness: 'pass', 'period-coverage': 'cannot_say', 're-derivation': 'pass' });
    for (const { doesNotShow } of report.verdicts) expect(doesNotShow.length).toBeGreaterThan(20);
    expect(findingsOf(report, 'time')).toMatch(/^: unanchored/);
    expect(findingsOf(report, 'period-coverage')).toContain('rollcall period');
  });
});

describe('deriving again', () => {
  test.each<readonly [string, unknown, string, string]>([
    ['a damaged file', new BundleFormatError('data/pages/x.jsonl.gz:3', 'not JSON'), 'fail', 'data/pages/x.jsonl.gz: line 3: not JSON'],
    ['rows that our code trips over', new TypeError('x is not iterable'), 'fail', ': what the bundle holds stops this judgement: x is not iterable'],
    ['a full disk of the reader’s', Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', path: '/tmp/x' }), 'cannot_say', ': this machine could not do it (ENOSPC): ENOSPC: no space left on device'],
  ])('%s: ends in a finding, never an exception, and other verdicts stand', async (_, error, result, finding) => {
    const report = await verifySmall(await sealedBundle(), { rederive: () => Promise.reject(error) });
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'pass', 're-derivation': result });
    expect(findingsOf(report, 're-derivation')).toBe(finding);
  });

  test('leaves nothing behind, whether it ends well or not', async () => {
    const small = await sealedBundle();
    const folders = async (): Promise<readonly string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('rollcall-verify-')).sort();
    const outs: string[] = [];
    await verifySmall(small, { rederive: async (_, out) => { outs.push(out); throw new Error('ends here'); } });
    await verifySmall(small, { rederive: async (from, out) => { outs.push(out); await small.rederive(from, out); } });
    const left = await folders();
    expect(outs).toHaveLength(2);
    for (const out of outs) expect(left.map((name) => join(tmpdir(), name))).not.toContain(out);
  });

  test('names what nothing makes, what is missing, and the line that differs', async () => {
    const small = await sealedBundle();
    await put(small.bundle, 'data/populations/all-clear.csv', 'all clear\n');
    await put(small.bundle, BUNDLE.cover, 'what this is\nand how not to check it\n');
    await rm(join(small.bundle, BUNDLE.objects));
    expect(findingsOf(await verifySmall(small), 're-derivation').split('\n')).toEqual([
      'data/populations/all-clear.csv: does not follow from the pages: nothing makes it', `${BUNDLE.objects}: follows from the pages and is missing`, `${BUNDLE.cover}: does not follow from the pages: line 2 differs`,
    ]);
  });

  test('of an empty folder says that nothing is there', async () => {
    const small = await sealedBundle();
    await rm(small.bundle, { recursive: true });
    await mkdir(small.bundle);
    const report = await verifySmall(small);
    expect(resultsOf(report)).toMatchObject({ integrity: 'fail', authenticity: 'fail', time: 'fail', 're-derivation': 'fail' });
    expect(findingsOf(report, 'integrity')).toContain('manifest-sha256.txt: is missing');
  });
});
