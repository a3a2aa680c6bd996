// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { keyIdOf, publicKeyOf } from '../../src/evidence/dsse.ts';
import { commandSigner, ensureKey, fileSigner, isOpenToOthers, liesInside, type Signer } from '../../src/evidence/signer.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const BYTES = Buffer.from('bytes that are signed \u0000\n');
const SIGNER = JSON.stringify(new URL('../../src/evidence/signer.ts', import.meta.url).href);

async function written(kind: 'ed25519' | 'ec' | 'rsa' = 'ed25519', mode = 0o600): Promise<{ readonly file: string; readonly publicFile: string; readonly folder: string }> {
  const folder = await temporaryFolder();
  const { privateKey, publicKey } = kind === 'ed25519' ? generateKeyPairSync('ed25519') : kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [file, publicFile] = [join(folder, 'key.pem'), join(folder, 'key.pub.pem')];
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode });
  await chmod(file, mode);
  await writeFile(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  return { file, publicFile, folder };
}

async function isGood(signer: Signer, bytes = BYTES): Promise<boolean> {
  return verify(null, bytes, createPublicKey(signer.publicKeyPem), await signer.sign(bytes));
}

/** What was thrown, with the remedy that a person would be shown. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message} / ${'remedy' in error ? String(error.remedy) : ''}` : String(error);
  }
  return 'nothing was refused';
}

describe('a key file', () => {
  test('signs, under the id of its public key', async () => {
    const { file, publicFile } = await written();
    const signer = await fileSigner(file);
    expect(await isGood(signer)).toBe(true);
    expect(signer.keyId).toBe(keyIdOf(publicKeyOf(await readFile(publicFile, 'utf8'))));
    expect(signer.keyId).toBe(createHash('sha256').update(createPublicKey(signer.publicKeyPem).export({ type: 'spki', format: 'der' })).digest('hex'));
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o610])('open to others (%o) is refused with the way out', async (mode) => {
    const { file } = await written('ed25519', mode);
    expect(await refusal(fileSigner(file))).toBe(`InputError: ${file}: others can read or change this key / chmod 600 ${file}`);
    await chmod(file, 0o400);
    expect(await isGood(await fileSigner(file))).toBe(true);
  });

  test("of root's may be readable by the group that a service runs with, and no more; one's own may not", () => {
    const open = (mode: number, uid: number, ourUid: number): boolean => isOpenToOthers({ mode: 0o100000 | mode, uid }, ourUid);
    for (const mode of [0o400, 0o600]) for (const [uid, ours] of [[0, 0], [0, 1000], [1000, 1000], [1000, 1001]] as const) expect(open(mode, uid, ours)).toBe(false);
    for (const mode of [0o440, 0o640]) expect([open(mode, 0, 1000), open(mode, 0, 0), open(mode, 1000, 1000), open(mode, 1001, 1000)]).toEqual([false, true, true, true]);
    for (const mode of [0o404, 0o460, 0o450, 0o420, 0o444, 0o402]) expect(open(mode, 0, 1000), mode.toString(8)).toBe(true);
  });

  test.each(['ec', 'rsa'] as const)('of another kind (%s) is refused', async (kind) => {
    const { file } = await written(kind);
    expect(await refusal(fileSigner(file))).toMatch(/not an Ed25519 private key.*openssl genpkey -algorithm ed25519/);
  });

  test('that is missing, empty, a folder, or a public key is refused', async () => {
    const { file, folder } = await written();
    expect(await refusal(fileSigner(join(folder, 'none.pem')))).toMatch(/^InputError: .*none\.pem: the signing key cannot be read/);
    await writeFile(join(folder, 'empty.pem'), '', { mode: 0o600 });
    expect(await refusal(fileSigner(join(folder, 'empty.pem')))).toMatch(/^InputError: .*not an Ed25519 private key/);
    await mkdir(join(folder, 'folder.pem'), { mode: 0o700 });
    expect(await refusal(fileSigner(join(folder, 'folder.pem')))).toMatch(/^InputError: .*cannot be read/);
    await writeFile(join(folder, 'public.pem'), createPublicKey(await readFile(file)).export({ type: 'spki', format: 'pem' }), { mode: 0o600 });
    expect(await refusal(fileSigner(join(folder, 'public.pem')))).toMatch(/^InputError: .*not an Ed25519 private key/);
  });
});

describe('a first run', () => {
  test('makes a key that only its user can read, its public half beside it, and keeps it', async () => {
    const file = join(await temporaryFolder(), 'new/rollcall/signing-key.pem');
    const first = await ensureKey(file);
    expect(first.made).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await isGood(first.signer)).toBe(true);
    const second = await ensureKey(file);
    expect(second).toMatchObject({ made: false, publicKeyFile: first.publicKeyFile, signer: { keyId: first.signer.keyId } });
    expect(keyIdOf(publicKeyOf(await readFile(first.publicKeyFile, 'utf8')))).toBe(first.signer.keyId);
  });

  test('puts the public half beside a key that has lost it, or has another’s', async () => {
    const file = join(await temporaryFolder(), 'signing-key.pem');
    const { signer, publicKeyFile } = await ensureKey(file);
    await rm(publicKeyFile);
    await ensureKey(file);
    expect(await readFile(publicKeyFile, 'utf8')).toBe(signer.publicKeyPem);
    await writeFile(publicKeyFile, await readFile((await written()).publicFile));
    await ensureKey(file);
    expect(await readFile(publicKeyFile, 'utf8')).toBe(signer.publicKeyPem);
  });

  test('makes one key, once, with eight processes at once', async () => {
    const folder = await temporaryFolder();
    for (const round of ['a', 'b']) {
      const file = join(folder, round, 'signing-key.pem');
      const code = `import { readFile } from 'node:fs/promises'; const { ensureKey } = await import(${SIGNER}); const { signer, made, publicKeyFile } = await ensureKey(process.argv[1]); console.log(JSON.stringify({ keyId: signer.keyId, made, same: (await readFile(publicKeyFile, 'utf8')) === signer.publicKeyPem }));`;
      const answers = await Promise.all(Array.from({ length: 8 }, async () => JSON.parse((await run(process.execPath, ['--input-type=module', '-e', code, file])).stdout) as { keyId: string; made: boolean; same: boolean }));
      expect(answers.filter(({ made }) => made)).toHaveLength(1);
      expect(new Set(answers.map(({ keyId }) => keyId)).size).toBe(1);
      expect(answers.every(({ same }) => same)).toBe(true);
      expect((await readdir(join(folder, round))).sort()).toEqual(['signing-key.pem', 'signing-key.pub.pem']);
    }
  });

  test('makes one key with many in one process, none of them reading half a file', async () => {
    const file = join(await temporaryFolder(), 'signing-key.pem');
    const all = await Promise.all(Array.from({ length: 40 }, () => ensureKey(file)));
    expect(all.filter(({ made }) => made)).toHaveLength(1);
    expect(new Set(all.map(({ signer }) => signer.keyId)).size).toBe(1);
  });

  test('does not replace a key that is damaged or open to others', async () => {
    const { file } = await written('ed25519', 0o644);
    const before = await readFile(file);
    expect(await refusal(ensureKey(file))).toMatch(/others can read/);
    expect((await readFile(file)).equals(before)).toBe(true);
  });
});

describe('a signing command', () => {
  async function script(text: string): Promise<string> {
    const file = join(await temporaryFolder(), 'sign.sh');
    await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o700 });
    return file;
  }

  const OPENSSL = 'in=$(mktemp) && cat > "$in" && openssl pkeyutl -sign -rawin -inkey "$1" -in "$in"; code=$?; rm -f "$in"; exit $code';

  test('of openssl signs, and says nothing of where the key is but that a command has it', async () => {
    const { file, publicFile } = await written();
    const signer = await commandSigner([await script(OPENSSL), file], publicFile);
    expect(await isGood(signer)).toBe(true);
    expect(await isGood(signer, Buffer.alloc(300_000, 7))).toBe(true);
    expect(signer.custody).not.toContain(file);
  });

  test('gets its parameters as they are, without a shell', async () => {
    const { file, publicFile, folder } = await written();
    const odd = join(folder, 'a key; touch broken $(touch broken).pem');
    await symlink(file, odd);
    expect(await isGood(await commandSigner([await script(OPENSSL), odd], publicFile))).toBe(true);
    expect(await readdir(folder)).not.toContain('broken');
  });

  test('with another key, other bytes, too little or nothing is refused before anything is signed with it', async () => {
    const [mine, other] = [await written(), await written()];
    const refused = /^InputError: signing\.command: .* that are no signature of .*raw 64 bytes/;
    expect(await refusal((await commandSigner([await script(OPENSSL), other.file], mine.publicFile)).sign(BYTES))).toMatch(refused);
    expect(await refusal((await commandSigner([await script('head -c 64 /dev/zero')], mine.publicFile)).sign(BYTES))).toMatch(refused);
    expect(await refusal((await commandSigner([await script('cat > /dev/null; printf short')], mine.publicFile)).sign(BYTES))).toMatch(refused);
    expect(await refusal((await commandSigner([await script('cat > /dev/null')], mine.publicFile)).sign(BYTES))).toMatch(refused);
    expect(await refusal((await commandSigner([await script(`${OPENSSL.replace('exit $code', 'printf x; exit $code')}`), mine.file], mine.publicFile)).sign(BYTES))).toMatch(refused);
  });

  test('that fails, or is not there, is named with what it said', async () => {
    const { publicFile } = await written();
    expect(await refusal((await commandSigner([await script('cat > /dev/null; echo the token is locked >&2; exit 3')], publicFile)).sign(BYTES))).toMatch(/ended with 3: the token is locked/);
    expect(await refusal((await commandSigner(['/nowhere/sign'], publicFile)).sign(BYTES))).toMatch(/^InputError: signing\.command: \/nowhere\/sign cannot be run/);
    expect(await refusal(commandSigner([], publicFile))).toMatch(/no command/);
    expect(await refusal(commandSigner(['true'], `${publicFile}.none`))).toMatch(/^InputError: .*\.none/);
    // One that ends without reading its input fails in words too, however much there is to read.
    expect(await refusal((await commandSigner(['false'], publicFile)).sign(Buffer.alloc(1_000_000)))).toMatch(/^InputError: signing\.command: false ended with/);
  });
});

test('a path inside a folder is told from one beside it, through links and for names that begin with dots', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'archive/..keys'), { recursive: true });
  await symlink(join(folder, 'archive'), join(folder, 'link'));
  for (const inside of ['archive', 'archive/key.pem', 'archive/not/there/key.pem', 'archive/..keys/key.pem', 'link/key.pem', 'other/../archive/key.pem']) expect(await liesInside(join(folder, inside), join(folder, 'archive')), inside).toBe(true);
  for (const outside of ['key.pem', 'archive2/key.pem', 'archive/../key.pem', '..']) expect(await liesInside(join(folder, outside), join(folder, 'archive')), outside).toBe(false);
});
