// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from './log-format.ts';

/** A key of the register: as it was added, and its retirement where there is one. Both stay. */
export interface RegisteredKey { readonly keyId: string; readonly added: EventOf<'key.added'>; readonly retired: EventOf<'key.retired'> | null }

/** The register of signing keys that the log tells of, in the order of their entries. Who may sign is management's word; which key a reader trusts is the reader's. */
export function keyRegister(events: readonly LogEvent[]): readonly RegisteredKey[] {
  const keys = new Map<string, RegisteredKey>();
  for (const event of events) {
    if (event.event === 'key.added' && !keys.has(event.keyId)) keys.set(event.keyId, { keyId: event.keyId, added: event, retired: null });
    const known = event.event === 'key.retired' ? keys.get(event.keyId) : undefined;
    if (event.event === 'key.retired' && known?.retired === null) keys.set(event.keyId, { ...known, retired: event });
  }
  return [...keys.values()];
}
