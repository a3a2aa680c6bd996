// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE, COLLECTED, pagesFile } from '../../src/bundle/layout.ts';
import type { Run } from '../../src/bundle/records.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { collectedDigest, readRun } from '../../src/evidence/read-seal.ts';
import { sealBundle } from '../../src/evidence/seal.ts';
import type { Instant } from '../../src/model/instant.ts';
import { callId } from '../../src/model/reference.ts';
import { verifyBundle, type VerifyOptions, type VerifyReport } from '../../src/verify/verify.ts';
import { testSigner } from './signer.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle } from './synthetic-bundle.ts';
import { temporaryFolder } from './temp.ts';

export interface SmallBundle {
  readonly bundle: string; readonly logDir: string; readonly run: Run; readonly signer: ReturnType<typeof testSigner>;
  /** Gives out the derived files as they were before the seal: what deriving again would make. */
  readonly rederive: (bundle: string, out: string) => Promise<void>;
}

export const SEALED_AT = '2026-11-22T10:45:00.000Z' as Instant;
const UNIT = 'aws:111122223333';
const LIST = { unit: UNIT, source: 'aws.iam.access-keys', parent: null };

/** A call of the small bundle's ledger: made and answered at the moments given. */
export function smallCall(startedAt: string, providerTime: string | null): object {
  return {
    type: 'call', id: callId(LIST, 1, 1), ...LIST, page: 1, attempt: 1, service: 'iam', operation: 'ListAccessKeys', parameters: {}, outcome: 'ok', httpStatus: 200, errorCode: null, message: null,
    requestId: null, providerTime, startedAt, durationMs: 20, waitedMs: 0, lane: 'aws.iam', retryAfterMs: null, willRetry: false, endpoint: 'https://iam.amazonaws.com', items: 1, unknownFields: 0,
  };
}

/** A bundle of a few synthetic rows, not sealed yet, whose start and reading stand in a log beside it. Nothing of it comes from a scan. */
export async function unsealedBundle(calls: readonly object[] = [smallCall('2026-11-22T09:31:00.000Z', '2026-11-22T09:31:00.000Z')]): Promise<SmallBundle> {
  const folder = await temporaryFolder();
  const [bundle, logDir, derived] = ['run', 'log', 'derived'].map((name) => join(folder, name)) as [string, string, string];
  await writeSyntheticBundle(bundle, { credentials: 4, seed: 7, units: 1 });
  await writeFile(join(bundle, BUNDLE.cover), 'what this is\nand how to check it\n');
  await cp(bundle, derived, { recursive: true, filter: (source) => !COLLECTED.some((path) => source.endsWith(path)) });
  await writeJsonLines(join(bundle, BUNDLE.calls), calls);
  await writeJsonLines(join(bundle, BUNDLE.redactions), []);
  await writeJsonLines(join(bundle, pagesFile(UNIT, 'aws.iam.access-keys')), [{ page: 'one' }, { page: 'two' }]);
  await mkdir(join(bundle, BUNDLE.inputs));
  await writeFile(join(bundle, BUNDLE.inputs, 'index.json'), '{"inputs":[]}\n');
  const [run, signer] = [await readRun(bundle), testSigner()];
  await appendEvent(logDir, { event: 'run.started', at: run.startedAt, run: run.run, tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, signer);
  await appendEvent(logDir, { event: 'run.collected', at: run.finishedAt, run: run.run, collectedSha256: await collectedDigest(bundle) }, signer);
  return { bundle, logDir, run, signer, rederive: (_, out) => cp(derived, out, { recursive: true }) };
}

/** The same, sealed. */
export async function sealedBundle(calls?: readonly object[]): Promise<SmallBundle> {
  const small = await unsealedBundle(calls);
  await sealBundle(small.bundle, { logDir: small.logDir, signer: small.signer, at: SEALED_AT, run: small.run });
  return small;
}

/** Verifies a small bundle with its own key and log. */
export function verifySmall({ bundle, logDir, signer, rederive }: SmallBundle, options: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  return verifyBundle(bundle, { keys: [signer.publicKeyPem], logDir, require: [], rederive, completeness: async () => ({ problems: [], gaps: [] }), ...options });
}

/** Writes a file anew, folder and all. */
export async function put(bundle: string, file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(bundle, file)), { recursive: true });
  await writeFile(join(bundle, file), content);
}

export { SYNTHETIC_AS_OF };
