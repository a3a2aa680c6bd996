// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { keepDocument } from '../archive/documents.ts';
import { signAct } from '../evidence/acts.ts';
import type { NewEvent } from '../evidence/log-format.ts';
import { InputError } from '../model/errors.ts';
import { personName, type Person } from '../model/person.ts';

/** How a person is named on the command line: a name, and what shows that it was they. */
export interface PersonFlags { readonly name: string; /** A file that shows it, such as the export of a ticket or pull request. */ readonly approval?: string | undefined; /** Their own Ed25519 key, which signs the act. */ readonly key?: string | undefined }

/**
 * A person from flags. `place` is the flag of the name. Where a key is named, `act` is signed with it, so give the act as it will be logged, with this person by name. An
 * attached approval is kept in the archive. Throws an InputError: a name that names nobody, a file that cannot be read, an automation that has nothing but a name.
 */
export async function personFrom(place: string, flags: PersonFlags, archive: string, act: (person: Person) => NewEvent): Promise<Person> {
  const name = personName(flags.name, place);
  if (flags.key !== undefined) {
    const key = await privateKey(flags.key);
    return signAct(act({ name, basis: 'typed only' }), name, key, createPublicKey(key));
  }
  if (flags.approval !== undefined) {
    let bytes: Buffer;
    try {
      bytes = await readFile(flags.approval);
    } catch (error) {
      throw new InputError(flags.approval, 'the attached approval cannot be read', 'name the exported ticket or pull request as a file', { cause: error });
    }
    return { name, basis: 'approval attached', file: basename(flags.approval), sha256: await keepDocument(archive, bytes) };
  }
  if ((process.env['CI'] ?? '') !== '') throw new InputError(place, 'a name typed by an automation shows nothing of a person', 'attach what the person approved (an export of the ticket or pull request), sign with their key, or run this by hand');
  return { name, basis: 'typed only' };
}

async function privateKey(file: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(file, 'utf8'));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`a key of kind ${key.asymmetricKeyType ?? 'unknown'}`);
    return key;
  } catch (error) {
    throw new InputError(file, 'is no Ed25519 private key', 'openssl genpkey -algorithm ed25519 makes one', { cause: error });
  }
}
