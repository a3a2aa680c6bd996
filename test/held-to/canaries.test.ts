// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PARTS } from '../../fixtures/company/parts.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { deriveBundle, judgeCompleteness } from '../../src/pipeline/derive.ts';
import { verifyBundle } from '../../src/verify/verify.ts';
import { scanCompany } from '../support/company-scan.ts';
import { findSecrets } from '../support/find-secrets.ts';
import { temporaryFolder } from '../support/temp.ts';
import type { CanaryLine } from './canary-line.ts';
import { AWS_CANARIES } from './aws/canaries.ts';
import { AZURE_CANARIES } from './azure/canaries.ts';
import { GOOGLE_CANARIES } from './google/canaries.ts';
import { KUBERNETES_CANARIES } from './kubernetes/canaries.ts';

const LINES: { readonly [provider: string]: CanaryLine } = { aws: AWS_CANARIES, azure: AZURE_CANARIES, google: GOOGLE_CANARIES, kubernetes: KUBERNETES_CANARIES };
const FAULTS = Object.fromEntries(Object.entries(LINES).map(([provider, { faults }]) => [provider, faults]));
const EVERY = PARTS.flatMap((part) => part.canaries.map((canary) => ({ provider: part.provider, name: canary.name, forms: part.formsOf(canary) })));
const FORMS = EVERY.flatMap(({ forms }) => forms);

const usual = process.env['TMPDIR'];
afterEach(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

test('there are a line and a fault matrix for every provider, and each has canaries', async () => {
  for (const { id } of PROVIDERS) expect(await readFile(join(import.meta.dirname, id, 'fault-matrix.test.ts'), 'utf8')).toContain(`provider: ${id},`);
  expect(Object.keys(LINES)).toEqual(PROVIDERS.map(({ id }) => id));
  expect(PARTS.filter(({ canaries }) => canaries.length < 10).map(({ provider }) => provider)).toEqual([]);
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
  expect(await findSecrets(folder, FORMS)).toEqual([]);
});

test('with redaction switched off the same search finds every one that is not kept out before it', async () => {
  const folder = await temporaryFolder();
  await scanCompany(folder, { faults: FAULTS, redact: false, depth: 'deep' });
  const seen = new Set((await findSecrets(folder, FORMS)).map(({ secret }) => secret));
  const missing = EVERY.filter(({ forms }) => !forms.some((form) => seen.has(form)));
  expect(missing.map(({ provider, name }) => `${provider} ${name}`).sort()).toEqual(Object.entries(LINES).flatMap(([provider, { neverKept }]) => neverKept.map((name) => `${provider} ${name}`)).sort());
});
