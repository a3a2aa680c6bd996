// SPDX-License-Identifier: Apache-2.0
import { GRAPH_FAULTS, VAULT_FAULTS, type GraphFault } from '../../../fixtures/servers/graph-faults.ts';
import { azure } from '../../../scanners/azure/index.ts';
import { NOW, scanSubscription } from '../../scanners/azure/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { SUBSCRIPTION_DEPENDENCE } from './dependence.ts';

/** The routes of Azure Resource Manager, by operation. */
const ROUTES: { readonly [operation: string]: string } = {
  GetSubscription: 'subscription', ListActivityLog: 'activity', ListWebApps: 'Microsoft.Web/sites', ListPublishingPolicies: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies', ListDenyAssignments: 'Microsoft.Authorization/denyAssignments', ListRoleEligibility: 'Microsoft.Authorization/roleEligibilityScheduleInstances', ListStorageLocalUsers: 'Microsoft.Storage/storageAccounts/localUsers', ListAutomationAccounts: 'Microsoft.Automation/automationAccounts', ListAutomationCertificates: 'Microsoft.Automation/automationAccounts/certificates',
  ListAutomationCredentials: 'Microsoft.Automation/automationAccounts/credentials',
  ListVaults: 'Microsoft.KeyVault/vaults', ListVaultSecrets: 'Microsoft.KeyVault/vaults/secrets', ListVaultKeys: 'Microsoft.KeyVault/vaults/keys', ListStorageAccounts: 'Microsoft.Storage/storageAccounts', ListCosmosAccounts: 'Microsoft.DocumentDB/databaseAccounts',
  ListRegistries: 'Microsoft.ContainerRegistry/registries', ListRegistryTokens: 'Microsoft.ContainerRegistry/registries/tokens', ListKubernetesClusters: 'Microsoft.ContainerService/managedClusters',
  ListUserAssignedIdentities: 'Microsoft.ManagedIdentity/userAssignedIdentities', ListIdentityFederatedCredentials: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
  ListSecrets: 'vault/secrets', ListKeys: 'vault/keys', ListCertificates: 'vault/certificates',
};
const OF_PAGES: ReadonlySet<string> = new Set(['repeat_token', 'foreign_link', 'other_link']);
/** Faults of Graph alone. */
const NOT_HERE: ReadonlySet<string> = new Set(['no_credentials', 'other_count', 'expired_page']);

/** One object, and no list. */
const NOT_OF_ONE: ReadonlySet<string> = new Set([...OF_PAGES, 'no_list', 'twice']);

function faultFor(operation: string, kind: string): GraphFault {
  const route = ROUTES[operation];
  const known = [...GRAPH_FAULTS, ...VAULT_FAULTS].find((candidate) => candidate === kind);
  if (route === undefined || known === undefined) throw new Error(`no route for ${operation}, or no fault ${kind}`);
  return { operation: route, kind: known, retryAfterSeconds: 0 };
}

holdToMatrix({
  provider: { ...azure, title: 'A subscription', sources: azure.sources.filter(({ unitKind }) => unitKind === 'subscription') }, now: NOW, dependence: SUBSCRIPTION_DEPENDENCE,
  faults: Object.fromEntries(Object.entries(ROUTES).map(([operation, route]) => [operation, [...GRAPH_FAULTS.filter((kind) => !NOT_HERE.has(kind) && !(operation === 'GetSubscription' && NOT_OF_ONE.has(kind))), ...(route.startsWith('vault/') ? VAULT_FAULTS : [])]])),
  harmless: (kind) => kind === 'unknown_field', ofPages: (kind) => OF_PAGES.has(kind), undisturbed: { verdicts: 9, gaps: 0 },
  scan: async (fault) => scanSubscription({
    requestTimeoutMs: fault?.kind === 'hang' ? 400 : 5000, ...(fault === null ? {} : { afterLogin: [faultFor(fault.operation, fault.kind)] }), ...(fault !== null && OF_PAGES.has(fault.kind) ? { pageSize: 1 } : {}),
  }),
});
