// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { accountActivities, keyActivities } from './sources/activities.ts';
import { apiKeys } from './sources/api-keys.ts';
import { activityLog } from './sources/audit-logs.ts';
import { boundaries, boundaryBindings, boundaryBindingsBelow } from './sources/boundaries.ts';
import { clusters } from './sources/clusters.ts';
import { folder, folders, organization, projects } from './sources/containers.ts';
import { DENY_SOURCES } from './sources/deny-policies.ts';
import { hmacKeys } from './sources/hmac-keys.ts';
import { organizationPolicies } from './sources/organization-policies.ts';
import { accountPolicies, customRoles, folderPolicy, organizationPolicy, projectPolicy } from './sources/policies.ts';
import { project } from './sources/project.ts';
import { secrets, secretVersions } from './sources/secrets.ts';
import { serviceAccountKeys } from './sources/service-account-keys.ts';
import { serviceAccounts } from './sources/service-accounts.ts';
import { workforcePools, workforceProviders } from './sources/workforce.ts';
import { workloadIdentityPools, workloadIdentityProviders } from './sources/workload-identity.ts';

/** Every read of an organization, a folder or a project. */
export const SOURCES: readonly AnySource[] = [
  organization, folder, folders, projects, organizationPolicy, folderPolicy, projectPolicy, customRoles, accountPolicies,
  organizationPolicies, ...DENY_SOURCES, boundaries, boundaryBindings, boundaryBindingsBelow, workforcePools, workforceProviders,
  project, serviceAccounts, serviceAccountKeys, workloadIdentityPools, workloadIdentityProviders, accountActivities, keyActivities, apiKeys, hmacKeys, secrets, secretVersions, clusters, activityLog,
];
