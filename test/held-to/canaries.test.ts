// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CANARIES } from '../../fixtures/company/canaries.ts';
import type { AwsFault } from '../../fixtures/servers/aws-faults.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { deriveBundle, judgeCompleteness } from '../../src/pipeline/derive.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { scanCompany } from '../support/company-scan.ts';
import { findSecrets } from '../support/find-secrets.ts';
import { temporaryFolder } from '../support/temp.ts';

const SECRETS = CANARIES.map(({ secret }) => secret);
// Error messages and fields that nobody named carry canaries too.
const FAULTS: readonly AwsFault[] = [{ operation: 'ListSAMLProviders', kind: 'error500' }, { operation: '*', kind: 'unknown_field' }];

const usual = process.env['TMPDIR'];
afterEach(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

test('no canary is in any file of the archive, its log, or the temporary folder', async () => {
  const folder = await temporaryFolder();
  process.env['TMPDIR'] = join(folder, 'tmp');
  await mkdir(join(folder, 'tmp'));
  for (const depth of ['standard', 'deep'] as const) {
    const { bundle, archive } = await scanCompany(folder, { faults: FAULTS, depth });
    const report = await verifyBundle(bundle, { keys: [], logDir: join(archive, 'log'), require: ['re-derivation'], rederive: (from, to) => deriveBundle(from, to, PROVIDERS), completeness: (from) => judgeCompleteness(from, PROVIDERS) });
    expect(report.verdicts.find(({ name }) => name === 're-derivation')?.result).toBe('pass');
  }
  expect(await findSecrets(folder, SECRETS)).toEqual([]);
});

test('with redaction switched off the same search finds every one', async () => {
  const folder = await temporaryFolder();
  await scanCompany(folder, { faults: FAULTS, redact: false, depth: 'deep' });
  const seen = new Set((await findSecrets(folder, SECRETS)).map(({ secret }) => secret));
  expect(CANARIES.filter(({ secret }) => !seen.has(secret)).map(({ name }) => name)).toEqual([]);
});
