// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { AnySource } from '../../../../src/model/source.ts';
import { activityLog, subscriptionRead } from './activity-log.ts';
import { armList, resource } from './list.ts';

const flag = z.boolean().nullish();
const text = z.string().nullish();

export const vaultSchema = z.object({ ...resource, properties: z.object({ enableRbacAuthorization: flag, enablePurgeProtection: flag, publicNetworkAccess: text, vaultUri: text }).nullish() });
export const vaults = armList({ id: 'azure.arm.vaults', title: 'Key vaults', operation: 'ListVaults', kind: 'azure.vault', item: vaultSchema });

/** Seconds since 1970, as Key Vault writes its moments. No value of a secret and no part of a key is in such an answer, nor would it be kept. */
export const attributes = z.object({ enabled: flag, nbf: z.number().nullish(), exp: z.number().nullish(), created: z.number().nullish(), updated: z.number().nullish() }).nullish();
export const vaultItemSchema = z.object({ ...resource, properties: z.object({ attributes }).nullish() });
export const vaultItemRowSchema = vaultItemSchema.extend({ parent: z.string() });
export type VaultItem = z.output<typeof vaultItemRowSchema>;

const COMPLETE = 'Secrets and keys of a vault are listed by its control plane, which works through its firewall. That every secret which was made on the data plane stands in this list is not documented.';
/** https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/secrets/list */
export const vaultSecrets = armList({ id: 'azure.arm.vault-secrets', title: 'Secrets in key vaults, by name and dates', operation: 'ListVaultSecrets', kind: 'azure.vault-secret', item: vaultItemSchema, parent: vaults.id, blindSpots: [COMPLETE] });
/** https://learn.microsoft.com/en-us/rest/api/keyvault/keyvault/keys/list */
export const vaultKeys = armList({ id: 'azure.arm.vault-keys', title: 'Keys in key vaults, by name and dates', operation: 'ListVaultKeys', kind: 'azure.vault-key', item: vaultItemSchema, parent: vaults.id, blindSpots: [COMPLETE] });

export const storageSchema = z.object({
  ...resource,
  properties: z.object({ keyCreationTime: z.object({ key1: text, key2: text }).nullish(), allowSharedKeyAccess: flag, creationTime: text, isSftpEnabled: flag, isLocalUserEnabled: flag }).nullish(),
});
/** The age of both keys stands in the list: their values do not. https://learn.microsoft.com/en-us/rest/api/storagerp/storage-accounts/list */
export const storageAccounts = armList({
  id: 'azure.arm.storage-accounts', title: 'Storage accounts, with the age of their keys', operation: 'ListStorageAccounts', kind: 'azure.storage-account', item: storageSchema,
  blindSpots: ['Tokens that were signed with a key of a storage account (SAS) are recorded nowhere, and work until their own end or until the key is replaced.'],
});

export const localUserSchema = z.object({ ...resource, properties: z.object({ hasSharedKey: flag, hasSshKey: flag, hasSshPassword: flag }).nullish() });
export const localUserRowSchema = localUserSchema.extend({ parent: z.string() });
/** Users of one storage account, who sign in over SFTP alone: an account without it is not asked. https://learn.microsoft.com/en-us/azure/storage/blobs/secure-file-transfer-protocol-support */
const allLocalUsers = armList({ id: 'azure.arm.storage-local-users', title: 'Local users of storage accounts', operation: 'ListStorageLocalUsers', kind: 'azure.storage-local-user', item: localUserSchema, parent: storageAccounts.id });
export const storageLocalUsers: AnySource = {
  ...allLocalUsers,
  next: (row, related) => {
    const { id, properties } = storageSchema.parse(row.type === 'observation' ? row.value : {});
    if (properties?.isSftpEnabled !== true || properties.isLocalUserEnabled === false) return { parent: id, skip: 'not_needed', reason: 'SFTP or its local users are off: none of them can sign in' };
    return allLocalUsers.next?.(row, related) ?? null;
  },
};

export const automationSchema = z.object({ ...resource, properties: z.object({ disableLocalAuth: flag, creationTime: text }).nullish() });
export const automationAccounts = armList({
  id: 'azure.arm.automation-accounts', title: 'Automation accounts', operation: 'ListAutomationAccounts', kind: 'azure.automation-account', item: automationSchema,
  blindSpots: ['Connections, encrypted variables and webhooks of Automation accounts are not read by this version.'],
});
export const automationCertificateSchema = z.object({ ...resource, properties: z.object({ expiryTime: text, creationTime: text, isExportable: flag }).nullish() });
export const automationCertificateRowSchema = automationCertificateSchema.extend({ parent: z.string() });
/** https://learn.microsoft.com/en-us/rest/api/automation/certificate/list-by-automation-account */
export const automationCertificates = armList({ id: 'azure.arm.automation-certificates', title: 'Certificates in Automation accounts', operation: 'ListAutomationCertificates', kind: 'azure.automation-certificate', item: automationCertificateSchema, parent: automationAccounts.id });
export const automationCredentialSchema = z.object({ ...resource, properties: z.object({ userName: text, creationTime: text, lastModifiedTime: text }).nullish() });
export const automationCredentialRowSchema = automationCredentialSchema.extend({ parent: z.string() });
/** Names and passwords that runbooks use; the password is in no answer. https://learn.microsoft.com/en-us/rest/api/automation/credential/list-by-automation-account */
export const automationCredentials = armList({ id: 'azure.arm.automation-credentials', title: 'Credentials in Automation accounts', operation: 'ListAutomationCredentials', kind: 'azure.automation-credential', item: automationCredentialSchema, parent: automationAccounts.id });

export const denySchema = z.object({ ...resource, properties: z.object({ denyAssignmentName: text, scope: text, isSystemProtected: flag, principals: z.array(z.object({ id: text, type: text })).nullish() }).nullish() });
/** What is denied in a subscription, whatever roles allow: Azure makes these with stacks and managed applications. https://learn.microsoft.com/en-us/azure/role-based-access-control/deny-assignments */
export const denyAssignments = armList({
  id: 'azure.arm.deny-assignments', title: 'Deny assignments', operation: 'ListDenyAssignments', kind: 'azure.deny-assignment', item: denySchema,
  blindSpots: ['Deny assignments are listed, and not weighed against the roles that they limit.'],
});

export const eligibleSchema = z.object({ ...resource, properties: z.object({ principalId: text, principalType: text, roleDefinitionId: text, scope: text, memberType: text, startDateTime: text, endDateTime: text }).nullish() });
/** Who may take a role on Azure resources for a time, here or by inheritance from above. https://learn.microsoft.com/en-us/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope */
export const roleEligibility = armList({
  id: 'azure.arm.role-eligibility', title: 'Who may take a role in the subscription for a time', operation: 'ListRoleEligibility', kind: 'azure.role-eligibility', item: eligibleSchema,
  // https://learn.microsoft.com/en-us/azure/role-based-access-control/pim-integration
  blindSpots: ['Roles on Azure resources that may be taken for a time are listed and not counted as held: they are given to people and groups, and a program cannot take one.'],
});

export const registrySchema = z.object({ ...resource, properties: z.object({ adminUserEnabled: flag, creationDate: text }).nullish() });
export const registries = armList({ id: 'azure.arm.registries', title: 'Container registries', operation: 'ListRegistries', kind: 'azure.registry', item: registrySchema });

export const tokenSchema = z.object({
  ...resource, properties: z.object({ status: text, creationDate: text, credentials: z.object({ passwords: z.array(z.object({ name: text, creationTime: text, expiry: text })).nullish() }).nullish() }).nullish(),
});
export const tokenRowSchema = tokenSchema.extend({ parent: z.string() });
/** https://learn.microsoft.com/en-us/rest/api/containerregistry/tokens/list */
export const registryTokens = armList({ id: 'azure.arm.registry-tokens', title: 'Tokens of container registries', operation: 'ListRegistryTokens', kind: 'azure.registry-token', item: tokenSchema, parent: registries.id });

export const webAppSchema = z.object({ ...resource, kind: text, properties: z.object({ state: text, httpsOnly: flag, keyVaultReferenceIdentity: text }).nullish() });
/** Apps and functions. Settings come with their values alone, by an operation of their own, which is never sent. https://learn.microsoft.com/en-us/rest/api/appservice/web-apps/list */
export const webApps = armList({
  id: 'azure.arm.web-apps', title: 'Apps and functions of App Service', operation: 'ListWebApps', kind: 'azure.web-app', item: webAppSchema,
  blindSpots: ['Deployment slots of apps, with passwords of their own, are not read by this version.'],
});
export const publishingPolicySchema = z.object({ ...resource, properties: z.object({ allow: flag }).nullish() });
export const publishingPolicyRowSchema = publishingPolicySchema.extend({ parent: z.string() });
/** Whether the publishing password of an app opens its deployment (`scm`) and its files (`ftp`). https://learn.microsoft.com/en-us/azure/app-service/configure-basic-auth-disable */
export const publishingPolicies = armList({ id: 'azure.arm.publishing-policies', title: 'What publishing passwords of apps open', operation: 'ListPublishingPolicies', kind: 'azure.publishing-policy', item: publishingPolicySchema, parent: webApps.id });

const generated = z.object({ generationTime: text }).nullish();
export const cosmosSchema = z.object({
  ...resource, properties: z.object({ disableLocalAuth: flag, keysMetadata: z.object({ primaryMasterKey: generated, secondaryMasterKey: generated, primaryReadonlyMasterKey: generated, secondaryReadonlyMasterKey: generated }).nullish() }).nullish(),
});
/** https://learn.microsoft.com/en-us/rest/api/cosmos-db-resource-provider/database-accounts/list */
export const cosmosAccounts = armList({ id: 'azure.arm.cosmos-accounts', title: 'Cosmos DB accounts, with the age of their keys', operation: 'ListCosmosAccounts', kind: 'azure.cosmos-account', item: cosmosSchema });

export const clusterSchema = z.object({
  ...resource, properties: z.object({ fqdn: text, privateFQDN: text, azurePortalFQDN: text, disableLocalAccounts: flag, kubernetesVersion: text, oidcIssuerProfile: z.object({ enabled: flag, issuerURL: text }).nullish() }).nullish(),
});
/** https://learn.microsoft.com/en-us/rest/api/aks/managed-clusters/list */
export const kubernetesClusters = armList({
  id: 'azure.arm.kubernetes-clusters', title: 'Kubernetes clusters of AKS', operation: 'ListKubernetesClusters', kind: 'azure.kubernetes-cluster', item: clusterSchema,
  blindSpots: ['Service accounts and secrets within a cluster are read by a target of the provider kubernetes. A cluster that is listed here and is none of them is out of scope until somebody declares it.'],
});

export const userIdentitySchema = z.object({ ...resource, properties: z.object({ principalId: text, clientId: text, tenantId: text }).nullish() });
export const userIdentities = armList({ id: 'azure.arm.user-assigned-identities', title: 'User-assigned managed identities', operation: 'ListUserAssignedIdentities', kind: 'azure.user-assigned-identity', item: userIdentitySchema });

export const identityFederatedSchema = z.object({ ...resource, properties: z.object({ issuer: z.string(), subject: text, audiences: z.array(z.string()) }) });
export const identityFederatedRowSchema = identityFederatedSchema.extend({ parent: z.string() });
/** https://learn.microsoft.com/en-us/rest/api/managedidentity/federated-identity-credentials/list */
export const identityFederated = armList({
  id: 'azure.arm.identity-federated-credentials', title: 'Federated credentials of managed identities', operation: 'ListIdentityFederatedCredentials', kind: 'azure.identity-federated-credential', item: identityFederatedSchema, parent: userIdentities.id,
});

/** Every read of a subscription. */
export const SUBSCRIPTION_SOURCES = [subscriptionRead, activityLog, denyAssignments, roleEligibility, vaults, vaultSecrets, vaultKeys, storageAccounts, storageLocalUsers, automationAccounts, automationCertificates, automationCredentials, registries, registryTokens, webApps, publishingPolicies, cosmosAccounts, kubernetesClusters, userIdentities, identityFederated];
