// SPDX-License-Identifier: Apache-2.0
import type { Instant, When } from '../model/instant.ts';
import type { Person } from '../model/person.ts';

/** A person with what shows that it was they: never the name alone. */
export function whoActed(person: Person): string {
  if (person.basis === 'approval attached') return `${person.name} (approval attached: ${person.file}, SHA-256 ${person.sha256.slice(0, 12)}…)`;
  if (person.basis === 'key') return `${person.name} (signed with key ${person.keyId.slice(0, 12)}…)`;
  return `${person.name} (typed only)`;
}

/** A moment to the minute, in UTC. */
export function minute(at: Instant): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** When something happened, as far as it is known. */
export function whenInWords({ from, to }: { readonly from: Instant | null; readonly to: Instant } | When): string {
  if (from === null) return `no later than ${minute(to)}`;
  return from === to ? minute(from) : `between ${minute(from)} and ${minute(to)}`;
}

/** `1 run`, `2 runs`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
