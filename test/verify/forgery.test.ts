// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROVIDERS } from '../../scanners/index.ts';
import { BundleFormatError } from '../../src/bundle/jsonl.ts';
import { BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { filesOf } from '../../src/evidence/bag.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { sealBundle, type Sealed } from '../../src/evidence/seal.ts';
import { instantOf } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import { deriveBundle, removeDerived } from '../../src/pipeline/derive.ts';
import { authenticity } from '../../src/verify/authenticity.ts';
import { integrity } from '../../src/verify/integrity.ts';
import type { VerifyVerdict } from '../../src/verify/report.ts';
import { copyOf, findingsOf, removeArchive, resultsOf, scanCompany, verifyArchive, type Archive } from '../support/archive.ts';
import { editFile, rewriteLog, signAgain } from '../support/forge.ts';
import { testSigner } from '../support/signer.ts';

let honest: Archive;
beforeAll(async () => {
  honest = await scanCompany();
});
afterAll(() => removeArchive(honest));

const LISTED = pagesFile('aws:111122223333', 'aws.iam.authorization-details');

/** An owner's tag on a page becomes another's: the smallest lie about the source. */
function lie(text: string): string {
  return text.replace(/"platform@northwind-harbor\.example"/, '"nobody@northwind-harbor.example"').replace(/"CreateDate":"20/, '"CreateDate":"19');
}

/** What `rollcall seal` does. */
async function sealAgain({ bundle, log, signer, run }: Archive): Promise<Sealed> {
  await removeDerived(bundle);
  await deriveBundle(bundle, bundle, PROVIDERS);
  return sealBundle(bundle, { logDir: log, signer, at: instantOf(Date.now()), run });
}

async function bytesOf(bundle: string): Promise<ReadonlyMap<string, string>> {
  const { files } = await filesOf(bundle);
  return new Map(await Promise.all(files.map(async (file) => [file, (await readFile(join(bundle, file))).toString('hex')] as const)));
}

/** Places of a file that are tried: first, middle, last; in the seal, which no manifest lists, one in each few. */
function places(file: string, length: number): readonly number[] {
  return file === BUNDLE.seal ? Array.from({ length: Math.ceil(length / 17) }, (_, step) => step * 17) : [0, Math.floor(length / 2), length - 1];
}

/** Every line that a verdict fails with; a file that cannot be read is one too, as in the report. */
async function failures(judge: () => Promise<VerifyVerdict>): Promise<string> {
  try {
    const { result, findings } = await judge();
    return result === 'fail' ? findings.map(({ file, message }) => `${file ?? ''}: ${message}`).join('\n') : '';
  } catch (error) {
    if (error instanceof BundleFormatError) return error.message;
    throw error;
  }
}

test('an honest bundle passes what can be passed, and says what cannot be said', async () => {
  const report = await verifyArchive(honest, { checkpoint: await readFile(join(honest.log, 'checkpoints/1'), 'utf8') });
  expect(resultsOf(report)).toEqual({ integrity: 'pass', authenticity: 'pass', time: 'cannot_say', completeness: 'cannot_say', 'period-coverage': 'cannot_say', 're-derivation': 'pass' });
  expect(report.exitCode).toBe(0);
  expect(findingsOf(report, 'authenticity')).toMatch(/the log continues the checkpoint of 1 \w+ that you kept/);
});

describe('every file of a bundle, one at a time', () => {
  test('with a byte changed is named', async () => {
    const { bundle, signer, log } = await copyOf(honest);
    for (const file of (await filesOf(bundle)).files) {
      const before = await readFile(join(bundle, file));
      for (const at of places(file, before.length)) {
        const changed = Buffer.from(before);
        changed.writeUInt8(changed.readUInt8(at) ^ 0x01, at);
        await writeFile(join(bundle, file), changed);
        const named = new RegExp(`^(?:\\S*/)?${file.replaceAll('.', '\\.')}\\b`, 'm');
        // Whether the bytes of a signature are the signer's is for the key to say, not for a manifest.
        const said = [await failures(() => integrity(bundle)), ...(file === BUNDLE.seal ? [await failures(() => authenticity(bundle, { keys: [signer.publicKeyPem], logDir: log }))] : [])].join('\n');
        expect(said, `${file} at ${at}`).toMatch(named);
      }
      await writeFile(join(bundle, file), before);
    }
    expect((await integrity(bundle)).result).toBe('pass');
  });

  test('taken away is named, and so is one put beside it', async () => {
    const { bundle } = await copyOf(honest);
    for (const file of (await filesOf(bundle)).files) {
      await rename(join(bundle, file), `${bundle}.away`);
      expect(await failures(() => integrity(bundle))).toContain(`${file}: is missing`);
      await rename(`${bundle}.away`, join(bundle, file));
      await writeFile(join(bundle, `${file}.new`), '');
      expect(await failures(() => integrity(bundle))).toContain(`${file}.new: is extra`);
      await rm(join(bundle, `${file}.new`));
    }
    expect((await integrity(bundle)).result).toBe('pass');
  });

  test('with one changed, the whole report fails and the exit code is 1', async () => {
    const archive = await copyOf(honest);
    await editFile(join(archive.bundle, BUNDLE.cover), (text) => text.replace('Scope', 'scope'));
    const report = await verifyArchive(archive);
    expect(report.exitCode).toBe(1);
    expect(resultsOf(report)).toMatchObject({ integrity: 'fail', 're-derivation': 'fail' });
    expect(findingsOf(report, 're-derivation')).toMatch(/^data\/README\.md: does not follow from the pages: [^\n]+$/);
  });
});

describe('whoever holds another key', () => {
  test('cannot sign for the trusted one', async () => {
    const archive = await copyOf(honest);
    await signAgain(archive.bundle, testSigner());
    const report = await verifyArchive(archive, { withoutLog: true });
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'fail', 're-derivation': 'pass' });
    expect(findingsOf(report, 'authenticity')).toContain('seal.dsse.json: is not signed by any key that was given');
    expect(report.exitCode).toBe(1);
  });

  test('is not told apart without a key, and verify says so in words', async () => {
    const archive = await copyOf(honest);
    await signAgain(archive.bundle, testSigner());
    const report = await verifyArchive(archive, { withoutLog: true, keys: [], require: ['authenticity'] });
    expect(resultsOf(report)).toMatchObject({ authenticity: 'cannot_say' });
    expect(findingsOf(report, 'authenticity')).toMatch(/no key was given: name the signer's public key with --key[\s\S]*the log was not consulted/);
    expect(report.exitCode).toBe(3);
    expect((await verifyArchive(archive, { withoutLog: true, keys: [] })).exitCode).toBe(0);
  });
});

describe('whoever holds the trusted key', () => {
  test('cannot change a page and keep what was derived from it', async () => {
    const archive = await copyOf(honest);
    await editFile(join(archive.bundle, LISTED), lie);
    await signAgain(archive.bundle, archive.signer);
    const report = await verifyArchive(archive, { withoutLog: true });
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'pass', 're-derivation': 'fail' });
    expect(findingsOf(report, 're-derivation')).toMatch(/identities\.jsonl\.gz: does not follow from the pages: line \d+ differs/);
  });

  test.each<readonly [string, string, (text: string) => string]>([
    ['a verdict', BUNDLE.verdicts, (text) => text.replace('"result":"not_met"', '"result":"met"')],
    ['a verdict left out', BUNDLE.verdicts, (text) => text.slice(text.indexOf('\n') + 1)],
    ['an identity left out', BUNDLE.identities, (text) => text.slice(text.indexOf('\n') + 1)],
    ['the report', BUNDLE.html, (text) => `${text}\n`],
    ['a gap left out of the coverage', BUNDLE.coverage, (text) => canonicalJson({ ...(JSON.parse(text) as object), gaps: [] })],
    ['what a control’s evidence says', `${BUNDLE.evidence}/NHI-01.json`, (text) => text.replace(/"not_met":\d+/, '"not_met":0')],
  ])('cannot change %s', async (_, file, change) => {
    const archive = await copyOf(honest);
    await editFile(join(archive.bundle, file), change);
    await signAgain(archive.bundle, archive.signer);
    const report = await verifyArchive(archive, { withoutLog: true });
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'pass', 're-derivation': 'fail' });
    expect(findingsOf(report, 're-derivation')).toContain(`${file}: does not follow from the pages`);
    expect(report.exitCode).toBe(1);
    // With the log, the seal is not the one that was logged either.
    expect(resultsOf(await verifyArchive(archive))).toMatchObject({ authenticity: 'fail' });
  });

  test('cannot add a derived file that nothing makes', async () => {
    const archive = await copyOf(honest);
    await writeFile(join(archive.bundle, 'data/populations/all-clear.csv'), 'everything is fine\n');
    await signAgain(archive.bundle, archive.signer);
    expect(findingsOf(await verifyArchive(archive), 're-derivation')).toBe('data/populations/all-clear.csv: does not follow from the pages: nothing makes it');
  });

  test('cannot change a page, derive and seal again without the log telling of it', async () => {
    const archive = await copyOf(honest);
    const kept = await readFile(join(archive.log, 'checkpoint'), 'utf8');
    await editFile(join(archive.bundle, LISTED), lie);
    expect((await sealAgain(archive)).outcome).toBe('resealed');
    const report = await verifyArchive(archive);
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'fail', 're-derivation': 'pass' });
    expect(findingsOf(report, 'authenticity')).toMatch(/tells of 2 seals of this run[\s\S]*the log's first seal of this run is over[\s\S]*not those that were logged when reading ended/);
    // The log is kept back: a reader who kept a checkpoint is told to ask for it, and is not told that all is well.
    const without = await verifyArchive(archive, { withoutLog: true, checkpoint: kept });
    expect(resultsOf(without)).toMatchObject({ authenticity: 'fail' });
    expect(findingsOf(without, 'authenticity')).toContain('a checkpoint was given and no log to hold against it');
  });

  test('can derive the same again, and nothing changes', async () => {
    const archive = await copyOf(honest);
    const [before, log] = [await bytesOf(archive.bundle), await bytesOf(archive.log)];
    await removeDerived(archive.bundle);
    expect((await filesOf(archive.bundle)).files).not.toContain(BUNDLE.identities);
    expect((await sealAgain(archive)).outcome).toBe('kept');
    expect(await bytesOf(archive.bundle)).toEqual(before);
    expect(await bytesOf(archive.log)).toEqual(log);
    expect((await verifyArchive(archive)).exitCode).toBe(0);
  });
});

describe('a log', () => {
  test('cut short against a kept checkpoint is history_truncated', async () => {
    const archive = await copyOf(honest);
    const kept = await readFile(join(archive.log, 'checkpoint'), 'utf8');
    await rewriteLog(archive.log, archive.signer, (await readLog(archive.log)).events.slice(0, 2));
    const report = await verifyArchive(archive, { checkpoint: kept });
    expect(findingsOf(report, 'authenticity')).toMatch(/history_truncated: .*\b2\b.*the checkpoint that you kept has 3/);
    expect([resultsOf(report)['authenticity'], report.exitCode]).toEqual(['fail', 1]);
  });

  test('rewritten whole with the real key passes alone, and against a kept checkpoint is history_rewritten', async () => {
    const archive = await copyOf(honest);
    const kept = await readFile(join(archive.log, 'checkpoints/2'), 'utf8');
    const { events } = await readLog(archive.log);
    await rewriteLog(archive.log, archive.signer, events.map((event) => (event.event === 'run.started' ? { ...event, targets: ['somewhere-else'] } : event)));
    const alone = await verifyArchive(archive);
    expect(resultsOf(alone)).toMatchObject({ authenticity: 'pass' });
    expect(findingsOf(alone, 'authenticity')).toContain('a log that was rewritten whole cannot be told from an honest one');
    const report = await verifyArchive(archive, { checkpoint: kept });
    expect(findingsOf(report, 'authenticity')).toMatch(/history_rewritten: its first 2 \w+ are not those of the checkpoint that you kept/);
    expect(report.exitCode).toBe(1);
  });

  test('forked after a common start is history_rewritten for who kept the other branch', async () => {
    const archive = await copyOf(honest);
    const { events } = await readLog(archive.log);
    await appendEvent(archive.log, { event: 'run.aborted', at: instantOf(Date.now()), run: 'one branch', reason: 'shown to one reader' }, archive.signer);
    const kept = await readFile(join(archive.log, 'checkpoint'), 'utf8');
    await rewriteLog(archive.log, archive.signer, [...events, { event: 'run.aborted', sequence: 3, at: instantOf(Date.now()), run: 'other branch', reason: 'shown to another' }]);
    expect(findingsOf(await verifyArchive(archive, { checkpoint: kept }), 'authenticity')).toMatch(/history_rewritten: its first 4 /);
    expect(findingsOf(await verifyArchive(archive, { checkpoint: await readFile(join(honest.log, 'checkpoint'), 'utf8') }), 'authenticity')).toMatch(/continues the checkpoint of 3 /);
  });

  test.each<readonly [string, (archive: Archive) => Promise<unknown>, RegExp]>([
    ['whose checkpoint another key signed', async ({ log }) => rewriteLog(log, testSigner(), (await readLog(log)).events), /log\/checkpoint: is not signed by any key that was given/],
    ['with an edited leaf', ({ log }) => editFile(join(log, 'leaves.jsonl'), (text) => text.replace('northwind-harbor', 'northwind-hrabor')), /^log\/(?:leaves\.jsonl: history_rewritten|checkpoint: does not fit)/],
    ['with a torn last line', ({ log }) => editFile(join(log, 'leaves.jsonl'), (text) => text.slice(0, -5)), /last line is torn/],
    ['with another name', ({ log }) => writeFile(join(log, 'origin'), 'rollcall-log/other\n'), /log\/checkpoint: is of (?:another|the) log/],
    ['without a checkpoint', ({ log }) => rm(join(log, 'checkpoint')), /log\/checkpoint: is missing/],
    ['that is empty', async ({ log }) => { await rm(log, { recursive: true }); await mkdir(log); }, /does not tell of a seal of this run/],
    ['without the run’s start', async ({ log, signer }) => rewriteLog(log, signer, (await readLog(log)).events.slice(1)), /does not tell of the start of this run/],
    ['without its reading', async ({ log, signer }) => rewriteLog(log, signer, (await readLog(log)).events.toSpliced(1, 1)), /does not tell what was collected/],
  ])('%s fails authenticity and nothing else', async (_, change, expected) => {
    const archive = await copyOf(honest);
    await change(archive);
    const report = await verifyArchive(archive);
    expect(findingsOf(report, 'authenticity')).toMatch(expected);
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'fail', 're-derivation': 'pass' });
  });
});
