// SPDX-License-Identifier: Apache-2.0
import { GRAPH_FAULTS, type GraphFault } from '../../../fixtures/servers/graph-faults.ts';
import { azure } from '../../../scanners/azure/index.ts';
import { NOW, scanTenant } from '../../scanners/azure/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './dependence.ts';

/** The routes of Graph, by operation. */
const ROUTES: { readonly [operation: string]: string } = {
  ListOrganization: 'organization', CountApplications: 'applications/$count', ListApplications: 'applications', ListApplicationOwners: 'applications/owners', ListFederatedCredentials: 'applications/federatedIdentityCredentials',
  CountServicePrincipals: 'servicePrincipals/$count', ListServicePrincipals: 'servicePrincipals', ListServicePrincipalsWithoutOwner: 'servicePrincipals?ownerless', ListServicePrincipalOwners: 'servicePrincipals/owners',
  ListAppRoles: 'servicePrincipals?appRoles', ListAppRoleAssignedTo: 'servicePrincipals/appRoleAssignedTo', ListDelegatedGrants: 'oauth2PermissionGrants', ListDirectoryRoles: 'roleDefinitions', ListDirectoryRoleAssignments: 'roleAssignments',
  ListDirectoryRoleEligibility: 'roleEligibilityScheduleInstances', GetDefaultAppManagementPolicy: 'defaultAppManagementPolicy', ListAppManagementPolicies: 'appManagementPolicies', ListGroupPrincipals: 'groups/servicePrincipals', ListPrincipalSignIns: 'servicePrincipalSignInActivities', ListCredentialSignIns: 'appCredentialSignInActivities', ListDeletedApplications: 'deletedItems/application',
  ListDeletedServicePrincipals: 'deletedItems/servicePrincipal', ListDirectoryAudits: 'directoryAudits', ListSubscriptions: 'subscriptions', QueryRoleAssignments: 'resourceGraph', QueryCustomRoles: 'resourceGraph/customRoles', QueryBuiltInRoles: 'resourceGraph/builtInRoles', QueryIdentityUse: 'resourceGraph/identityUse', QueryManagementGroups: 'resourceGraph/managementGroups',
};
/** Of Resource Graph, whose pages are named by a token and not by a link. */
const LINKS: ReadonlySet<string> = new Set(['foreign_link', 'other_link', 'expired_page']);
const OF_PAGES: ReadonlySet<string> = new Set(['repeat_token', 'expired_page', 'foreign_link', 'other_link']);
/** Faults that only lists with credentials, or only counts, can show. */
const ONLY: { readonly [kind: string]: readonly string[] } = { no_credentials: ['ListApplications', 'ListServicePrincipals'], other_count: ['CountApplications', 'CountServicePrincipals'] };
/** What a count cannot show, having neither list nor members. */
const COUNT: ReadonlySet<string> = new Set(['no_list', 'twice', 'unknown_field']);
/** One object, and no list. */
const SINGLE = 'GetDefaultAppManagementPolicy';
const NOT_OF_ONE: ReadonlySet<string> = new Set(['no_list', 'twice']);
/** Lists whose first item makes no row, so that nothing is there twice: two applications have no owner, and few service principals offer roles. */
const NOT_TWICE = ['ListApplicationOwners', 'ListAppRoles'];

function faultFor(operation: string, kind: string): GraphFault {
  const route = ROUTES[operation];
  const known = GRAPH_FAULTS.find((candidate) => candidate === kind);
  if (route === undefined || known === undefined) throw new Error(`no route for ${operation}, or no fault ${kind}`);
  return { operation: route, kind: known, retryAfterSeconds: 0 };
}

holdToMatrix({
  // provider: azure, the tenant's part of it.
  provider: { ...azure, title: 'Entra ID', sources: azure.sources.filter(({ unitKind }) => unitKind === 'tenant') }, now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(Object.keys(ROUTES).map((operation) => [operation, GRAPH_FAULTS.filter((kind) => (ONLY[kind] ?? [operation]).includes(operation) && !(operation.startsWith('Count') && (COUNT.has(kind) || OF_PAGES.has(kind)))
    && !(operation === SINGLE && (NOT_OF_ONE.has(kind) || OF_PAGES.has(kind))) && !(NOT_TWICE.includes(operation) && kind === 'twice') && !(operation.startsWith('Query') && LINKS.has(kind)))])),
  harmless: (kind) => kind === 'unknown_field' || kind === 'other_count', ofPages: (kind) => OF_PAGES.has(kind), undisturbed: { verdicts: 150, gaps: 0 },
  scan: async (fault) => scanTenant({
    requestTimeoutMs: fault?.kind === 'hang' ? 400 : 5000, ...(fault === null ? {} : { afterLogin: [faultFor(fault.operation, fault.kind)] }), ...(fault !== null && OF_PAGES.has(fault.kind) ? { pageSize: 2 } : {}),
  }),
});
