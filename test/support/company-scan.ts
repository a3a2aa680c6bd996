// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { owners, ownersYaml } from '../../fixtures/company/owners.ts';
import type { PartFault } from '../../fixtures/company/part.ts';
import { startCompany } from '../../fixtures/company/start.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parseControls } from '../../src/evidence/controls.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { ensureKey, type Signer } from '../../src/evidence/signer.ts';
import { parseOwners } from '../../src/inventory/owners-file.ts';
import { instantOf } from '../../src/model/instant.ts';
import type { Depth } from '../../src/model/source.ts';
import { runScan, type ScanResult } from '../../src/pipeline/scan.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';

/** A whole scan of the company, all its parts, into an archive: real clients against the fixture servers, sealed. `faults` by provider, from after the logins. Times between tries are short; logins are this process's. */
export async function scanCompany(folder: string, options: { readonly faults?: { readonly [provider: string]: readonly PartFault[] }; readonly redact?: boolean; readonly depth?: Depth; readonly signer?: Signer } = {}): Promise<ScanResult & { readonly archive: string; readonly signer: Signer }> {
  const now = instantOf(Math.floor(Date.now() / 1000) * 1000);
  const harbor = await startCompany(now);
  onTestFinished(() => harbor.close());
  const limits = Object.fromEntries(PROVIDERS.flatMap(({ lanes }) => lanes.map(({ id }) => [id, { rate: 500, burst: 100, concurrency: 16 }])));
  const { configuration, targets } = parseConfiguration({ ...harbor.configuration, limits }, 'test', PROVIDERS);
  const controls = parseControls(parse(CONTROLS_YAML), CHECKS, 'controls');
  const signer = options.signer ?? (await ensureKey(join(folder, 'keys', 'signing-key.pem'))).signer;
  const archive = join(folder, 'archive');
  const result = await runScan({
    archive, providers: PROVIDERS, configuration, declared: true, targets, depth: options.depth ?? 'standard', occasion: 'ad hoc', signer, toolVersion: '0.0.0', clock: Date.now, signal: new AbortController().signal,
    progress: () => undefined, stage: () => undefined, announce: () => harbor.parts.forEach(({ part, started }) => started.setFaults(options.faults?.[part.provider] ?? [])), redact: options.redact ?? true,
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5, attempts: { throttled: 2, transient: 2, malformed: 2 } },
    inputs: [
      { name: 'owners', origin: 'owners.yaml', sha256: sha256(ownersYaml(now)), value: parseOwners(owners(now), 'owners') },
      { name: 'controls', origin: 'controls.yaml', sha256: sha256(CONTROLS_YAML), value: { controls } },
    ],
  });
  return { ...result, archive, signer };
}
