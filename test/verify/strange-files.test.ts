// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { verifyReportSchema } from '../../src/verify/report.ts';
import { findingsOf, resultsOf } from '../support/archive.ts';
import { put, sealedBundle, verifySmall } from '../support/small-bundle.ts';

const run = promisify(execFile);

describe('a bundle that holds what no bag can', () => {
  test.each<readonly [string, string, (bundle: string) => Promise<unknown>]>([
    ['a link in a file’s place', BUNDLE.cover, async (bundle) => {
      await rename(join(bundle, BUNDLE.cover), `${bundle}.md`);
      await symlink(`${bundle}.md`, join(bundle, BUNDLE.cover));
    }],
    ['a link to the reader’s own folders', 'data/home', (bundle) => symlink('/', join(bundle, 'data/home'))],
    ['a link to itself', 'data/round', (bundle) => symlink('round', join(bundle, 'data/round'))],
    // Whoever opens it waits for ever: this test ends, or it fails by time.
    ['a pipe in the seal’s place', BUNDLE.seal, (bundle) => run('sh', ['-c', `rm "$1" && mkfifo "$1"`, 'sh', join(bundle, BUNDLE.seal)])],
    ['a pipe among the pages', 'data/pages/pipe', (bundle) => run('mkfifo', [join(bundle, 'data/pages/pipe')])],
    ['a name with a line feed', 'data/a\nb', (bundle) => put(bundle, 'data/a\nb', '')],
  ])('%s: integrity fails by its name, nothing of it is opened, nothing else is said', { timeout: 10_000 }, async (_, file, change) => {
    const small = await sealedBundle();
    await change(small.bundle);
    let derived = false;
    const report = await verifySmall(small, { rederive: async () => { derived = true; } });
    expect(findingsOf(report, 'integrity')).toBe(`${file}: is not a plain file with a plain name`);
    expect(resultsOf(report)).toEqual({ integrity: 'fail', authenticity: 'cannot_say', time: 'cannot_say', completeness: 'cannot_say', 'period-coverage': 'cannot_say', 're-derivation': 'cannot_say' });
    expect([report.exitCode, report.run, derived]).toEqual([1, null, false]);
    expect(verifyReportSchema.parse(report)).toEqual(report);
  });
});
