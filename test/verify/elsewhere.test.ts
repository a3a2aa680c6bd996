// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { filesOf } from '../../src/evidence/bag.ts';
import { deriveBundle } from '../../src/pipeline/derive.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { copyOf, findingsOf, removeArchive, resultsOf, scanCompany, verifyArchive, type Archive } from '../support/archive.ts';
import { editFile, signAgain } from '../support/forge.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;

let honest: Archive;
beforeAll(async () => {
  honest = await scanCompany();
});
afterAll(() => removeArchive(honest));

interface Ended { readonly code: number; readonly out: string; readonly err: string }

/** Runs a program to its end, whatever its exit code is. */
async function ended(program: string, parameters: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(program, parameters, { ...options, maxBuffer: 1 << 24 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout ?? '', err: stderr ?? '' };
  }
}

describe('the cover’s own commands, under bash with the real openssl', () => {
  /** The blocks of shell in a bundle's README, run in its folder as a reader would. */
  async function follow(bundle: string): Promise<readonly Ended[]> {
    const blocks = [...(await readFile(join(honest.bundle, BUNDLE.cover), 'utf8')).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    const work = await temporaryFolder();
    return Promise.all(blocks.map((block) => ended('bash', ['--norc', '-c', block], { cwd: bundle, env: { PATH: process.env['PATH'], LC_ALL: 'C', TMPDIR: work } })));
  }

  /** A bundle, with the key beside it that the reader brought. */
  async function received(): Promise<string> {
    const { bundle, signer } = await copyOf(honest);
    await writeFile(join(bundle, 'signing-key.pub.pem'), signer.publicKeyPem);
    return bundle;
  }

  test('pass on an honest bundle', async () => {
    const [files, seal, ...more] = await follow(await received());
    expect(more).toEqual([]);
    expect(files).toMatchObject({ code: 0, out: '', err: '' });
    expect(seal?.out).toMatch(/Signature Verified Successfully[\s\S]*the statement is over this tag manifest/);
    expect(seal?.code).toBe(0);
  });

  test.each<readonly [string, string, 0 | 1]>([
    ['a page', pagesFile('aws:111122223333', 'aws.iam.access-keys'), 0], ['a verdict', BUNDLE.verdicts, 0], ['the cover', BUNDLE.cover, 0], ['the manifest', BUNDLE.manifest, 0],
    ['the bag’s description', BUNDLE.info, 0], ['the tag manifest', BUNDLE.tagManifest, 1],
  ])('fail after a changed byte in %s', async (_, file, block) => {
    const bundle = await received();
    const bytes = await readFile(join(bundle, file));
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    await writeFile(join(bundle, file), bytes);
    expect((await follow(bundle))[block]?.code).not.toBe(0);
  });

  test('fail after a change of statement or signature, and under another key', async () => {
    const bundle = await received();
    const honestSeal = await readFile(join(bundle, BUNDLE.seal), 'utf8');
    for (const change of [(text: string) => text.replace(/"sig":"./, (start) => start.slice(0, -1) + (start.endsWith('A') ? 'B' : 'A')), (text: string) => text.replace(/"payload":"(.{400})./, (_, start: string) => `"payload":"${start}A`), () => '{}']) {
      await writeFile(join(bundle, BUNDLE.seal), honestSeal);
      await editFile(join(bundle, BUNDLE.seal), change);
      const [, seal] = await follow(bundle);
      expect(seal?.code).not.toBe(0);
      expect(seal?.out).not.toContain('the statement is over this tag manifest');
    }
    await writeFile(join(bundle, BUNDLE.seal), honestSeal);
    await ended('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', 'k'], { cwd: bundle });
    await ended('openssl', ['pkey', '-in', 'k', '-pubout', '-out', 'signing-key.pub.pem'], { cwd: bundle });
    expect((await follow(bundle))[1]?.code).not.toBe(0);
  });
});

describe('the command, in another time zone and locale', () => {
  test.each([['Pacific/Kiritimati', 'tr_TR.UTF-8'], ['America/St_Johns', 'C']])('TZ=%s LANG=%s verifies, and derives the same bytes', async (TZ, LANG) => {
    const keyFile = join(await temporaryFolder(), 'key.pub.pem');
    await writeFile(keyFile, honest.signer.publicKeyPem);
    const env = { PATH: process.env['PATH'], HOME: await temporaryFolder(), TZ, LANG, LC_ALL: LANG };
    const zone = await ended(process.execPath, ['-p', 'new Date(0).getTimezoneOffset()'], { env });
    expect(Number(zone.out)).not.toBe(0);
    const verified = await ended(process.execPath, [MAIN, 'verify', honest.bundle, '--key', keyFile, '--json', '--require', 're-derivation', '--require', 'integrity', '--require', 'authenticity'], { env });
    expect(verified.err).toBe('');
    expect(resultsOf(JSON.parse(verified.out))).toMatchObject({ integrity: 'pass', authenticity: 'pass', 're-derivation': 'pass' });
    expect(verified.code).toBe(0);
    // verify compares content; that the bytes are the same too is what keeps a seal in place.
    const out = join(await temporaryFolder(), 'again');
    const code = `const [{ deriveBundle }, { PROVIDERS }] = await Promise.all([import(${JSON.stringify(new URL('../../src/pipeline/derive.ts', import.meta.url).href)}), import(${JSON.stringify(new URL('../../scanners/index.ts', import.meta.url).href)})]); await deriveBundle(process.argv[1], process.argv[2], PROVIDERS);`;
    expect(await ended(process.execPath, ['--input-type=module', '-e', code, honest.bundle, out], { env })).toMatchObject({ code: 0, err: '' });
    for (const file of (await filesOf(out, 'data')).files) expect((await readFile(join(out, file))).equals(await readFile(join(honest.bundle, file))), file).toBe(true);
  });
});

describe('a bundle of another derivation', () => {
  test('cannot be judged here, says with what it can, and fails only who requires it', async () => {
    const archive = await copyOf(honest);
    await editFile(join(archive.bundle, BUNDLE.run), (text) => text.replace(/"derivationVersion":\d+/, '"derivationVersion":99'));
    await signAgain(archive.bundle, archive.signer);
    const report = await verifyArchive(archive, { withoutLog: true, require: ['re-derivation'] });
    expect(resultsOf(report)).toMatchObject({ integrity: 'pass', authenticity: 'pass', 're-derivation': 'cannot_say' });
    expect(findingsOf(report, 're-derivation')).toContain(`npx rollcall@0.1.0 verify ${archive.bundle}`);
    expect(report.exitCode).toBe(3);
    expect((await verifyArchive(archive, { withoutLog: true })).exitCode).toBe(0);
  });

  test('never puts a command into the reader’s hands that the bundle wrote', async () => {
    const archive = await copyOf(honest);
    await editFile(join(archive.bundle, BUNDLE.run), (text) => text.replace(/"derivationVersion":\d+/, '"derivationVersion":99').replace('"version":"0.1.0"', '"version":"0.1.0; touch owned #"'));
    const odd = join(await temporaryFolder(), 'a folder; with \'quotes\'');
    await cp(archive.bundle, odd, { recursive: true });
    const [told, there] = [findingsOf(await verifyArchive(archive), 're-derivation'), findingsOf(await verifyArchive({ ...archive, bundle: odd }), 're-derivation')];
    expect(told).not.toContain('touch owned');
    expect(there).not.toContain('npx');
    await editFile(join(odd, BUNDLE.run), (text) => text.replace('; touch owned #', ''));
    const command = /npx rollcall@0\.1\.0 verify (.*)$/m.exec(findingsOf(await verifyArchive({ ...archive, bundle: odd }), 're-derivation'))?.[1] ?? '';
    expect((await ended('bash', ['--norc', '-c', `printf %s ${command}`])).out).toBe(odd);
  });
});

test('deriving from a bundle leaves it as it was', async () => {
  const { bundle } = await copyOf(honest);
  const out = join(await temporaryFolder(), 'again');
  await deriveBundle(bundle, out, PROVIDERS);
  expect((await filesOf(bundle)).files).toEqual((await filesOf(honest.bundle)).files);
  await appendFile(join(out, BUNDLE.cover), 'x');
  await rm(out, { recursive: true });
  expect(resultsOf(await verifyArchive({ ...honest, bundle }))).toMatchObject({ integrity: 'pass' });
});
