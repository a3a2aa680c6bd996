// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { SUBSCRIPTION_SOURCES } from './sources/arm/resources.ts';
import { azureGroupPrincipals, azureRoleAssignments, builtInRoles, customRoles, identityUse, managementGroups, subscriptions } from './sources/arm/tenant.ts';
import { VAULT_SOURCES } from './sources/arm/vault-data.ts';
import { appRoleAssignments, appRoles } from './sources/app-roles.ts';
import { applicationOwners } from './sources/application-owners.ts';
import { defaultAppPolicy, ownAppPolicies } from './sources/app-policies.ts';
import { applications } from './sources/applications.ts';
import { applicationsCount, applicationsCountAfter, principalsCount, principalsCountAfter } from './sources/counts.ts';
import { delegatedGrants } from './sources/delegated-grants.ts';
import { deletedApplications, deletedPrincipals } from './sources/deleted.ts';
import { directoryAudits } from './sources/directory-audits.ts';
import { directoryRoleAssignments, directoryRoles, groupPrincipals } from './sources/directory-roles.ts';
import { federatedCredentials } from './sources/federated-credentials.ts';
import { organization } from './sources/organization.ts';
import { principalOwners, principalsWithoutOwner } from './sources/principal-owners.ts';
import { directoryRoleEligibility } from './sources/role-eligibility.ts';
import { servicePrincipals } from './sources/service-principals.ts';
import { credentialSignIns, principalSignIns } from './sources/sign-ins.ts';

/** Every read of a tenant, and of each of its subscriptions. */
export const SOURCES: readonly AnySource[] = [
  organization,
  applicationsCount, applications, applicationsCountAfter, applicationOwners, federatedCredentials,
  principalsCount, servicePrincipals, principalsCountAfter, principalsWithoutOwner, principalOwners,
  appRoles, appRoleAssignments, delegatedGrants, directoryRoles, directoryRoleAssignments, directoryRoleEligibility, groupPrincipals, defaultAppPolicy, ownAppPolicies,
  principalSignIns, credentialSignIns, deletedApplications, deletedPrincipals, directoryAudits,
  subscriptions, managementGroups, customRoles, builtInRoles, azureRoleAssignments, azureGroupPrincipals, identityUse, ...SUBSCRIPTION_SOURCES, ...VAULT_SOURCES,
];
