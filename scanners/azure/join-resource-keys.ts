// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { exactly, instantOf, parseInstant, type Instant, type When } from '../../src/model/instant.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential } from '../../src/model/row.ts';
import { rowKey } from './shapes.ts';
import type { automationCertificateRowSchema, automationCredentialRowSchema, cosmosSchema, localUserRowSchema, publishingPolicyRowSchema, registrySchema, storageSchema, tokenRowSchema, VaultItem, webAppSchema } from './sources/arm/resources.ts';

export const STORAGE_KEY = 'azure.storage-account-key';
export const COSMOS_KEY = 'azure.cosmos-account-key';
export const REGISTRY_ADMIN = 'azure.registry-admin-password';
export const REGISTRY_TOKEN = 'azure.registry-token-password';
export const VAULT_SECRET = 'azure.key-vault-secret';
export const VAULT_KEY = 'azure.key-vault-key';
export const VAULT_CERTIFICATE = 'azure.key-vault-certificate';
export const LOCAL_USER = 'azure.storage-local-user';
export const AUTOMATION_CERTIFICATE = 'azure.automation-certificate';
export const PUBLISHING_PASSWORD = 'azure.web-app-publishing-password';
export const AUTOMATION_CREDENTIAL = 'azure.automation-credential';

type Refs = readonly PageReference[];
const NO_USE = unknown('no_source', 'when it was last used stands in logs of the resource, which are not read');

/** What the parts of one row have in common. `slot`: its name within the resource, where it has no id of its own. */
function keyRow(unit: string, resource: string, slot: string, kind: string, rest: Pick<Credential, 'name' | 'status' | 'created' | 'expires' | 'audience' | 'refs'>): Credential {
  return { type: 'credential', key: rowKey(unit, `${resource}|${slot}`), id: `${resource}|${slot}`, idBasis: 'slot', kind, unit, identity: null, responsibility: 'entity', lastUsed: NO_USE, ...rest };
}

/** The two keys of a storage account. No switch at all means that they work. https://learn.microsoft.com/en-us/azure/storage/common/shared-key-authorization-prevent */
export function storageKeys(unit: string, { value, row }: Parsed<z.output<typeof storageSchema>>): readonly Credential[] {
  const off = value.properties?.allowSharedKeyAccess === false;
  return (['key1', 'key2'] as const).map((slot) => keyRow(unit, value.id, slot, STORAGE_KEY, {
    name: `${value.name} ${slot}`, audience: 'storage', refs: row.refs, expires: known({ never: true as const }, row.refs), created: dated(value.properties?.keyCreationTime?.[slot], row.refs, 'the account was made before such dates were kept, or the list does not have it'),
    status: known(off ? 'inactive' : 'active', row.refs, off ? { note: 'the account takes no shared keys' } : {}),
  }));
}

const COSMOS_SLOTS = ['primaryMasterKey', 'secondaryMasterKey', 'primaryReadonlyMasterKey', 'secondaryReadonlyMasterKey'] as const;

/** The four keys of a Cosmos DB account. One without a date was made before 18 June 2022. https://learn.microsoft.com/en-us/rest/api/cosmos-db-resource-provider/database-accounts/list */
export function cosmosKeys(unit: string, { value, row }: Parsed<z.output<typeof cosmosSchema>>): readonly Credential[] {
  const off = value.properties?.disableLocalAuth === true;
  return COSMOS_SLOTS.map((slot) => keyRow(unit, value.id, slot, COSMOS_KEY, {
    name: `${value.name} ${slot}`, audience: slot.includes('Readonly') ? 'reads' : 'reads and writes', refs: row.refs, expires: known({ never: true as const }, row.refs),
    created: dated(value.properties?.keysMetadata?.[slot]?.generationTime, row.refs, 'the list gives no date; Microsoft says that such a key is of before 18 June 2022'), status: known(off ? 'inactive' : 'active', row.refs, off ? { note: 'the account takes no keys' } : {}),
  }));
}

/** The password of a registry's admin user: two of them, which the list does not tell apart. https://learn.microsoft.com/en-us/azure/container-registry/container-registry-authentication */
export function registryAdmin(unit: string, { value, row }: Parsed<z.output<typeof registrySchema>>): Credential {
  const enabled = value.properties?.adminUserEnabled;
  return keyRow(unit, value.id, 'admin', REGISTRY_ADMIN, {
    name: `${value.name} admin`, audience: 'pulls and pushes everything', refs: row.refs, expires: known({ never: true as const }, row.refs), created: unknown('not_reported', 'when its passwords were made is shown together with their values only'),
    status: enabled === null || enabled === undefined ? unknown('not_reported', 'the list does not say whether the admin user is on') : known(enabled ? 'active' : 'inactive', row.refs),
  });
}

/** The passwords of a token of a registry, by name. https://learn.microsoft.com/en-us/rest/api/containerregistry/tokens/list */
export function registryPasswords(unit: string, { value, row }: Parsed<z.output<typeof tokenRowSchema>>, asOf: Instant): readonly Credential[] {
  return (value.properties?.credentials?.passwords ?? []).map((password, index) => {
    const expires: Credential['expires'] = password.expiry === null || password.expiry === undefined ? known({ never: true as const }, row.refs) : ended(password.expiry, row.refs);
    return keyRow(unit, value.id, password.name ?? String(index + 1), REGISTRY_TOKEN, {
      name: `${value.name} ${password.name ?? ''}`.trim(), audience: 'what its scope map allows', refs: row.refs, expires, created: dated(password.creationTime, row.refs, 'the list gives no date'), status: statusOf(switchOf(value.properties?.status), expires, row.refs, asOf),
    });
  });
}

/** A secret, a key or a certificate in a vault, by its dates. https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/secrets/list */
export function vaultItem(unit: string, kind: string, { value, row }: Parsed<VaultItem>, asOf: Instant): Credential {
  const { enabled, exp, created, updated } = value.properties?.attributes ?? {};
  const expires: Credential['expires'] = value.properties?.attributes === null || value.properties?.attributes === undefined ? unknown('not_reported', 'the list gives no attributes of it')
    : exp === null || exp === undefined ? known({ never: true as const }, row.refs) : known({ at: instantOf(exp * 1000) }, row.refs);
  return {
    ...keyRow(unit, value.id, '', kind, {
      name: value.name, audience: null, refs: row.refs, expires, status: statusOf(enabled ?? null, expires, row.refs, asOf),
      created: made(created, updated, row.refs),
    }), key: rowKey(unit, value.id), id: value.id, idBasis: 'provider',
  };
}

/** A local user of a storage account, with what it may sign in by. Azure dates neither. https://learn.microsoft.com/en-us/rest/api/storagerp/local-users/list */
export function localUser(unit: string, { value, row }: Parsed<z.output<typeof localUserRowSchema>>): Credential {
  const { hasSharedKey, hasSshKey, hasSshPassword } = value.properties ?? {};
  const by = [[hasSshPassword, 'a password'], [hasSshKey, 'an SSH key'], [hasSharedKey, 'a shared key']].flatMap(([on, word]) => (on === true && typeof word === 'string' ? [word] : []));
  return {
    ...keyRow(unit, value.id, '', LOCAL_USER, {
      name: value.name, audience: by.length === 0 ? null : by.join(', '), refs: row.refs, expires: known({ never: true as const }, row.refs), created: unknown('not_reported', 'the list gives no date of its keys and its password'),
      status: value.properties === null || value.properties === undefined ? unknown('not_reported', 'the list does not say what it signs in by') : known(by.length === 0 ? 'inactive' as const : 'active' as const, row.refs, by.length === 0 ? { note: 'it has nothing to sign in by' } : {}),
    }), key: rowKey(unit, value.id), id: value.id, idBasis: 'provider',
  };
}

/**
 * The publishing password of an app: each has one, of its own making, and what it opens can be switched off. `closed`: why that was not read.
 * https://learn.microsoft.com/en-us/azure/app-service/deploy-configure-credentials
 */
export function publishingPassword(unit: string, { value, row }: Parsed<z.output<typeof webAppSchema>>, policies: readonly Parsed<z.output<typeof publishingPolicyRowSchema>>[], closed: Unknown | null): Credential {
  const refs = [...row.refs, ...policies.flatMap((policy) => policy.row.refs)];
  const open = policies.filter((policy) => policy.value.properties?.allow === true).map((policy) => policy.value.name).toSorted(byCodeUnit);
  const told = policies.length > 0 && policies.every((policy) => typeof policy.value.properties?.allow === 'boolean');
  return keyRow(unit, value.id, 'publishing', PUBLISHING_PASSWORD, {
    name: `${value.name} publishing`, audience: open.length === 0 ? null : open.join(', '), refs, expires: known({ never: true as const }, row.refs), created: unknown('not_reported', 'when it was made is shown together with its value only'),
    status: closed ?? (open.length > 0 ? known('active', refs) : told ? known('inactive', refs, { note: 'neither deployment nor files take it' }) : unknown('not_reported', 'the list does not say whether it opens anything')),
  });
}

/** A certificate with its key, which runbooks use. */
export function automationCertificate(unit: string, { value, row }: Parsed<z.output<typeof automationCertificateRowSchema>>, asOf: Instant): Credential {
  const expires: Credential['expires'] = value.properties?.expiryTime === null || value.properties?.expiryTime === undefined ? unknown('not_reported', 'the list gives no end') : ended(value.properties.expiryTime, row.refs);
  return { ...keyRow(unit, value.id, '', AUTOMATION_CERTIFICATE, { name: value.name, audience: value.properties?.isExportable === true ? 'can be exported' : null, refs: row.refs, expires, created: dated(value.properties?.creationTime, row.refs, 'the list gives no date'), status: statusOf(true, expires, row.refs, asOf) }), key: rowKey(unit, value.id), id: value.id, idBasis: 'provider' };
}

/** A name and a password, which runbooks use: the password is of its last change, or older, for the name may have been all that changed. */
export function automationCredential(unit: string, { value, row }: Parsed<z.output<typeof automationCredentialRowSchema>>): Credential {
  const [made, changed] = [value.properties?.creationTime, value.properties?.lastModifiedTime].map((text) => (text === null || text === undefined ? null : parseInstant(text)));
  const created: Fact<When> = made === null || made === undefined ? unknown('not_reported', 'the list gives no date') : known({ from: made, to: changed !== null && changed !== undefined && changed > made ? changed : made }, row.refs, { note: 'between its making and its last change' });
  return { ...keyRow(unit, value.id, '', AUTOMATION_CREDENTIAL, { name: value.name, audience: value.properties?.userName ?? null, refs: row.refs, expires: known({ never: true as const }, row.refs), created, status: known('active' as const, row.refs) }), key: rowKey(unit, value.id), id: value.id, idBasis: 'provider' };
}

/** When the value stands: a vault dates the first version and the last change of anything, so that it is between the two. */
function made(created: number | null | undefined, updated: number | null | undefined, refs: Refs): Fact<When> {
  if (created === null || created === undefined) return unknown('not_reported', 'the list gives no date of its making');
  const from = instantOf(created * 1000);
  return updated === null || updated === undefined || updated <= created ? known(exactly(from), refs) : known({ ...exactly(instantOf(updated * 1000)), from }, refs, { note: 'between its making and its last change, which may have been of its tags alone' });
}

function statusOf(enabled: boolean | null, expires: Credential['expires'], refs: Refs, asOf: Instant): Credential['status'] {
  if (expires.status !== 'known') return expires;
  if ('at' in expires.value && expires.value.at <= asOf) return known('expired' as const, refs);
  if (enabled === null) return unknown('not_reported', 'the list does not say whether it is switched on');
  return known(enabled ? ('active' as const) : ('inactive' as const), refs);
}

function dated(text: string | null | undefined, refs: Refs, without: string): Fact<When> {
  if (text === null || text === undefined) return unknown('not_reported', without);
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'the date is not one that we can read') : known(exactly(at), refs);
}

function ended(text: string, refs: Refs): Credential['expires'] {
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'its end is not a date that we can read') : known({ at }, refs);
}

/** The switch of a token; null for a word that is neither. */
function switchOf(status: string | null | undefined): boolean | null {
  return status === 'enabled' ? true : status === 'disabled' ? false : null;
}
