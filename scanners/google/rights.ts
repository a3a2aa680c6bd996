// SPDX-License-Identifier: Apache-2.0

/**
 * Predefined roles that change everything below where they are given, give out roles there, or make tokens and keys of every account there.
 * https://cloud.google.com/iam/docs/roles-permissions says of each what it allows.
 */
const ADMINISTRATOR_ROLES: ReadonlySet<string> = new Set([
  'roles/owner', 'roles/editor', 'roles/iam.securityAdmin', 'roles/iam.serviceAccountAdmin', 'roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountTokenCreator', 'roles/resourcemanager.folderAdmin', 'roles/resourcemanager.folderIamAdmin',
  'roles/resourcemanager.organizationAdmin', 'roles/resourcemanager.projectIamAdmin', 'roles/iam.organizationRoleAdmin', 'roles/iam.roleAdmin', 'roles/iam.admin',
]);

/** Permissions of which one alone makes a custom role one of an administrator. https://cloud.google.com/iam/docs/permissions-reference */
const ADMINISTRATOR_PERMISSIONS: ReadonlySet<string> = new Set([
  'iam.roles.update', 'iam.serviceAccountKeys.create', 'iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.implicitDelegation', 'iam.serviceAccounts.setIamPolicy', 'iam.serviceAccounts.signBlob', 'iam.serviceAccounts.signJwt',
  'resourcemanager.folders.setIamPolicy', 'resourcemanager.organizations.setIamPolicy', 'resourcemanager.projects.setIamPolicy',
]);

/** Roles on one service account that let a member act as it, or say who may. https://cloud.google.com/iam/docs/service-account-permissions */
const IMPERSONATING_ROLES: ReadonlySet<string> = new Set([
  'roles/owner', 'roles/editor', 'roles/iam.securityAdmin', 'roles/iam.serviceAccountAdmin', 'roles/iam.serviceAccountKeyAdmin', 'roles/iam.serviceAccountOpenIdTokenCreator', 'roles/iam.serviceAccountTokenCreator', 'roles/iam.serviceAccountUser',
  'roles/iam.workloadIdentityUser',
]);

/** Whether a predefined role administers what it is given on; null for one that was made by somebody. */
export function administers(role: string): boolean | null {
  return isCustom(role) ? null : ADMINISTRATOR_ROLES.has(role);
}

/** Whether a role with these permissions administers. */
export function permissionsAdminister(permissions: readonly string[]): boolean {
  return permissions.some((permission) => ADMINISTRATOR_PERMISSIONS.has(permission));
}

/** Whether a role on a service account lets its members act as the account; null for one that was made by somebody. */
export function impersonates(role: string): boolean | null {
  return isCustom(role) ? null : IMPERSONATING_ROLES.has(role);
}

/** Whether a role with these permissions, held on an account, lets act as it. */
export function permissionsImpersonate(permissions: readonly string[]): boolean {
  return permissions.some((permission) => permission === 'iam.serviceAccounts.actAs' || permission === 'iam.serviceAccounts.getOpenIdToken' || ADMINISTRATOR_PERMISSIONS.has(permission));
}

/** Not one of Google's own, whose names all begin alike: what it allows has to be read. */
function isCustom(role: string): boolean {
  return !role.startsWith('roles/');
}
