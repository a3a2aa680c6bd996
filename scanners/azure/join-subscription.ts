// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import type { Instant } from '../../src/model/instant.ts';
import { countBelow, countOf, notClosed, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import type { ObjectRow, Trust } from '../../src/model/row.ts';
import type { Related, UnitInventory } from '../../src/model/source.ts';
import type { Json } from '../../src/model/json.ts';
import { FEDERATED_CREDENTIAL } from './join-applications.ts';
import { joinActivity } from './join-activity.ts';
import { trustFrom } from './join-federated.ts';
import { AUTOMATION_CERTIFICATE, AUTOMATION_CREDENTIAL, automationCertificate, automationCredential, COSMOS_KEY, cosmosKeys, LOCAL_USER, localUser, PUBLISHING_PASSWORD, publishingPassword, REGISTRY_ADMIN, REGISTRY_TOKEN, registryAdmin, registryPasswords, STORAGE_KEY, storageKeys, VAULT_CERTIFICATE, VAULT_KEY, VAULT_SECRET } from './join-resource-keys.ts';
import { joinVaults } from './join-vaults.ts';
import { rowKey } from './shapes.ts';
import {
  automationAccounts, automationCertificateRowSchema, automationCertificates, automationCredentialRowSchema, automationCredentials, automationSchema, denyAssignments, denySchema, localUserRowSchema, storageLocalUsers,
  clusterSchema, cosmosAccounts, cosmosSchema, identityFederated, identityFederatedRowSchema, kubernetesClusters, eligibleSchema, publishingPolicies, publishingPolicyRowSchema, registries, roleEligibility, registrySchema, registryTokens, storageAccounts, storageSchema, tokenRowSchema, userIdentities, userIdentitySchema,
  vaults, vaultSchema, webApps, webAppSchema,
} from './sources/arm/resources.ts';

const VAULT = 'azure.key-vault';
const STORAGE = 'azure.storage-account';
const REGISTRY = 'azure.container-registry';
const COSMOS = 'azure.cosmos-account';
const CLUSTER = 'azure.kubernetes-cluster';
const USER_IDENTITY = 'azure.user-assigned-identity';
const AUTOMATION = 'azure.automation-account';
const DENY = 'azure.deny-assignment';
const WEB_APP = 'azure.web-app';
const ELIGIBLE = 'azure.role-eligibility';
/** Kinds of rows that only a subscription has. */
const KINDS: readonly string[] = [STORAGE_KEY, COSMOS_KEY, REGISTRY_ADMIN, REGISTRY_TOKEN, VAULT_SECRET, VAULT_KEY, VAULT_CERTIFICATE, VAULT, STORAGE, REGISTRY, COSMOS, CLUSTER, USER_IDENTITY, LOCAL_USER, AUTOMATION, AUTOMATION_CERTIFICATE, AUTOMATION_CREDENTIAL, DENY, ELIGIBLE, WEB_APP, PUBLISHING_PASSWORD];

/** What a tenant says of kinds that its subscriptions have. */
export function ofSubscriptions(): { readonly [kind: string]: Fact<number> } {
  return elsewhere(KINDS, 'it is of a subscription, each of which is a unit of its own');
}

/** The rows of one subscription: what opens its resources, from lists that show no value. `tenantKinds`: kinds that only the tenant has. */
export function joinSubscription(related: Related, asOf: Instant, tenantKinds: readonly string[]): UnitInventory {
  const { unit } = related;
  const storage = parsedRows(related, storageAccounts.id, 'azure.storage-account', storageSchema);
  const cosmos = parsedRows(related, cosmosAccounts.id, 'azure.cosmos-account', cosmosSchema);
  const registry = parsedRows(related, registries.id, 'azure.registry', registrySchema);
  const vault = parsedRows(related, vaults.id, 'azure.vault', vaultSchema);
  const automation = parsedRows(related, automationAccounts.id, AUTOMATION, automationSchema);
  const identities = parsedRows(related, userIdentities.id, 'azure.user-assigned-identity', userIdentitySchema);
  const apps = parsedRows(related, webApps.id, WEB_APP, webAppSchema);
  const publishing = Map.groupBy(parsedRows(related, publishingPolicies.id, 'azure.publishing-policy', publishingPolicyRowSchema), ({ value }) => value.parent);
  const inVaults = joinVaults(related, vault, asOf);
  const credentials = [
    ...storage.flatMap((each) => storageKeys(unit.id, each)), ...cosmos.flatMap((each) => cosmosKeys(unit.id, each)), ...registry.map((each) => registryAdmin(unit.id, each)),
    ...parsedRows(related, registryTokens.id, 'azure.registry-token', tokenRowSchema).flatMap((each) => registryPasswords(unit.id, each, asOf)),
    ...inVaults.credentials,
    ...apps.map((each) => publishingPassword(unit.id, each, publishing.get(each.value.id) ?? [], notClosed(related, publishingPolicies.id, each.value.id))),
    ...parsedRows(related, storageLocalUsers.id, LOCAL_USER, localUserRowSchema).map((each) => localUser(unit.id, each)),
    ...parsedRows(related, automationCertificates.id, AUTOMATION_CERTIFICATE, automationCertificateRowSchema).map((each) => automationCertificate(unit.id, each, asOf)),
    ...parsedRows(related, automationCredentials.id, AUTOMATION_CREDENTIAL, automationCredentialRowSchema).map((each) => automationCredential(unit.id, each)),
  ];
  const object = (kind: string, { value, row }: Parsed<{ readonly id: string; readonly name: string }>, detail: { readonly [name: string]: Json | undefined }): ObjectRow => ({
    type: 'object', key: rowKey(unit.id, value.id), id: value.id, kind, unit: unit.id, name: value.name, created: unknown('not_reported', 'the list gives no date of it'), expires: notApplicable('a resource has no end of its own'),
    detail: Object.fromEntries(Object.entries(detail).map(([name, told]) => [name, told ?? null])), refs: row.refs,
  });
  const objects = [
    ...vault.map((each) => object(VAULT, each, { rolesDecide: each.value.properties?.enableRbacAuthorization, purgeProtection: each.value.properties?.enablePurgeProtection, publicNetworkAccess: each.value.properties?.publicNetworkAccess })),
    ...storage.map((each) => object(STORAGE, each, { sharedKeyAccess: each.value.properties?.allowSharedKeyAccess ?? true })),
    ...registry.map((each) => object(REGISTRY, each, { adminUser: each.value.properties?.adminUserEnabled })),
    ...cosmos.map((each) => object(COSMOS, each, { keysOff: each.value.properties?.disableLocalAuth })),
    ...parsedRows(related, kubernetesClusters.id, 'azure.kubernetes-cluster', clusterSchema).map((each) => object(CLUSTER, each, { ...addressesOf(each.value), localAccountsOff: each.value.properties?.disableLocalAccounts, issuer: each.value.properties?.oidcIssuerProfile?.issuerURL })),
    ...automation.map((each) => object(AUTOMATION, each, { localAuthenticationOff: each.value.properties?.disableLocalAuth })),
    ...parsedRows(related, denyAssignments.id, DENY, denySchema).map((each) => object(DENY, each, { title: each.value.properties?.denyAssignmentName, scope: each.value.properties?.scope, ofAzure: each.value.properties?.isSystemProtected, principals: each.value.properties?.principals?.length })),
    ...parsedRows(related, roleEligibility.id, ELIGIBLE, eligibleSchema).map((each) => object(ELIGIBLE, each, { role: each.value.properties?.roleDefinitionId, principal: each.value.properties?.principalId, principalType: each.value.properties?.principalType, scope: each.value.properties?.scope, from: each.value.properties?.startDateTime, until: each.value.properties?.endDateTime, member: each.value.properties?.memberType })),
    ...apps.map((each) => object(WEB_APP, each, { kind: each.value.kind, state: each.value.properties?.state, httpsOnly: each.value.properties?.httpsOnly, readsVaultsAs: each.value.properties?.keyVaultReferenceIdentity })),
    ...identities.map((each) => object(USER_IDENTITY, each, { principal: each.value.properties?.principalId, client: each.value.properties?.clientId })),
  ];
  const trusts = federatedOf(related, identities);
  const activity = joinActivity(related, credentials, asOf);
  const of = (kind: string): number => [...credentials, ...objects].filter((row) => row.kind === kind).length;
  return {
    identityKinds: [], identities: [], credentials, grants: [], trusts, objects, events: activity.events, controlTotals: [], unplaced: activity.unplaced,
    populations: {
      ...elsewhere(tenantKinds, 'it is of the tenant, which is a unit of its own'),
      [STORAGE]: countOf(related, storageAccounts.id, of(STORAGE)), [STORAGE_KEY]: countOf(related, storageAccounts.id, of(STORAGE_KEY)), [COSMOS]: countOf(related, cosmosAccounts.id, of(COSMOS)), [COSMOS_KEY]: countOf(related, cosmosAccounts.id, of(COSMOS_KEY)),
      [REGISTRY]: countOf(related, registries.id, of(REGISTRY)), [REGISTRY_ADMIN]: countOf(related, registries.id, of(REGISTRY_ADMIN)), [REGISTRY_TOKEN]: countBelow(related, registries.id, registryTokens.id, idsOf(registry), of(REGISTRY_TOKEN)),
      [VAULT]: countOf(related, vaults.id, of(VAULT)), ...inVaults.populations,
      [LOCAL_USER]: countBelow(related, storageAccounts.id, storageLocalUsers.id, idsOf(storage), of(LOCAL_USER)), [AUTOMATION]: countOf(related, automationAccounts.id, of(AUTOMATION)),
      [AUTOMATION_CERTIFICATE]: countBelow(related, automationAccounts.id, automationCertificates.id, idsOf(automation), of(AUTOMATION_CERTIFICATE)), [AUTOMATION_CREDENTIAL]: countBelow(related, automationAccounts.id, automationCredentials.id, idsOf(automation), of(AUTOMATION_CREDENTIAL)), [DENY]: countOf(related, denyAssignments.id, of(DENY)), [WEB_APP]: countOf(related, webApps.id, of(WEB_APP)), [PUBLISHING_PASSWORD]: countOf(related, webApps.id, of(PUBLISHING_PASSWORD)), [ELIGIBLE]: countOf(related, roleEligibility.id, of(ELIGIBLE)),
      [CLUSTER]: countOf(related, kubernetesClusters.id, of(CLUSTER)), [USER_IDENTITY]: countOf(related, userIdentities.id, of(USER_IDENTITY)), [FEDERATED_CREDENTIAL]: countBelow(related, userIdentities.id, identityFederated.id, idsOf(identities), trusts.length),
    },
  };
}

/**
 * Where a cluster answers. A private one may have a public name beside its private one, and either may stand in a kubeconfig; the name for
 * the portal tells of a cluster that has no other. https://learn.microsoft.com/en-us/rest/api/aks/managed-clusters/list
 */
function addressesOf({ properties }: z.output<typeof clusterSchema>): { readonly address: string | undefined; readonly clusterEndpoint: readonly string[] } {
  const given = (names: readonly (string | null | undefined)[]): readonly string[] => names.filter((name): name is string => name !== null && name !== undefined && name !== '');
  const named = given([properties?.fqdn, properties?.privateFQDN]);
  const all = named.length > 0 ? named : given([properties?.azurePortalFQDN]);
  return { address: all[0], clusterEndpoint: all.map((name) => `https://${name}`) };
}

function idsOf(rows: readonly Parsed<{ readonly id: string }>[]): readonly string[] {
  return rows.map(({ value }) => value.id);
}

/** Who may become a managed identity: a row of its tenant. One whose resource names no principal is entered by its own id. */
function federatedOf(related: Related, identities: readonly Parsed<{ readonly id: string; readonly properties?: { readonly principalId?: string | null | undefined } | null | undefined }>[]): readonly Trust[] {
  const tenant = related.unit.id.split('/')[0] ?? related.unit.id;
  const principals = new Map(identities.map(({ value }) => [value.id, value.properties?.principalId]));
  return parsedRows(related, identityFederated.id, 'azure.identity-federated-credential', identityFederatedRowSchema).map(({ value, row }) =>
    trustFrom(related.unit.id, { key: value.id, identity: rowKey(tenant, principals.get(value.parent) ?? value.parent), issuer: value.properties.issuer, subject: value.properties.subject, audiences: value.properties.audiences, refs: row.refs }));
}

function elsewhere(kinds: readonly string[], reason: string): { readonly [kind: string]: Fact<number> } {
  return Object.fromEntries(kinds.map((kind) => [kind, notApplicable(reason)]));
}
