// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential } from '../../src/model/row.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import { momentOf } from './read-facts.ts';
import { rowKey } from './shapes.ts';
import type { Application, Key, Password } from './sources/applications.ts';

export const PASSWORD = 'azure.application-password';
export const CERTIFICATE = 'azure.application-certificate';

const STARTED = 'the start of its validity, which whoever adds a credential may choose';

/**
 * Passwords and certificates of one application, by their `keyId`. A shared key (of type Symmetric) counts as a password: whoever has it
 * can sign in with it. https://learn.microsoft.com/en-us/graph/api/resources/keycredential
 */
export function credentialsOf(unit: string, { value, row }: Parsed<Application>, asOf: Instant): readonly Credential[] {
  const refs = (list: string, index: number): readonly PageReference[] => row.refs.map((ref) => `${ref}/${list}/${index}` as PageReference);
  const taken = new Map<string, number>();
  return [
    ...value.passwordCredentials.map((each, index) => credentialOf(unit, value, each, PASSWORD, null, refs('passwordCredentials', index), asOf)),
    ...value.keyCredentials.map((each, index) => credentialOf(unit, value, each, isShared(each) ? PASSWORD : CERTIFICATE, each.usage ?? null, refs('keyCredentials', index), asOf)),
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

function credentialOf(unit: string, application: Application, { keyId, displayName, startDateTime, endDateTime }: Password, kind: string, usage: string | null, refs: readonly PageReference[], asOf: Instant): Credential {
  const expires = expiryOf(endDateTime, refs);
  return {
    type: 'credential', key: rowKey(unit, `${application.id}|${kind === PASSWORD ? 'password' : 'certificate'}|${keyId}`), id: keyId, idBasis: 'provider', kind, unit, identity: rowKey(unit, application.id),
    name: displayName ?? null, responsibility: 'entity', status: statusOf(application, startDateTime, expires, refs, asOf), created: momentOf(startDateTime, refs, STARTED), expires,
    lastUsed: unknown('no_source', 'the report of sign-ins by credential, a beta of Microsoft Graph, is not read by this version'), audience: usage, refs,
  };
}

function expiryOf(text: string | null | undefined, refs: readonly PageReference[]): Credential['expires'] {
  if (text === null || text === undefined) return unknown('not_reported', 'Microsoft Graph gives no end of it');
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'its end is not a date that we can read') : known({ at }, refs);
}

/** Whether it works at the time of the scan, as far as its dates and a lock by Microsoft say. */
function statusOf({ disabledByMicrosoftStatus: lock }: Application, start: string | null | undefined, expires: Credential['expires'], refs: readonly PageReference[], asOf: Instant): Fact<'active' | 'inactive' | 'expired'> {
  if (expires.status !== 'known') return expires;
  if ('at' in expires.value && expires.value.at <= asOf) return known('expired', refs);
  if (lock !== null && lock !== undefined && lock !== 'NotDisabled') return known('inactive', refs, { note: `Microsoft has disabled the application: ${lock}` });
  const from = start === null || start === undefined ? null : parseInstant(start);
  return from !== null && from > asOf ? known('inactive', refs, { note: `not valid before ${from}` }) : known('active', refs);
}
