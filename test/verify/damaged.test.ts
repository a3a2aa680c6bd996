// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARTS } from '../../fixtures/company/parts.ts';
import { BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { statementSchema } from '../../src/evidence/statement.ts';
import type { VerifyReport } from '../../src/verify/verify.ts';
import { copyOf, removeArchive, resultsOf, scanCompany, verifyArchive, type Archive } from '../support/archive.ts';
import { statementOf } from '../support/forge.ts';
import { temporaryFolder } from '../support/temp.ts';

let honest: Archive;
beforeAll(async () => {
  honest = await scanCompany();
});
afterAll(() => removeArchive(honest));

/** The list of principals of each provider. */
const LISTS: { readonly [provider: string]: string } = { aws: 'aws.iam.authorization-details', azure: 'azure.graph.applications', google: 'google.iam.service-accounts', kubernetes: 'kubernetes.service-accounts' };
const PAGES: readonly string[] = PARTS.map(({ provider, expected: { unit } }) => pagesFile(unit, LISTS[provider] ?? `no list of ${provider} is named here`));
const JSON_FILES: readonly string[] = [BUNDLE.run, BUNDLE.scope, BUNDLE.seal];
const GZIP_FILES: readonly string[] = [BUNDLE.calls, ...PAGES];

/** A report whose every word is words: each failure says something, and no inner message of the runtime stands alone. */
function expectFindings(report: VerifyReport, file: string): void {
  expect(report.exitCode).toBe(1);
  expect(report.verdicts.map(({ name }) => name)).toEqual(['integrity', 'authenticity', 'time', 'completeness', 'period-coverage', 're-derivation']);
  const said = report.verdicts.filter(({ result }) => result === 'fail').flatMap(({ findings }) => findings.map((finding) => `${finding.file ?? ''}: ${finding.message}`));
  expect(said.join('\n')).toContain(file);
  expect(said.join('\n')).not.toMatch(/call stack|undefined \(reading|is not a function|\[object Object\]|at .*\.ts:\d+:\d+/);
  for (const verdict of report.verdicts) expect(verdict.findings.length, verdict.name).toBeGreaterThan(0);
}

const DEEP = 200_000;
/** Texts that are no record, or records with more in them than any should have. */
const TEXTS: readonly (readonly [string, (text: string) => string])[] = [
  ['nothing', () => ''],
  ['half of it', (text) => text.slice(0, text.length >> 1)],
  ['null', () => 'null\n'],
  ['a list', () => '[]\n'],
  ['a number', () => '1e999\n'],
  ['no JSON', () => '{"a":}\n'],
  ['lists 200,000 deep', () => `${'['.repeat(DEEP)}${']'.repeat(DEEP)}\n`],
  ['objects 200,000 deep in its first member', (text) => text.replace('{', `{"deep":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)},`)],
  // Read a chunk at a time and searched from the start each time, this takes minutes.
  ['a member of 30 MB', (text) => text.replace('{', `{"long":"${'x'.repeat(30_000_000)}",`)],
  ['__proto__ as a member', (text) => text.replace('{', '{"__proto__":{"polluted":true,"run":"x"},')],
  ['constructor and prototype as members', (text) => text.replace('{', '{"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":1,')],
  ['keys of prototypes for values', (text) => text.replace(/"(aws:\d+|(?:azure|kubernetes):[\w-]+|northwind-harbor|ServiceAccountList)"/g, '"__proto__"')],
  ['a byte order mark', (text) => `\ufeff${text}`],
  ['half a character', (text) => `${text.slice(0, 20)}\ud800${text.slice(20)}`],
];

describe.each(JSON_FILES)('%s', (file) => {
  test.each(TEXTS)('holding %s is a finding', async (_, change) => {
    const archive = await copyOf(honest);
    const before = await readFile(join(archive.bundle, file), 'utf8');
    const after = change(before);
    await writeFile(join(archive.bundle, file), after);
    if (after === before) return;
    expectFindings(await verifyArchive(archive), file);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe.each(GZIP_FILES)('%s', (file) => {
  test.each(TEXTS)('whose lines hold %s is a finding', async (_, change) => {
    const archive = await copyOf(honest);
    const before = gunzipSync(await readFile(join(archive.bundle, file))).toString('utf8');
    const after = change(before);
    await writeFile(join(archive.bundle, file), gzipSync(after, { level: 1 }));
    if (after === before) return;
    expectFindings(await verifyArchive(archive), file);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each<readonly [string, (bytes: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)], ['no gzip', () => Buffer.from('plain text\n')], ['half a stream', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['a wrong checksum', (bytes) => { const copy = Buffer.from(bytes); copy.writeUInt8(copy.readUInt8(copy.length - 8) ^ 1, copy.length - 8); return copy; }],
    ['a stream with text after it', (bytes) => Buffer.concat([bytes, Buffer.from('more')])], ['bytes that are no text', () => gzipSync(Buffer.from([0xff, 0xfe, 0x0a]))],
  ])('that is %s is a finding', async (_, change) => {
    const archive = await copyOf(honest);
    await writeFile(join(archive.bundle, file), change(await readFile(join(archive.bundle, file))));
    expectFindings(await verifyArchive(archive), file);
  });
});

describe('a bundle', () => {
  test.each([BUNDLE.run, BUNDLE.seal, BUNDLE.calls, BUNDLE.manifest, BUNDLE.info])('with a folder, a dangling link, or a link to a device for %s is a finding', async (file) => {
    const archive = await copyOf(honest);
    await rm(join(archive.bundle, file));
    await mkdir(join(archive.bundle, file));
    expectFindings(await verifyArchive(archive), file);
    for (const target of ['nowhere', '/dev/null']) {
      await rm(join(archive.bundle, file), { recursive: true });
      await symlink(target, join(archive.bundle, file));
      expectFindings(await verifyArchive(archive), file);
    }
  });

  test('that is an empty folder, or none, is a finding', async () => {
    const empty = await temporaryFolder();
    for (const bundle of [empty, join(empty, 'none')]) {
      const report = await verifyArchive({ ...honest, bundle });
      expect(report).toMatchObject({ run: null, exitCode: 1 });
      expect(resultsOf(report)).toEqual({ integrity: 'fail', authenticity: 'fail', time: 'fail', completeness: 'fail', 'period-coverage': 'cannot_say', 're-derivation': 'fail' });
    }
  });
});

describe('a statement', () => {
  async function honestStatement(): Promise<{ readonly [key: string]: unknown }> {
    const { tagManifestSha256, ...predicate } = await statementOf(honest.bundle);
    return { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: tagManifestSha256 } }], predicateType: 'urn:rollcall:bundle:1', predicate };
  }

  test('counts what the bundle holds, its gaps among it', async () => {
    const statement = statementSchema.parse(await honestStatement());
    const lines = (file: string): Promise<number> => readFile(join(honest.bundle, file)).then((bytes) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n').length);
    // A read of a user's keys, three of a key that refuses us, and a cluster in each of three clouds that nobody declared.
    expect(statement.predicate.gaps).toBe(7);
    expect(statement.predicate.counts.identities).toBe(await lines(BUNDLE.identities));
    expect(statement.predicate.counts.credentials).toBe(await lines(BUNDLE.credentials));
    expect(statement.predicate.counts.calls).toBeGreaterThan(20);
  });

  test('must give its gaps as a number, and has no member that nobody defined', async () => {
    const statement = await honestStatement();
    const predicate = statement['predicate'] as { readonly [key: string]: unknown };
    expect(statementSchema.safeParse(statement).success).toBe(true);
    const { gaps: _, ...without } = predicate;
    for (const wrong of [without, { ...predicate, gaps: null }, { ...predicate, gaps: -1 }, { ...predicate, gaps: 0.5 }, { ...predicate, opinion: 'effective' }]) expect(statementSchema.safeParse({ ...statement, predicate: wrong }).success, JSON.stringify(wrong)).toBe(false);
    for (const wrong of [{ ...statement, subject: [] }, { ...statement, subject: [...(statement['subject'] as unknown[]), ...(statement['subject'] as unknown[])] }, { ...statement, predicateType: 'urn:rollcall:bundle:2' }, { ...statement, more: 1 }]) expect(statementSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
