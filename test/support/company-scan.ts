// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { AWS_LOGIN, company } from '../../fixtures/company/company.ts';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { harborProd } from '../../fixtures/company/kubernetes/cluster.ts';
import { owners, ownersYaml } from '../../fixtures/company/owners.ts';
import type { AwsFault } from '../../fixtures/servers/aws-faults.ts';
import { startAwsServer, type AwsServer } from '../../fixtures/servers/aws-query.ts';
import { startKubernetesServer } from '../../fixtures/servers/kubernetes.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parseControls } from '../../src/evidence/controls.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { ensureKey, type Signer } from '../../src/evidence/signer.ts';
import { parseOwners } from '../../src/inventory/owners-file.ts';
import { instantOf, type Instant } from '../../src/model/instant.ts';
import type { Depth } from '../../src/model/source.ts';
import { runScan, type ScanResult } from '../../src/pipeline/scan.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';

/** A whole scan of the company into an archive: real SDK against the fixture server, sealed. Times between tries are short; logins are this process's. `cluster`: its cluster too. */
export async function scanCompany(folder: string, options: { readonly faults?: readonly AwsFault[]; readonly redact?: boolean; readonly depth?: Depth; readonly signer?: Signer; readonly cluster?: boolean } = {}): Promise<ScanResult & { readonly archive: string; readonly signer: Signer; readonly server: AwsServer }> {
  const now = instantOf(Math.floor(Date.now() / 1000) * 1000);
  const harbor = company(now);
  const server = await startAwsServer({ accounts: harbor.aws.accounts, now });
  onTestFinished(() => server.close());
  Object.assign(process.env, { AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: AWS_LOGIN.accessKeyId, AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secretAccessKey, AWS_REGION: AWS_LOGIN.region, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  const { configuration, targets } = parseConfiguration({ version: 1, targets: [{ name: 'company', provider: 'aws', auth: { ambient: true } }, ...(options.cluster === true ? [await clusterTarget(folder, now)] : [])], vendors: harbor.aws.vendorUnits.map((vendor) => ({ ...vendor })), limits: { 'aws.iam': { rate: 500, burst: 100, concurrency: 16 } } }, 'test', PROVIDERS);
  const controls = parseControls(parse(CONTROLS_YAML), CHECKS, 'controls');
  const signer = options.signer ?? (await ensureKey(join(folder, 'keys', 'signing-key.pem'))).signer;
  const archive = join(folder, 'archive');
  const result = await runScan({
    archive, providers: PROVIDERS, configuration, declared: true, targets, depth: options.depth ?? 'standard', occasion: 'ad hoc', signer, toolVersion: '0.0.0', clock: Date.now, signal: new AbortController().signal,
    progress: () => undefined, stage: () => undefined, announce: () => server.setFaults([...harbor.aws.faults, ...(options.faults ?? [])]), redact: options.redact ?? true,
    pace: { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5, attempts: { throttled: 2, transient: 2, malformed: 2 } },
    inputs: [
      { name: 'owners', origin: 'owners.yaml', sha256: sha256(ownersYaml(now)), value: parseOwners(owners(now), 'owners') },
      { name: 'controls', origin: 'controls.yaml', sha256: sha256(CONTROLS_YAML), value: { controls } },
    ],
  });
  return { ...result, archive, signer, server };
}

/** The company's cluster behind its own server, as a target of the configuration. */
async function clusterTarget(folder: string, now: Instant): Promise<{ readonly name: string; readonly provider: string; readonly auth: { readonly ambient: true; readonly kubeconfig: string } }> {
  const server = await startKubernetesServer({ cluster: harborProd(now), now });
  onTestFinished(() => server.close());
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig);
  return { name: 'cluster', provider: 'kubernetes', auth: { ambient: true, kubeconfig } };
}
