// SPDX-License-Identifier: Apache-2.0
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { both, check, either, not, nothing, type Dependence, type Test } from '../dependence.ts';

const counts = (...kinds: readonly string[]): Dependence => ({ decided: nothing, elsewhere: nothing, kinds: kinds.map((kind) => `azure.${kind}`) });

/** Applications whose owner stands in the owners file. */
const IN_FILE = ['shared-key', 'rollcall-reader'] as const;
const of = (name: string): Test => ({ subject }) => subject.endsWith(`/${azureId('application', name)}`);
const principal = (...names: readonly string[]): Test => ({ subject }) => names.some((name) => subject.endsWith(`/${azureId('principal', name)}`));
const TAGGED = of('harbor-deploy');
const APPLICATION_KINDS = ['application', 'agent-blueprint', 'application-password', 'application-certificate', 'federated-credential'];
const PRINCIPAL_KINDS = ['service-principal', 'managed-identity', 'agent-identity', 'agent-blueprint-principal', 'service-principal-password', 'service-principal-certificate'];
const kindOf = (kinds: readonly string[]): Test => ({ subjectKind }) => kinds.some((kind) => subjectKind === `azure.${kind}`);
const OWNER = check('nhi-owner-missing');
const OF_PRINCIPALS = both(OWNER, kindOf(PRINCIPAL_KINDS));
const ADMINISTRATOR = check('azure-nhi-administrator');
/** Who administers by a role on Azure resources, directly or through a group. */
const AZURE_ADMINISTRATORS = ['vm-batch', 'flexible-release', 'beacon-monitoring'] as const;

/** Written from the pages of Microsoft Graph on applications, service principals, their owners, roles and reports. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // The tenant's name, and numbers to hold the lists against.
  ListOrganization: counts(),
  CountApplications: counts(),
  CountServicePrincipals: counts(),
  // The applications with their credentials; what hangs from one is asked for by its id. A service principal may have its application's owner.
  ListApplications: { ...counts(...APPLICATION_KINDS), decided: kindOf(APPLICATION_KINDS), elsewhere: OF_PRINCIPALS },
  // Who answers for one, where the owners file does not say it; a tag is looked at last.
  ListApplicationOwners: { ...counts(), decided: both(OWNER, kindOf(['application']), not(either(TAGGED, ...IN_FILE.map(of)))), elsewhere: either(both(OWNER, TAGGED), OF_PRINCIPALS) },
  ListFederatedCredentials: { ...counts('federated-credential'), decided: check('azure-app-password-beside-federation'), elsewhere: nothing },
  ListServicePrincipals: { ...counts(...PRINCIPAL_KINDS), decided: kindOf(PRINCIPAL_KINDS), elsewhere: nothing },
  // Without it each service principal is asked for its owners.
  ListServicePrincipalsWithoutOwner: { ...counts(), decided: nothing, elsewhere: OF_PRINCIPALS },
  ListServicePrincipalOwners: { ...counts(), decided: both(OWNER, principal('ledger-export', 'expense-tool', 'support-agent')), elsewhere: nothing },
  // Who is an administrator by another way still is.
  ListAppRoles: { ...counts(), decided: both(ADMINISTRATOR, not(principal('legacy-sync', 'partner-gateway', 'reporting-portal', ...AZURE_ADMINISTRATORS))), elsewhere: nothing },
  ListAppRoleAssignedTo: { ...counts(), decided: both(ADMINISTRATOR, not(principal('legacy-sync', 'partner-gateway', 'reporting-portal', ...AZURE_ADMINISTRATORS))), elsewhere: nothing },
  ListDelegatedGrants: counts(),
  // Built-in roles that administer are known by their ids; what another role allows stands in its definition.
  ListDirectoryRoles: { ...counts(), decided: both(ADMINISTRATOR, principal('reporting-portal', 'expense-tool')), elsewhere: nothing },
  ListDirectoryRoleAssignments: { ...counts(), decided: both(ADMINISTRATOR, not(principal('harbor-deploy', ...AZURE_ADMINISTRATORS))), elsewhere: nothing },
  ListGroupPrincipals: { ...counts(), decided: both(ADMINISTRATOR, not(principal('harbor-deploy', 'legacy-sync', 'reporting-portal', 'vm-batch', 'beacon-monitoring'))), elsewhere: nothing },
  // Who may take a role holds none; a policy limits what is made from now on.
  ListDirectoryRoleEligibility: counts('directory-role-eligibility'),
  GetDefaultAppManagementPolicy: counts('app-management-policy'),
  ListAppManagementPolicies: counts('app-management-policy'),
  ListPrincipalSignIns: { ...counts(), decided: check('azure-nhi-unused'), elsewhere: nothing },
  ListCredentialSignIns: { ...counts(), decided: check('azure-app-credential-unused'), elsewhere: nothing },
  ListDeletedApplications: counts('deleted-application'),
  ListDeletedServicePrincipals: counts('deleted-service-principal'),
  ListDirectoryAudits: counts(),
  ListSubscriptions: counts('subscription'),
  // What a role allows that is none of Azure's own, and which are Azure's own: without either, who holds a role over a wide scope that no list has cannot be judged.
  QueryCustomRoles: { ...counts(), decided: both(ADMINISTRATOR, principal('beacon-monitoring')), elsewhere: nothing },
  QueryBuiltInRoles: { ...counts(), decided: both(ADMINISTRATOR, principal('rollcall-reader')), elsewhere: nothing },
  QueryIdentityUse: counts(),
  QueryManagementGroups: counts('management-group'),
  QueryRoleAssignments: { ...counts(), decided: both(ADMINISTRATOR, not(principal('harbor-deploy', 'legacy-sync', 'reporting-portal', 'partner-gateway'))), elsewhere: nothing },
};

/** What is below resources has their ids in its own. */
const keyAge = (slot: string): Test => both(check('azure-resource-key-age'), ({ subject, subjectKind }) => subject.includes(slot) || subjectKind.includes(slot));
const noExpiry = (kind: string): Test => both(check('azure-vault-item-no-expiry'), ({ subjectKind }) => subjectKind === kind);

/** Of a subscription: written from the pages of Azure Resource Manager on each kind of resource. */
export const SUBSCRIPTION_DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // The moment from which the log is asked for; the log itself makes no row of the inventory.
  GetSubscription: counts(),
  ListActivityLog: counts(),
  ListVaults: { ...counts('key-vault', 'key-vault-secret', 'key-vault-key', 'key-vault-certificate'), decided: check('azure-vault-item-no-expiry') },
  // The control plane and the vault itself list the same items: what one of them does not say, the other does, and their number nobody knows.
  ListVaultSecrets: { ...counts('key-vault-secret'), elsewhere: noExpiry('azure.key-vault-secret') },
  ListVaultKeys: { ...counts('key-vault-key'), elsewhere: noExpiry('azure.key-vault-key') },
  ListSecrets: { ...counts('key-vault-secret'), elsewhere: noExpiry('azure.key-vault-secret') },
  ListKeys: { ...counts('key-vault-key'), elsewhere: noExpiry('azure.key-vault-key') },
  // What stands behind a certificate is then told as the key and the secret that it is.
  ListCertificates: { ...counts('key-vault-secret', 'key-vault-key', 'key-vault-certificate'), joins: both(check('azure-vault-item-no-expiry'), ({ subject }) => subject.endsWith('/shop-tls')) },
  ListWebApps: counts('web-app', 'web-app-publishing-password'),
  ListPublishingPolicies: counts(),
  ListDenyAssignments: counts('deny-assignment'),
  ListRoleEligibility: counts('role-eligibility'),
  ListStorageLocalUsers: counts('storage-local-user'),
  ListAutomationAccounts: counts('automation-account', 'automation-certificate', 'automation-credential'),
  ListAutomationCertificates: counts('automation-certificate'),
  ListAutomationCredentials: counts('automation-credential'),
  ListStorageAccounts: { ...counts('storage-account', 'storage-account-key', 'storage-local-user'), decided: keyAge('storage') },
  ListCosmosAccounts: { ...counts('cosmos-account', 'cosmos-account-key'), decided: keyAge('cosmos') },
  ListRegistries: counts('container-registry', 'registry-admin-password', 'registry-token-password'),
  ListRegistryTokens: counts('registry-token-password'),
  ListKubernetesClusters: counts('kubernetes-cluster'),
  ListUserAssignedIdentities: counts('user-assigned-identity', 'federated-credential'),
  ListIdentityFederatedCredentials: counts('federated-credential'),
};
