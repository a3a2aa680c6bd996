// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../evidence/log-format.ts';
import { keyRegister } from '../evidence/signing-keys.ts';
import type { Finding } from './report.ts';

/** What the log's register of keys says of the key that sealed, as notes: trust comes from the keys that the reader gives, and the register is management's own. `sequence`: the entry of the seal. */
export function registerNotes(events: readonly LogEvent[], keyId: string, sequence: number): readonly Finding[] {
  const file = 'log/leaves.jsonl';
  const register = keyRegister(events);
  const key = register.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) return [{ file, message: register.length === 0 ? 'has no register of keys: nobody declared there which keys sign' : `its register of keys does not name key ${keyId}, which sealed this` }];
  const { added, retired } = key;
  const notes: Finding[] = [];
  if (added.sequence > sequence) notes.push({ file, message: `its register names the key that sealed this only since entry ${added.sequence}, after the seal` });
  if (retired !== null && retired.sequence < sequence) notes.push({ file, message: `the key that sealed this was retired before it, as entry ${retired.sequence} on ${retired.at}: ${retired.reason}` });
  if (notes.length === 0) notes.push({ file, message: `its register names the key that sealed this, since entry ${added.sequence}${retired === null ? '' : `; it was retired after the seal, as entry ${retired.sequence} on ${retired.at}`}` });
  return notes;
}
