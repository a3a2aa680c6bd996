// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, Responsibility } from '../../src/model/row.ts';
import { momentOf } from './read-facts.ts';
import type { Usage } from './join-usage.ts';
import { rowKey } from './shapes.ts';
import type { Key, Password } from './sources/applications.ts';

export const PASSWORD = 'azure.application-password';
export const CERTIFICATE = 'azure.application-certificate';
export const PRINCIPAL_PASSWORD = 'azure.service-principal-password';
export const PRINCIPAL_CERTIFICATE = 'azure.service-principal-certificate';

/** What a certificate of a service principal is for where it signs tokens for people, which is no way in for a program. A check looks for this text. */
export const SIGNS_FOR_PEOPLE = 'signs tokens of single sign-on';

const STARTED = 'the start of its validity, which whoever adds a credential may choose';

/** What holds passwords and certificates: an application registration or a service principal. */
export interface Holder {
  readonly id: string;
  readonly kinds: { readonly password: string; readonly certificate: string };
  readonly responsibility: Responsibility;
  readonly passwords: readonly Password[];
  readonly keys: readonly Key[];
  /** Why none of them works now, whatever its dates say; null where nothing stands against them. */
  readonly locked: string | null;
  readonly refs: readonly PageReference[];
}

/**
 * Passwords and certificates of one holder, by their `keyId`. A shared key (of type Symmetric) counts as a password: whoever has it
 * can sign in with it. https://learn.microsoft.com/en-us/graph/api/resources/keycredential
 */
export function credentialsOf(unit: string, holder: Holder, usage: Usage, asOf: Instant): readonly Credential[] {
  const refs = (list: string, index: number): readonly PageReference[] => holder.refs.map((ref) => `${ref}/${list}/${index}` as PageReference);
  const signing = signingOf(holder);
  const { password, certificate } = holder.kinds;
  const taken = new Map<string, number>();
  return [
    ...holder.passwords.map((each, index) => credentialOf(unit, holder, each, password, signing.has(each.keyId) ? SIGNS_FOR_PEOPLE : null, refs('passwordCredentials', index), usage, asOf)),
    ...holder.keys.map((each, index) => credentialOf(unit, holder, each, isShared(each) ? password : certificate, signing.has(each.keyId) ? SIGNS_FOR_PEOPLE : (each.usage ?? null), refs('keyCredentials', index), usage, asOf)),
  ].map((credential): Credential => {
    // A `keyId` may be given by whoever adds a key, and so may stand twice.
    const count = (taken.get(credential.key) ?? 0) + 1;
    taken.set(credential.key, count);
    return count === 1 ? credential : { ...credential, key: `${credential.key}|${count}` };
  });
}

function isShared({ type }: Key): boolean {
  return type === 'Symmetric';
}

/**
 * The ids of what makes up a certificate that signs tokens for people: the key that signs, the password that guards it (of the same id), and
 * the public half, which has the same dates. https://learn.microsoft.com/en-us/graph/application-saml-sso-configure-api#step-4-configure-a-signing-certificate
 */
function signingOf({ keys }: Holder): ReadonlySet<string> {
  const signing = keys.filter(({ usage, type }) => usage === 'Sign' && type === 'X509CertAndPassword');
  const dates = new Set(signing.map(({ startDateTime, endDateTime }) => `${startDateTime ?? ''}|${endDateTime ?? ''}`));
  const halves = keys.filter(({ usage, startDateTime, endDateTime }) => usage === 'Verify' && dates.has(`${startDateTime ?? ''}|${endDateTime ?? ''}`));
  return new Set([...signing, ...halves].map(({ keyId }) => keyId));
}

function credentialOf(unit: string, holder: Holder, { keyId, displayName, startDateTime, endDateTime }: Password, kind: string, audience: string | null, refs: readonly PageReference[], usage: Usage, asOf: Instant): Credential {
  const expires = expiryOf(endDateTime, refs);
  return {
    type: 'credential', key: rowKey(unit, `${holder.id}|${kind === holder.kinds.password ? 'password' : 'certificate'}|${keyId}`), id: keyId, idBasis: 'provider', kind, unit, identity: rowKey(unit, holder.id),
    name: displayName ?? null, responsibility: holder.responsibility, status: statusOf(holder, startDateTime, expires, refs, asOf), created: momentOf(startDateTime, refs, STARTED), expires,
    lastUsed: usage.ofCredential(keyId), audience, refs,
  };
}

function expiryOf(text: string | null | undefined, refs: readonly PageReference[]): Credential['expires'] {
  if (text === null || text === undefined) return unknown('not_reported', 'Microsoft Graph gives no end of it');
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'its end is not a date that we can read') : known({ at }, refs);
}

/** Whether it works at the time of the scan, as far as its dates, its holder and a lock by Microsoft say. */
function statusOf({ locked }: Holder, start: string | null | undefined, expires: Credential['expires'], refs: readonly PageReference[], asOf: Instant): Fact<'active' | 'inactive' | 'expired'> {
  if (expires.status !== 'known') return expires;
  if ('at' in expires.value && expires.value.at <= asOf) return known('expired', refs);
  if (locked !== null) return known('inactive', refs, { note: locked });
  const from = start === null || start === undefined ? null : parseInstant(start);
  return from !== null && from > asOf ? known('inactive', refs, { note: `not valid before ${from}` }) : known('active', refs);
}

/** A lock by Microsoft in words; null for none. */
export function lockOf(what: string, status: string | null | undefined): string | null {
  return status === null || status === undefined || status === 'NotDisabled' ? null : `Microsoft has disabled the ${what}: ${status}`;
}
