// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkpointIsSigned, parseCheckpoint } from '../../src/evidence/checkpoint.ts';
import { keyIdOf } from '../../src/evidence/dsse.ts';
import { actIsSigned } from '../../src/evidence/acts.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { machine, rollcall, type Ended } from './child.ts';

const here = machine();
const run = (folder: string, ...args: readonly string[]): Promise<Ended> => rollcall(['keys', ...args], { cwd: folder, env: here().environment() });
const BY = ['--by', 'Ines Duarte'] as const;

async function publicKey(folder: string, name: string): Promise<{ readonly file: string; readonly id: string }> {
  const { publicKey: key } = generateKeyPairSync('ed25519');
  await writeFile(join(folder, name), key.export({ type: 'spki', format: 'pem' }));
  return { file: name, id: keyIdOf(key) };
}

describe('the register of keys', () => {
  test('holds each key as it was entered and retired, and by whom', async () => {
    const folder = await here().folder('register');
    const [first, second] = [await publicKey(folder, 'first.pem'), await publicKey(folder, 'second.pem')];
    for (const { file } of [first, second]) expect((await run(folder, 'add', '--public-key', file, '--custody', 'a vault', ...BY)).code).toBe(0);
    expect(await run(folder, 'retire', first.id.slice(0, 12), '--reason', 'sold', ...BY)).toMatchObject({ code: 0, stdout: expect.stringContaining(`key ${first.id} (sold), says Ines Duarte (typed only)`) });
    const { stdout } = await run(folder, 'list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ keys: [{ keyId: first.id, added: { sequence: 0, custody: 'a vault' }, retired: { sequence: 2, reason: 'sold', by: { name: 'Ines Duarte' } } }, { keyId: second.id, retired: null }], unregistered: [] });
    expect((await run(folder, 'list')).stdout).toMatch(/a vault +retired .*: sold\n.* a vault +in force/);
  });

  test('takes the signature of the person\'s own key over the act', async () => {
    const folder = await here().folder('signed');
    const { privateKey, publicKey: key } = generateKeyPairSync('ed25519');
    await writeFile(join(folder, 'ines.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await run(folder, 'add', '--custody', 'a vault', ...BY, '--person-key', 'ines.pem')).code).toBe(0);
    const [event] = (await readLog(join(folder, 'evidence/log'))).events;
    if (event?.event !== 'key.added') throw new Error('no key was added');
    expect(actIsSigned(event, event.by, [key])).toBe(true);
    expect(actIsSigned({ ...event, custody: 'elsewhere' }, event.by, [key])).toBe(false);
  });

  test('is signed by the key that the configuration names, and that key is the one entered where none is named', async () => {
    const folder = await here().folder('configured');
    const { privateKey, publicKey: key } = generateKeyPairSync('ed25519');
    await writeFile(join(folder, 'log.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(join(folder, 'rollcall.yaml'), 'version: 1\ntargets: [{ name: a, provider: aws, auth: { ambient: true } }]\nsigning: { key: log.pem }\n');
    expect((await run(folder, 'add', '--custody', 'a vault', ...BY)).code).toBe(0);
    const { events, checkpoint } = await readLog(join(folder, 'evidence/log'));
    expect(events).toMatchObject([{ keyId: keyIdOf(key) }]);
    const parsed = parseCheckpoint(checkpoint ?? '');
    expect(parsed === null ? null : checkpointIsSigned(parsed, [key])).toBe(true);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['a key that stands there', ['add', '--public-key', 'one.pem', '--custody', 'x', ...BY], /stands in the register since entry 0, and was retired as entry 1/],
    ['a key that is retired', ['retire', 'ID', '--reason', 'x', ...BY], /was retired as entry 1/], ['a key that nobody entered', ['retire', '0123456789', '--reason', 'x', ...BY], /no key of the register begins with/],
    ['too short an id', ['retire', 'a', '--reason', 'x', ...BY], /no key of the register/], ['a file that is no key', ['add', '--public-key', 'none.pem', '--custody', 'x', ...BY], /no public Ed25519 key/], ['a name of nobody', ['add', '--custody', 'x', '--by', 'root'], /does not name a person/],
  ])('refuses %s, and logs nothing', async (_, args, expected) => {
    const folder = await here().folder('refused');
    const { file, id } = await publicKey(folder, 'one.pem');
    await run(folder, 'add', '--public-key', file, '--custody', 'x', ...BY);
    await run(folder, 'retire', id, '--reason', 'x', ...BY);
    expect(await run(folder, ...args.map((arg) => (arg === 'ID' ? id : arg)))).toMatchObject({ code: 2, stderr: expect.stringMatching(expected) });
    expect((await readLog(join(folder, 'evidence/log'))).events).toHaveLength(2);
  });
});
