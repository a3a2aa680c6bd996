// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { InputError } from './errors.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Names that name nobody: what stands behind such an act cannot be asked. Compared without case, spaces, dots, hyphens and underscores. */
const GENERIC: ReadonlySet<string> = new Set([
  'admin', 'administrator', 'adminuser', 'root', 'system', 'automation', 'bot', 'robot', 'ci', 'cd', 'cicd', 'pipeline', 'serviceaccount', 'service', 'user', 'test', 'testuser', 'tester', 'someone', 'somebody',
  'me', 'owner', 'approver', 'reviewer', 'requester', 'team', 'security', 'securityteam', 'devops', 'platform', 'itadmin', 'it', 'na', 'none', 'nobody', 'unknown', 'tbd', 'todo', 'x', 'xx', 'xxx', 'rollcall', 'githubactions',
]);

/** Whether a name tells which person it is: not empty, not one that anybody could stand behind. */
export function namesAPerson(name: string): boolean {
  const bare = name.toLowerCase().replace(/[\s._-]/gu, '').replace(/@.*$/u, '');
  return bare.length > 1 && !GENERIC.has(bare);
}

const name = z.string().min(2).max(256).refine(namesAPerson, 'name a person, not a role or an account that several use');

/**
 * A person who acted, and what shows that it was this one: a signature with a key of theirs, an approval that is attached (an export of a
 * ticket or pull request, kept by its digest), or nothing but a typed name. No automation fills this in.
 */
export const personSchema = z.discriminatedUnion('basis', [
  z.strictObject({ name, basis: z.literal('typed only') }),
  z.strictObject({ name, basis: z.literal('approval attached'), file: z.string().min(1).max(256), sha256: digest }),
  z.strictObject({ name, basis: z.literal('key'), keyId: digest, signature: z.string().min(1).max(256) }),
]);
export type Person = z.output<typeof personSchema>;

/** Whether two names are one person, as far as names tell: without case and with every run of white space as one. */
export function samePerson(a: string, b: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/gu, ' ');
  return plain(a) === plain(b);
}

/** A name that a person typed, or an InputError where it names nobody. `place` is the flag or field. */
export function personName(text: string, place: string): string {
  const trimmed = text.trim();
  if (!name.safeParse(trimmed).success) throw new InputError(place, `"${trimmed.slice(0, 80)}" does not name a person`, 'give the name by which this person is known in the organization, such as "Ines Duarte"');
  return trimmed;
}
