// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { archivePaths } from '../../bundle/layout.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import { keyIdOf, publicKeyOf } from '../../evidence/dsse.ts';
import type { LogEvent, NewEvent } from '../../evidence/log-format.ts';
import { readLog } from '../../evidence/read-log.ts';
import { keyRegister, type RegisteredKey } from '../../evidence/signing-keys.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import type { Person } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal, table } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

interface Place { readonly archive: string; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall keys add`: enters a key in the register. A key is entered once; one that was retired stays so. */
export async function addKey(options: ActingOptions & { readonly publicKey?: string; readonly custody: string }): Promise<ExitCode> {
  const { terminal, signer, person } = await acting(options);
  const publicKeyPem = options.publicKey === undefined ? signer.publicKeyPem : await readPublicKey(options.publicKey);
  const keyId = keyIdOf(publicKeyOf(publicKeyPem));
  const act = (by: Person): NewEvent => ({ event: 'key.added', at: instantOf(Date.now()), keyId, publicKeyPem, custody: options.custody, by });
  const by = await person(act);
  const event = await appendEvent(archivePaths(options.archive).log, (events) => {
    const known = keyRegister(events).find((key) => key.keyId === keyId);
    if (known !== undefined) throw new InputError('keys add', `key ${keyId} stands in the register since entry ${known.added.sequence}${known.retired === null ? '' : `, and was retired as entry ${known.retired.sequence}`}`, known.retired === null ? 'nothing is left to do' : 'make a new key: what is retired stays so');
    return act(by);
  }, signer);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Entered as entry ${event.sequence}: key ${keyId}, kept ${printable(options.custody)}, says ${printable(by.name)} (${by.basis}).`);
  return EXIT.ok;
}

/** `rollcall keys retire`: ends a key. What it signed before stays as good as it was. */
export async function retireKey(wanted: string, options: ActingOptions & { readonly reason: string }): Promise<ExitCode> {
  const { log } = archivePaths(options.archive);
  await existing(options.archive);
  const { keyId } = inForce((await readLog(log)).events, wanted);
  const { terminal, signer, person } = await acting(options);
  const act = (by: Person): NewEvent => ({ event: 'key.retired', at: instantOf(Date.now()), keyId, reason: options.reason, by });
  const by = await person(act);
  const event = await appendEvent(log, (events) => {
    inForce(events, keyId);
    return act(by);
  }, signer);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Retired as entry ${event.sequence}: key ${keyId} (${printable(options.reason)}), says ${printable(by.name)} (${by.basis}).`);
  if (keyId === signer.keyId) terminal.error('This key has just signed its own retirement: sign with another from now on (`signing` in docs/configuration.md, or --key).');
  return EXIT.ok;
}

/** `rollcall keys list`: the register, and keys that sealed runs without standing in it. */
export async function listKeys(options: Place): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  await existing(options.archive);
  const { events } = await readLog(archivePaths(options.archive).log);
  const keys = keyRegister(events);
  const unregistered = [...new Set(events.flatMap((event): string[] => (event.event === 'run.sealed' || event.event === 'run.resealed' ? [event.keyId] : [])))].filter((id) => !keys.some(({ keyId }) => keyId === id)).sort();
  if (options.json === true) {
    terminal.json({ keys, unregistered });
    return EXIT.ok;
  }
  const rows = keys.map(({ keyId, added, retired }) => [keyId.slice(0, 16), `${added.at} by ${added.by.name} (${added.by.basis})`, added.custody, retired === null ? 'in force' : `retired ${retired.at} by ${retired.by.name} (${retired.by.basis}): ${retired.reason}`]);
  if (rows.length === 0) terminal.out('No key stands in the register.');
  else for (const line of table(['key', 'entered', 'kept', 'state'], rows, 90)) terminal.out(line);
  for (const id of unregistered) terminal.out(`Not in the register, and has sealed: ${id}`);
  return EXIT.ok;
}

/** The one key in force that an id, or the beginning of one, names. */
function inForce(events: readonly LogEvent[], wanted: string): RegisteredKey {
  const found = /^[0-9a-f]{8,64}$/.test(wanted) ? keyRegister(events).filter(({ keyId }) => keyId.startsWith(wanted)) : [];
  const [key, ...more] = found;
  if (key === undefined || more.length > 0) throw new InputError('keys retire', key === undefined ? `no key of the register begins with ${wanted}` : `${found.length} keys begin with ${wanted}`, '`rollcall keys list --json` has their ids whole');
  if (key.retired !== null) throw new InputError('keys retire', `key ${key.keyId} was retired as entry ${key.retired.sequence}`, 'nothing is left to do');
  return key;
}

async function existing(archive: string): Promise<void> {
  if (!(await isFolder(archivePaths(archive).log))) throw new InputError('--archive', `${archive} holds no log`, 'name the folder of runs and log; a first scan makes it');
}

async function readPublicKey(file: string): Promise<string> {
  try {
    return publicKeyOf(await readFile(file, 'utf8')).export({ type: 'spki', format: 'pem' }).toString();
  } catch (error) {
    throw new InputError('--public-key', `${file} is no public Ed25519 key in PEM form`, 'openssl pkey -in signing-key.pem -pubout makes it of the private one', { cause: error });
  }
}
