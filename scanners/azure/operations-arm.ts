// SPDX-License-Identifier: Apache-2.0
import type { WireOperation } from './wire-operation.ts';

const REFERENCE = 'https://learn.microsoft.com/en-us/rest/api';

function list(operation: string, path: string, version: string, action: string, documentation: string, more: Partial<WireOperation> = {}): WireOperation {
  return { service: 'arm', operation, path, select: [], fixed: `api-version=${version}`, top: null, eventual: false, permissions: [action], documentation: `${REFERENCE}/${documentation}`, query: null, ...more };
}

/** A query of Resource Graph, which is a POST that reads, over all that the login sees. */
function graph(operation: string, permissions: readonly string[], query: string): WireOperation {
  return { service: 'arm', operation, path: '/providers/Microsoft.ResourceGraph/resources', select: [], fixed: 'api-version=2021-03-01', top: null, eventual: false, permissions, documentation: `${REFERENCE}/azureresourcegraph/resourcegraph/resources/resources`, query };
}

const OF_SUBSCRIPTION = '/subscriptions/{subscription}/providers';

/** Members of an event that are asked for: not who did it, with which token and from where, nor what was sent. https://learn.microsoft.com/en-us/rest/api/monitor/activitylogs/list */
const EVENT_FIELDS = ['eventDataId', 'eventTimestamp', 'operationName', 'resourceId', 'status', 'subStatus'] as const;
const EVENTS_OF = "$filter=eventTimestamp ge '{from}' and eventTimestamp le '{until}' and resourceProvider eq '{provider}'";

/**
 * Every request that Rollcall sends to Azure Resource Manager. All but the queries of Resource Graph are GETs of the control plane, which shows no value: keys,
 * credentials and settings have POST operations of their own (`listKeys`, `listCredentials`, `config/list`), none of which stands here.
 */
export const ARM_OPERATIONS: readonly WireOperation[] = [
  list('ListSubscriptions', '/subscriptions', '2022-12-01', 'Microsoft.Resources/subscriptions/read', 'resources/subscriptions/list'),
  list('GetSubscription', '/subscriptions/{subscription}', '2022-12-01', 'Microsoft.Resources/subscriptions/read', 'resources/subscriptions/get'),
  list('ListActivityLog', `${OF_SUBSCRIPTION}/Microsoft.Insights/eventtypes/management/values`, '2015-04-01', 'Microsoft.Insights/eventtypes/values/read', 'monitor/activitylogs/list', { fixed: `api-version=2015-04-01&${EVENTS_OF}`, select: EVENT_FIELDS, localized: true }),
  graph('QueryRoleAssignments', ['Microsoft.Authorization/roleAssignments/read'], "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, principalId=tostring(properties.principalId), principalType=tostring(properties.principalType), roleDefinitionId=tostring(properties.roleDefinitionId), scope=tostring(properties.scope), createdOn=tostring(properties.createdOn) | order by id asc"),
  graph('QueryCustomRoles', ['Microsoft.Authorization/roleDefinitions/read'], "authorizationresources | where type =~ 'microsoft.authorization/roledefinitions' | where properties.type =~ 'CustomRole' | project id, roleName=tostring(properties.roleName), permissions=properties.permissions | order by id asc"),
  graph('QueryBuiltInRoles', ['Microsoft.Authorization/roleDefinitions/read'], "authorizationresources | where type =~ 'microsoft.authorization/roledefinitions' | where properties.type =~ 'BuiltInRole' | project id, roleName=tostring(properties.roleName) | order by id asc"),
  // Of an identity only whose it is: tags and settings of the resource are not asked for.
  graph('QueryIdentityUse', ['Microsoft.Resources/subscriptions/resources/read'], "resources | where isnotnull(identity) | project id, type, principalId=tostring(identity.principalId), userAssigned=bag_keys(identity.userAssignedIdentities) | order by id asc"),
  graph('QueryManagementGroups', ['Microsoft.Management/managementGroups/read'], "resourcecontainers | where type =~ 'microsoft.management/managementgroups' | project id, name, displayName=tostring(properties.displayName), parent=tostring(properties.details.parent.id) | order by id asc"),
  list('ListRoleEligibility', `${OF_SUBSCRIPTION}/Microsoft.Authorization/roleEligibilityScheduleInstances`, '2020-10-01', 'Microsoft.Authorization/roleEligibilityScheduleInstances/read', 'authorization/role-eligibility-schedule-instances/list-for-scope'),
  list('ListDenyAssignments', `${OF_SUBSCRIPTION}/Microsoft.Authorization/denyAssignments`, '2022-04-01', 'Microsoft.Authorization/denyAssignments/read', 'authorization/deny-assignments/list'),
  list('ListUserAssignedIdentities', `${OF_SUBSCRIPTION}/Microsoft.ManagedIdentity/userAssignedIdentities`, '2023-01-31', 'Microsoft.ManagedIdentity/userAssignedIdentities/read', 'managedidentity/user-assigned-identities/list-by-subscription'),
  list('ListIdentityFederatedCredentials', '{resource}/federatedIdentityCredentials', '2023-01-31', 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read', 'managedidentity/federated-identity-credentials/list'),
  list('ListVaults', `${OF_SUBSCRIPTION}/Microsoft.KeyVault/vaults`, '2023-07-01', 'Microsoft.KeyVault/vaults/read', 'keyvault/keyvault/vaults/list-by-subscription'),
  list('ListVaultSecrets', '{resource}/secrets', '2023-07-01', 'Microsoft.KeyVault/vaults/secrets/read', 'keyvault/keyvault/secrets/list'),
  list('ListVaultKeys', '{resource}/keys', '2023-07-01', 'Microsoft.KeyVault/vaults/keys/read', 'keyvault/keyvault/keys/list'),
  list('ListStorageAccounts', `${OF_SUBSCRIPTION}/Microsoft.Storage/storageAccounts`, '2023-05-01', 'Microsoft.Storage/storageAccounts/read', 'storagerp/storage-accounts/list'),
  list('ListStorageLocalUsers', '{resource}/localUsers', '2023-05-01', 'Microsoft.Storage/storageAccounts/localUsers/read', 'storagerp/local-users/list'),
  list('ListAutomationAccounts', `${OF_SUBSCRIPTION}/Microsoft.Automation/automationAccounts`, '2023-11-01', 'Microsoft.Automation/automationAccounts/read', 'automation/automation-account/list'),
  list('ListAutomationCertificates', '{resource}/certificates', '2023-11-01', 'Microsoft.Automation/automationAccounts/certificates/read', 'automation/certificate/list-by-automation-account'),
  list('ListAutomationCredentials', '{resource}/credentials', '2023-11-01', 'Microsoft.Automation/automationAccounts/credentials/read', 'automation/credential/list-by-automation-account'),
  list('ListWebApps', `${OF_SUBSCRIPTION}/Microsoft.Web/sites`, '2023-12-01', 'Microsoft.Web/sites/read', 'appservice/web-apps/list'),
  list('ListPublishingPolicies', '{resource}/basicPublishingCredentialsPolicies', '2023-12-01', 'Microsoft.Web/sites/basicPublishingCredentialsPolicies/read', 'appservice/web-apps/list-basic-publishing-credentials-policies'),
  list('ListRegistries', `${OF_SUBSCRIPTION}/Microsoft.ContainerRegistry/registries`, '2023-07-01', 'Microsoft.ContainerRegistry/registries/read', 'containerregistry/registries/list'),
  list('ListRegistryTokens', '{resource}/tokens', '2023-07-01', 'Microsoft.ContainerRegistry/registries/tokens/read', 'containerregistry/tokens/list'),
  list('ListCosmosAccounts', `${OF_SUBSCRIPTION}/Microsoft.DocumentDB/databaseAccounts`, '2024-05-15', 'Microsoft.DocumentDB/databaseAccounts/read', 'cosmos-db-resource-provider/database-accounts/list'),
  list('ListKubernetesClusters', `${OF_SUBSCRIPTION}/Microsoft.ContainerService/managedClusters`, '2024-05-01', 'Microsoft.ContainerService/managedClusters/read', 'aks/managed-clusters/list'),
];
