// SPDX-License-Identifier: Apache-2.0
import { LARGEST_PAGE, type WireOperation } from './wire-operation.ts';

const REFERENCE = 'https://learn.microsoft.com/en-us/graph/api';
const APPLICATIONS = ['Application.Read.All'];
const ROLES = ['RoleManagement.Read.Directory'];

/** What is asked of each object; nothing else is. `keyCredentials` brings public certificates along, which are dropped as they are parsed. */
const APPLICATION_FIELDS = ['id', 'appId', 'displayName', 'createdDateTime', 'description', 'signInAudience', 'tags', 'disabledByMicrosoftStatus', 'passwordCredentials', 'keyCredentials'] as const;
const PRINCIPAL_FIELDS = [
  'id', 'appId', 'displayName', 'description', 'accountEnabled', 'servicePrincipalType', 'appOwnerOrganizationId', 'alternativeNames', 'tags', 'disabledByMicrosoftStatus', 'passwordCredentials', 'keyCredentials',
] as const;
const OWNER_FIELDS = ['id', 'displayName', 'userPrincipalName'] as const;
const FEDERATED_FIELDS = ['id', 'name', 'issuer', 'subject', 'audiences'] as const;

function list(operation: string, path: string, select: readonly string[], documentation: string, more: Partial<WireOperation> = {}): WireOperation {
  return { service: 'graph', operation, path, select, fixed: null, top: null, eventual: false, permissions: APPLICATIONS, documentation: `${REFERENCE}/${documentation}`, query: null, ...more };
}

/** Every request that Rollcall sends to Microsoft Graph. */
export const GRAPH_OPERATIONS: readonly WireOperation[] = [
  list('ListOrganization', '/v1.0/organization', ['id', 'displayName'], 'organization-list', { permissions: ['Organization.Read.All'] }),
  list('CountApplications', '/v1.0/applications/$count', [], 'application-list', { eventual: true }),
  list('ListApplications', '/v1.0/applications', APPLICATION_FIELDS, 'application-list', { top: LARGEST_PAGE }),
  list('ListApplicationOwners', '/v1.0/applications/{application}/owners', OWNER_FIELDS, 'application-list-owners', { top: LARGEST_PAGE }),
  list('ListFederatedCredentials', '/v1.0/applications/{application}/federatedIdentityCredentials', FEDERATED_FIELDS, 'application-list-federatedidentitycredentials'),
  list('CountServicePrincipals', '/v1.0/servicePrincipals/$count', [], 'serviceprincipal-list', { eventual: true }),
  list('ListServicePrincipals', '/v1.0/servicePrincipals', PRINCIPAL_FIELDS, 'serviceprincipal-list', { top: LARGEST_PAGE }),
  // Who has an owner is then the rest: one list in place of a read for each. Asked by count, which the list itself may not be together with owners.
  list('ListServicePrincipalsWithoutOwner', '/v1.0/servicePrincipals', ['id'], 'serviceprincipal-list', { fixed: '$filter=owners/$count eq 0&$count=true', top: LARGEST_PAGE, eventual: true }),
  list('ListServicePrincipalOwners', '/v1.0/servicePrincipals/{principal}/owners', OWNER_FIELDS, 'serviceprincipal-list-owners', { top: LARGEST_PAGE }),
  // Roles are long lists at the few resources that offer any; so they are read apart from the credentials, whose quota is small.
  list('ListAppRoles', '/v1.0/servicePrincipals', ['id', 'appId', 'displayName', 'appRoles'], 'serviceprincipal-list', { top: LARGEST_PAGE }),
  list('ListAppRoleAssignedTo', '/v1.0/servicePrincipals/{principal}/appRoleAssignedTo', ['id', 'appRoleId', 'createdDateTime', 'principalId', 'principalType', 'resourceId'], 'serviceprincipal-list-approleassignedto', { top: LARGEST_PAGE }),
  // Takes no option but a filter, so that the parser alone drops what is not named.
  list('ListDelegatedGrants', '/v1.0/oauth2PermissionGrants', [], 'oauth2permissiongrant-list', { permissions: ['Directory.Read.All'] }),
  list('ListDirectoryRoles', '/v1.0/roleManagement/directory/roleDefinitions', ['id', 'displayName', 'isBuiltIn', 'rolePermissions'], 'rbacapplication-list-roledefinitions', { permissions: ROLES }),
  list('ListDirectoryRoleAssignments', '/v1.0/roleManagement/directory/roleAssignments', [], 'rbacapplication-list-roleassignments', { fixed: '$expand=principal', permissions: ROLES }),
  list('ListDirectoryRoleEligibility', '/v1.0/roleManagement/directory/roleEligibilityScheduleInstances', [], 'rbacapplication-list-roleeligibilityscheduleinstances', { fixed: '$expand=principal', permissions: ROLES }),
  // Neither takes a selection that Microsoft documents, so that the parser alone drops what is not named.
  list('GetDefaultAppManagementPolicy', '/v1.0/policies/defaultAppManagementPolicy', [], 'tenantappmanagementpolicy-get', { permissions: ['Policy.Read.All'] }),
  list('ListAppManagementPolicies', '/v1.0/policies/appManagementPolicies', [], 'appmanagementpolicy-list', { permissions: ['Policy.Read.All'] }),
  list('ListGroupPrincipals', '/v1.0/groups/{group}/transitiveMembers/microsoft.graph.servicePrincipal', ['id'], 'group-list-transitivemembers', { fixed: '$count=true', top: LARGEST_PAGE, eventual: true, permissions: ['Directory.Read.All'] }),
  // Reports take no selection.
  list('ListPrincipalSignIns', '/beta/reports/servicePrincipalSignInActivities', [], 'reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta', { top: LARGEST_PAGE, permissions: ['AuditLog.Read.All'] }),
  list('ListCredentialSignIns', '/beta/reports/appCredentialSignInActivities', [], 'reportroot-list-appcredentialsigninactivities?view=graph-rest-beta', { top: LARGEST_PAGE, permissions: ['AuditLog.Read.All'] }),
  list('ListDeletedApplications', '/v1.0/directory/deletedItems/microsoft.graph.application', ['id', 'appId', 'displayName', 'deletedDateTime'], 'directory-deleteditems-list', { top: LARGEST_PAGE }),
  list('ListDeletedServicePrincipals', '/v1.0/directory/deletedItems/microsoft.graph.servicePrincipal', ['id', 'appId', 'displayName', 'deletedDateTime'], 'directory-deleteditems-list', { top: LARGEST_PAGE }),
  list('ListDirectoryAudits', '/v1.0/auditLogs/directoryAudits', [], 'directoryaudit-list', { fixed: "$filter=category eq 'ApplicationManagement'", top: LARGEST_PAGE, permissions: ['AuditLog.Read.All', 'Directory.Read.All'] }),
];
