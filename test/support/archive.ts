// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { owners } from '../../fixtures/company/owners.ts';
import { startCompany } from '../../fixtures/company/start.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import type { Run } from '../../src/bundle/records.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parseControls } from '../../src/evidence/controls.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { parseOwners } from '../../src/inventory/owners-file.ts';
import { instantOf } from '../../src/model/instant.ts';
import { deriveBundle, judgeCompleteness } from '../../src/pipeline/derive.ts';
import { runScan } from '../../src/pipeline/scan.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';
import { verifyBundle, type VerifyOptions, type VerifyReport } from '../../src/verify/verify.ts';
import { temporaryFolder } from './temp.ts';
import { testSigner } from './signer.ts';

export interface Archive { readonly folder: string; readonly bundle: string; readonly log: string; readonly run: Run; readonly signer: ReturnType<typeof testSigner> }

/** A real scan of the fictional company, all its parts, into an archive of its own, sealed; whoever calls removes it. Logins are set in the environment here and put back. */
export async function scanCompany(): Promise<Archive> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-archive-'));
  const now = instantOf(Date.now());
  const harbor = await startCompany(now);
  try {
    const { configuration, targets } = parseConfiguration(harbor.configuration, 'test', PROVIDERS);
    const inputs = [
      { name: 'owners', origin: 'owners.yaml', sha256: sha256('owners'), value: parseOwners(owners(now), 'owners') },
      { name: 'controls', origin: 'controls.yaml', sha256: sha256(CONTROLS_YAML), value: { controls: parseControls(parse(CONTROLS_YAML), CHECKS, 'controls') } },
    ];
    const signer = testSigner();
    const { run, bundle } = await runScan({
      archive: folder, providers: PROVIDERS, configuration, declared: true, targets, inputs, depth: 'standard', occasion: 'ad hoc', signer, toolVersion: '0.1.0', clock: Date.now,
      signal: new AbortController().signal, progress: () => undefined, announce: () => undefined, stage: () => undefined, pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5 },
    });
    return { folder, bundle, log: join(folder, 'log'), run, signer };
  } finally {
    await harbor.close();
  }
}

/** A copy of an archive for one test, removed when it ends. */
export async function copyOf(archive: Archive): Promise<Archive> {
  const folder = join(await temporaryFolder(), 'archive');
  await cp(archive.folder, folder, { recursive: true });
  return { ...archive, folder, bundle: join(folder, 'runs', archive.run.run), log: join(folder, 'log') };
}

export async function removeArchive(archive: Archive): Promise<void> {
  await rm(archive.folder, { recursive: true, force: true });
}

/** Verifies as the command does, with the right key and the archive's log unless told otherwise. */
export async function verifyArchive({ bundle, log, signer }: Archive, options: Partial<Pick<VerifyOptions, 'keys' | 'checkpoint' | 'require'>> & { readonly withoutLog?: true } = {}): Promise<VerifyReport> {
  const { withoutLog, ...rest } = options;
  return verifyBundle(bundle, {
    keys: [signer.publicKeyPem], require: [], ...(withoutLog === undefined ? { logDir: log } : {}), ...rest,
    rederive: (from, to) => deriveBundle(from, to, PROVIDERS), completeness: (from) => judgeCompleteness(from, PROVIDERS),
  });
}

/** Results by verdict, and everything that one verdict found as lines. */
export function resultsOf(report: VerifyReport): { readonly [name: string]: string } {
  return Object.fromEntries(report.verdicts.map(({ name, result }) => [name, result]));
}
export function findingsOf(report: VerifyReport, name: string): string {
  const verdict = report.verdicts.find((candidate) => candidate.name === name);
  return (verdict?.findings ?? []).map(({ file, message }) => `${file ?? ''}: ${message}`).join('\n');
}
