// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { signEnvelope } from '../../src/evidence/dsse.ts';
import { readSeal } from '../../src/evidence/read-seal.ts';
import type { Statement } from '../../src/evidence/statement.ts';
import { canonicalJson } from '../../src/model/json.ts';
import { findingsOf, resultsOf } from '../support/archive.ts';
import { put, sealedBundle, verifySmall, type SmallBundle } from '../support/small-bundle.ts';

async function editSeal({ bundle }: SmallBundle, change: (text: string) => string): Promise<void> {
  const before = await readFile(join(bundle, BUNDLE.seal), 'utf8');
  const after = change(before);
  if (after === before) throw new Error('the change changes nothing');
  await writeFile(join(bundle, BUNDLE.seal), after);
}

describe('a seal that means the same and is not the same bytes', () => {
  test.each<readonly [string, (text: string) => string]>([
    ['a space between members', (text) => text.replace(',', ', ')], ['a space before it', (text) => ` ${text}`], ['no line feed at its end', (text) => text.trimEnd()], ['one line feed more', (text) => `${text}\n`],
    ['a letter written as an escape', (text) => text.replace('"keyid"', '"\\u006beyid"')], ['a member twice', (text) => text.replace('{', '{"payloadType":"application/vnd.in-toto+json",')],
    ['its members in another order', (text) => canonicalJson(JSON.parse(text)).replace(/^\{("payload":"[^"]*"),("payloadType":"[^"]*")/, '{$2,$1')],
  ])('%s: integrity fails and names it', async (_, change) => {
    const small = await sealedBundle();
    await editSeal(small, change);
    const report = await verifySmall(small);
    expect(findingsOf(report, 'integrity')).toBe('seal.dsse.json: is not in the one form in which a seal is written: it was changed');
    expect(resultsOf(report)).toMatchObject({ authenticity: 'pass', 're-derivation': 'pass' });
    expect(report.exitCode).toBe(1);
  });

  test('another key’s id under the right signature: authenticity fails and names it', async () => {
    const small = await sealedBundle();
    await editSeal(small, (text) => text.replace(small.signer.keyId, 'ab'.repeat(32)));
    const report = await verifySmall(small);
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'fail' });
    expect(findingsOf(report, 'authenticity')).toContain(`seal.dsse.json: is signed by key ${small.signer.keyId} and names another`);
    expect(findingsOf(report, 'authenticity')).toContain(`seal.dsse.json: names another key than the log does: ${small.signer.keyId}`);
  });
});

describe('a seal by the trusted key that counts what is not there', () => {
  async function signed(small: SmallBundle, change: (predicate: Statement['predicate']) => Statement['predicate']): Promise<void> {
    const seal = await readSeal(small.bundle);
    if (seal === null) throw new Error('no seal');
    const statement = { ...seal.statement, predicate: change(seal.statement.predicate) };
    await put(small.bundle, BUNDLE.seal, `${canonicalJson(await signEnvelope(Buffer.from(canonicalJson(statement)), small.signer))}\n`);
  }

  test.each<readonly [string, 'integrity' | 're-derivation', RegExp, (predicate: Statement['predicate']) => Statement['predicate']]>([
    ['fewer gaps', 're-derivation', /counts 0 gaps; the files hold 4$/, (predicate) => ({ ...predicate, gaps: 0 })],
    ['fewer findings', 're-derivation', /counts \{"met":\d+\} verdicts; the files hold \{/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, verdicts: { met: 1 } } })],
    ['more calls', 're-derivation', /counts 1000 calls; the files hold 44$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, calls: 1000 } })],
    ['fewer pages', 're-derivation', /counts 1 pages; the files hold 41$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, pages: 1 } })],
    ['more identities', 're-derivation', /counts 900 identities; the files hold \d+$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, identities: 900 } })],
    ['fewer credentials', 're-derivation', /counts 0 credentials; the files hold 4$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, credentials: 0 } })],
    ['fewer files', 'integrity', /counts 1 files of \d+ bytes; there are 18 of \d+$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, files: 1 } })],
    ['more bytes', 'integrity', /counts 18 files of 1 bytes; there are 18 of \d+$/, (predicate) => ({ ...predicate, counts: { ...predicate.counts, bytes: 1 } })],
    ['another run', 'integrity', /^seal\.dsse\.json: is of run 0; data\/run\.json is of 019aa123-/, (predicate) => ({ ...predicate, run: '0' })],
  ])('%s: %s fails and names the seal', async (_, name, expected, change) => {
    const small = await sealedBundle();
    await signed(small, change);
    const report = await verifySmall(small);
    expect(findingsOf(report, name)).toMatch(/^seal\.dsse\.json: /);
    expect(findingsOf(report, name)).toMatch(expected);
    // The log was told of another statement.
    expect(resultsOf(report)).toMatchObject({ [name]: 'fail', authenticity: 'fail' });
    if (name === 're-derivation') expect(resultsOf(report)).toMatchObject({ integrity: 'pass' });
    expect(report.exitCode).toBe(1);
  });
});
