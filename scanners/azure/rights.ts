// SPDX-License-Identifier: Apache-2.0
import type { DirectoryRole } from './sources/directory-roles.ts';

/** Microsoft Graph as a resource of every tenant. https://learn.microsoft.com/en-us/graph/permissions-reference */
export const GRAPH_APP = '00000003-0000-0000-c000-000000000000';

/**
 * Application permissions of Microsoft Graph with which a program can make itself, or another one, an administrator of the tenant: they give
 * out roles of the directory or of applications, add credentials to applications that have them, or change who may sign in.
 * https://learn.microsoft.com/en-us/graph/permissions-reference says of each what it allows.
 */
export const ADMINISTRATOR_APP_ROLES: ReadonlySet<string> = new Set([
  'AppRoleAssignment.ReadWrite.All', 'Application.ReadWrite.All', 'Directory.ReadWrite.All', 'Domain.ReadWrite.All', 'EntitlementManagement.ReadWrite.All', 'Organization.ReadWrite.All', 'Policy.ReadWrite.AuthenticationMethod',
  'PrivilegedAccess.ReadWrite.AzureAD', 'PrivilegedAccess.ReadWrite.AzureADGroup', 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup', 'RoleAssignmentSchedule.ReadWrite.Directory', 'RoleEligibilitySchedule.ReadWrite.Directory',
  'RoleManagement.ReadWrite.Directory', 'UserAuthenticationMethod.ReadWrite.All',
]);

/**
 * Built-in roles of the directory that can give out any role, take over who has it, or add credentials to applications that have more.
 * Ids of templates, which built-in roles have in every tenant. https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/permissions-reference
 */
const ADMINISTRATOR_ROLES: ReadonlyMap<string, string> = new Map([
  ['62e90394-69f5-4237-9190-012177145e10', 'Global Administrator'],
  ['e8611ab8-c189-46e8-94e1-60213ab1f814', 'Privileged Role Administrator'],
  ['7be44c8a-adaf-4e2a-84d6-ab2649e08a13', 'Privileged Authentication Administrator'],
  ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', 'Application Administrator'],
  ['158c047a-c907-4556-b7ef-446551a6b5f7', 'Cloud Application Administrator'],
  ['e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8', 'Partner Tier2 Support'],
]);

/** Actions that make a custom role one of an administrator: it can enter applications that have more rights. https://learn.microsoft.com/en-us/entra/identity/role-based-access-control/custom-available-permissions */
const ENTERING = /^microsoft\.directory\/(applications|servicePrincipals)\/(credentials\/update|owners\/update|allProperties\/(update|allTasks))$/;

/** Whether a role of the directory administers it: null for a custom role whose definition was not read. */
export function administersDirectory(roleId: string, role: DirectoryRole | undefined): boolean | null {
  if (ADMINISTRATOR_ROLES.has(roleId)) return true;
  if (role === undefined) return null;
  return role.isBuiltIn !== true && (role.rolePermissions ?? []).some(({ allowedResourceActions }) => (allowedResourceActions ?? []).some((action) => ENTERING.test(action)));
}

/** A role's name: as the tenant has it, else as Microsoft documents it, else its id. */
export function roleName(roleId: string, role: DirectoryRole | undefined): string {
  return role?.displayName ?? ADMINISTRATOR_ROLES.get(roleId) ?? roleId;
}

/** Built-in roles of Azure that change everything below their scope, or give out roles there. https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles */
const AZURE_ROLES: ReadonlyMap<string, string> = new Map([
  ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner'],
  ['b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor'],
  ['18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator'],
  ['f58310d9-a9f6-439a-9e8d-f62e7b41a168', 'Role Based Access Control Administrator'],
]);
/** Wide scopes: the root, a management group, a whole subscription. */
const WIDE = /^(\/|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+|\/subscriptions\/[0-9a-f-]{36})$/i;

/** Roles that somebody made, and names of Azure's own, by the last part of their ids, as far as their lists show them. */
export interface DefinedRoles { readonly custom: ReadonlyMap<string, { readonly name: string; readonly actions: readonly string[] }>; readonly builtIn: ReadonlyMap<string, string> }

/** The last part of the id of a role definition, which a built-in role has everywhere. */
export function azureRoleId(definition: string): string {
  return (definition.split('/').at(-1) ?? '').toLowerCase();
}

/** Actions with which a custom role changes everything, or gives out roles. https://learn.microsoft.com/en-us/azure/role-based-access-control/permissions/management-and-governance */
const ADMINISTERING = /^(\*|\*\/write|microsoft\.authorization\/(\*|\*\/write|roleassignments\/(\*|write)|roledefinitions\/(\*|write)|elevateaccess\/action))$/i;

/** Whether a role on Azure resources is held over a wide scope and administers there; null where no list has the role: somebody made it, and what it allows is not known. */
export function administersAzure(definition: string, scope: string, { custom, builtIn }: DefinedRoles): boolean | null {
  if (!WIDE.test(scope)) return false;
  const id = azureRoleId(definition);
  if (AZURE_ROLES.has(id)) return true;
  const own = custom.get(id);
  return own === undefined ? (builtIn.has(id) ? false : null) : own.actions.some((action) => ADMINISTERING.test(action));
}

export function azureRoleName(definition: string, { custom, builtIn }: DefinedRoles): string {
  const id = azureRoleId(definition);
  return AZURE_ROLES.get(id) ?? custom.get(id)?.name ?? builtIn.get(id) ?? `role ${id}`;
}
