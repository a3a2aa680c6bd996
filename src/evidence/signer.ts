// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { InputError } from '../model/errors.ts';
import { keyIdOf, publicKeyOf } from './dsse.ts';

/** Whoever signs: a key file now, a command, later a key management service. `sign` gives the raw 64 bytes of Ed25519. */
export interface Signer {
  readonly keyId: string;
  readonly publicKeyPem: string;
  /** Where the private key is, in words for the cover. */
  readonly custody: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Signs with an Ed25519 key in a PKCS#8 PEM file. Throws an InputError where the file is not there, is open to others, or holds something else. */
export async function fileSigner(file: string): Promise<Signer> {
  let pem: string;
  try {
    const info = await stat(file);
    if (process.platform !== 'win32' && isOpenToOthers(info, process.getuid?.() ?? 0)) throw new InputError(file, 'others can read or change this key', `chmod 600 ${file}`);
    pem = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, 'the signing key cannot be read', 'name it with --key or `signing.key`, or leave it out and a first run makes one', { cause: error });
  }
  const key = privateKeyOf(pem, file);
  return signerOf(key, `key file outside the bundle`);
}

/**
 * Whether a key file is open to more than its holder: PostgreSQL's rule for the key of its server. Of our own file nobody else may do anything. A file of
 * root's may be readable by its group: that is how Kubernetes (`fsGroup`) and systemd (an access list) hand a secret to one service that is not root.
 * https://www.postgresql.org/docs/current/ssl-tcp.html
 */
export function isOpenToOthers(file: { readonly mode: number; readonly uid: number }, ourUid: number): boolean {
  return (file.mode & (file.uid === 0 && ourUid !== 0 ? 0o037 : 0o077)) !== 0;
}

/** Signs by a command that gets the bytes on standard input and gives the raw signature on standard output. Runs without a shell; every signature is checked against the public key before it is used. */
export async function commandSigner(command: readonly string[], publicKeyFile: string): Promise<Signer> {
  const [program, ...parameters] = command;
  if (program === undefined) throw new InputError('signing.command', 'no command', 'name the program and its parameters as a list');
  let key: KeyObject;
  try {
    key = publicKeyOf(await readFile(publicKeyFile, 'utf8'));
  } catch (error) {
    throw new InputError(publicKeyFile, error instanceof Error ? error.message : String(error), 'name the PEM file of the key that the command signs with', { cause: error });
  }
  return {
    keyId: keyIdOf(key), publicKeyPem: pemOf(key), custody: 'a signing command of management\'s',
    async sign(bytes) {
      const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
      const ended = new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
      child.stdin.on('error', () => child.kill());
      child.stdin.end(bytes);
      const [signature, words, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended.catch((error: unknown) => { throw new InputError('signing.command', `${program} cannot be run`, 'check the program and its path', { cause: error }); })]);
      if (code !== 0) throw new InputError('signing.command', `${program} ended with ${code ?? 'a signal'}: ${words.toString('utf8').slice(0, 300)}`, 'run the command by hand with some input and see what it says');
      if (!verify(null, bytes, key, signature)) throw new InputError('signing.command', `${program} gave ${signature.length} bytes that are no signature of ${publicKeyFile}`, 'it must write the raw 64 bytes of an Ed25519 signature over its standard input');
      return signature;
    },
  };
}

/** Where a first run puts its key: outside any archive, in the user's own configuration. */
export function defaultKeyFile(): string {
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'rollcall', 'signing-key.pem');
}

/** The default key, made where there is none, with its public half beside it. Says whether it was made now. */
export async function ensureKey(file: string): Promise<{ readonly signer: Signer; readonly made: boolean; readonly publicKeyFile: string }> {
  const publicKeyFile = file.replace(/\.pem$/, '') + '.pub.pem';
  const made = (await exists(file)) ? false : await makeKey(file);
  const signer = await fileSigner(file);
  if ((await readOptional(publicKeyFile)) !== signer.publicKeyPem) {
    const temporary = temporaryBeside(publicKeyFile);
    await writeFile(temporary, signer.publicKeyPem, { mode: 0o644, flag: 'wx' });
    await rename(temporary, publicKeyFile);
  }
  return { signer, made, publicKeyFile };
}

/** Makes a key whole before it gets its name: of several first runs at once one names its key, and no other reads half of it. */
async function makeKey(file: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = temporaryBeside(file);
  await writeFile(temporary, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(temporary);
  }
}

function temporaryBeside(file: string): string {
  return `${file}.${process.pid}.${randomUUID()}.tmp`;
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether a path lies inside a folder, links resolved as far as they are there. */
export async function liesInside(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([nearest(path), nearest(folder)]);
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function nearest(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(await nearest(parent), relative(parent, absolute));
  }
}

function signerOf(key: KeyObject, custody: string): Signer {
  const publicKey = createPublicKey(key);
  return { keyId: keyIdOf(publicKey), publicKeyPem: pemOf(publicKey), custody, sign: async (bytes) => sign(null, bytes, key) };
}

function privateKeyOf(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error(`it is a key of kind ${key.asymmetricKeyType ?? 'unknown'}`);
  } catch (error) {
    throw new InputError(file, 'not an Ed25519 private key in PKCS#8 PEM form', 'openssl genpkey -algorithm ed25519 makes one', { cause: error });
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}
