// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { checkBag, filesOf } from '../../src/evidence/bag.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { keyIdOf, publicKeyOf, verifyEnvelope } from '../../src/evidence/dsse.ts';
import type { LogEvent } from '../../src/evidence/log-format.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { readSeal } from '../../src/evidence/read-seal.ts';
import { sealBundle, type Sealed } from '../../src/evidence/seal.ts';
import type { Signer } from '../../src/evidence/signer.ts';
import type { Instant } from '../../src/model/instant.ts';
import { put, SEALED_AT, sealedBundle, unsealedBundle, type SmallBundle } from '../support/small-bundle.ts';
import { testSigner } from '../support/signer.ts';

const run = promisify(execFile);
const LATER = '2026-11-23T08:00:00.000Z' as Instant;

function sealAgain({ bundle, logDir, run: ran, signer }: SmallBundle, at: Instant = LATER, by: Signer = signer): Promise<Sealed> {
  return sealBundle(bundle, { logDir, signer: by, at, run: ran });
}

async function eventsOf({ logDir }: SmallBundle): Promise<readonly LogEvent[]> {
  return (await readLog(logDir)).events;
}

async function contentOf(bundle: string): Promise<ReadonlyMap<string, string>> {
  const { files } = await filesOf(bundle);
  return new Map(await Promise.all(files.map(async (file) => [file, sha256(await readFile(join(bundle, file)))] as const)));
}

describe('a seal', () => {
  test('is a statement over the tag manifest with what the bundle holds, signed, and the log tells of it', async () => {
    const small = await unsealedBundle();
    const sealed = await sealAgain(small, SEALED_AT);
    const seal = await readSeal(small.bundle);
    const files = (await filesOf(small.bundle, BUNDLE.data)).files;
    expect(sealed).toEqual({ tagManifestSha256: sha256(await readFile(join(small.bundle, BUNDLE.tagManifest))), statementSha256: sha256(seal?.statementText ?? ''), keyId: small.signer.keyId, outcome: 'sealed' });
    expect(seal?.statement.subject[0].digest.sha256).toBe(sealed.tagManifestSha256);
    expect(seal?.statement.predicate).toMatchObject({ run: small.run.run, tool: 'rollcall 0.1.0', sealedAt: SEALED_AT, gaps: 4, counts: { files: files.length, calls: 44, credentials: 4 } });
    expect(seal === null ? null : verifyEnvelope(seal.envelope, [publicKeyOf(small.signer.publicKeyPem)])).toBe(keyIdOf(publicKeyOf(small.signer.publicKeyPem)));
    expect(await checkBag(small.bundle)).toEqual([]);
    expect((await eventsOf(small)).at(-1)).toEqual({ event: 'run.sealed', sequence: 2, at: SEALED_AT, run: small.run.run, tagManifestSha256: sealed.tagManifestSha256, statementSha256: sealed.statementSha256, keyId: sealed.keyId });
  });

  test('counts what ordinary tools count', async () => {
    const { bundle } = await sealedBundle();
    const seal = await readSeal(bundle);
    const { stdout } = await run('bash', ['-c', 'gunzip -c data/verdicts.jsonl.gz | grep -c \'"result":"not_met"\'; gunzip -c data/inventory/credentials.jsonl.gz | wc -l; gunzip -c data/inventory/identities.jsonl.gz | wc -l; find data -type f | wc -l; cat $(find data -type f) | wc -c'], { cwd: bundle });
    const counts = seal?.statement.predicate.counts;
    expect(stdout.trim().split(/\s+/).map(Number)).toEqual([counts?.verdicts['not_met'], counts?.credentials, counts?.identities, counts?.files, counts?.bytes]);
  });
});

describe('sealing again', () => {
  test('what came out the same keeps seal and log, to the byte', async () => {
    const small = await sealedBundle();
    const [bundle, log] = [await contentOf(small.bundle), await contentOf(small.logDir)];
    for (const file of [BUNDLE.manifest, BUNDLE.tagManifest, BUNDLE.declaration]) await rm(join(small.bundle, file));
    expect((await sealAgain(small)).outcome).toBe('kept');
    expect([await contentOf(small.bundle), await contentOf(small.logDir)]).toEqual([bundle, log]);
  });

  test('what came out otherwise is logged with the earlier digest, and the first seal stays in the log', async () => {
    const small = await sealedBundle();
    const first = (await eventsOf(small)).at(-1);
    await appendFile(join(small.bundle, BUNDLE.cover), 'more\n');
    const sealed = await sealAgain(small);
    const events = await eventsOf(small);
    expect(sealed.outcome).toBe('resealed');
    expect(events.map(({ event }) => event)).toEqual(['run.started', 'run.collected', 'run.sealed', 'run.resealed']);
    expect(events[2]).toEqual(first);
    expect(events[3]).toMatchObject({ at: LATER, tagManifestSha256: sealed.tagManifestSha256, earlierTagManifestSha256: first?.event === 'run.sealed' ? first.tagManifestSha256 : '' });
    expect((await readSeal(small.bundle))?.statement.predicate.sealedAt).toBe(LATER);
  });

  test('after the seal was taken away is no first seal: the log remembers', async () => {
    const small = await sealedBundle();
    await rm(join(small.bundle, BUNDLE.seal));
    await appendFile(join(small.bundle, BUNDLE.cover), 'more\n');
    expect((await sealAgain(small)).outcome).toBe('resealed');
    const [, , first, second] = await eventsOf(small);
    expect(second).toMatchObject({ event: 'run.resealed', earlierTagManifestSha256: first?.event === 'run.sealed' ? first.tagManifestSha256 : '' });
  });

  test('completes a sealing that ended between file and log, with the seal that stands there', async () => {
    const small = await unsealedBundle();
    const log = await contentOf(small.logDir);
    // The log cannot be appended to while its last line is torn: the seal is in its file, the log does not tell of it.
    const leaves = await readFile(join(small.logDir, 'leaves.jsonl'));
    const failing: Signer = { ...small.signer, sign: async (bytes) => (await appendFile(join(small.logDir, 'leaves.jsonl'), '{'), small.signer.sign(bytes)) };
    await expect(sealAgain(small, SEALED_AT, failing)).rejects.toThrow(/torn/);
    await writeFile(join(small.logDir, 'leaves.jsonl'), leaves);
    expect(await contentOf(small.logDir)).toEqual(log);
    const before = await contentOf(small.bundle);
    expect(before.has(BUNDLE.seal)).toBe(true);
    expect((await sealAgain(small)).outcome).toBe('sealed');
    expect(await contentOf(small.bundle)).toEqual(before);
    expect((await eventsOf(small)).at(-1)).toMatchObject({ event: 'run.sealed', at: LATER, statementSha256: sha256((await readSeal(small.bundle))?.statementText ?? '') });
    expect((await sealAgain(small)).outcome).toBe('kept');
  });

  test('never takes up a seal that the log does not tell of and another key made', async () => {
    const small = await unsealedBundle();
    const forged = await unsealedBundle();
    await sealAgain({ ...small, logDir: forged.logDir }, SEALED_AT, testSigner());
    expect((await sealAgain(small)).outcome).toBe('resealed');
    expect((await readSeal(small.bundle))?.envelope.signatures[0]?.keyid).toBe(small.signer.keyId);
  });

  test('with a signer that fails leaves everything as it was', async () => {
    const small = await sealedBundle();
    await appendFile(join(small.bundle, BUNDLE.cover), 'more\n');
    const before = [await contentOf(small.bundle), await contentOf(small.logDir)];
    const failing: Signer = { ...small.signer, sign: async () => { throw new Error('the token was taken out'); } };
    await expect(sealAgain(small, LATER, failing)).rejects.toThrow('the token was taken out');
    expect([await contentOf(small.bundle), await contentOf(small.logDir)]).toEqual(before);
  });

  test('over a file that is no seal says so and changes nothing', async () => {
    const small = await sealedBundle();
    await put(small.bundle, BUNDLE.seal, '{"payloadType":"text/plain"}\n');
    const before = await contentOf(small.bundle);
    await expect(sealAgain(small)).rejects.toThrow(/seal\.dsse\.json/);
    expect(await contentOf(small.bundle)).toEqual(before);
  });
});
