// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { accessReviews } from './sources/access-reviews.ts';
import { accountCount } from './sources/account-count.ts';
import { CUSTOM_TABLES } from './sources/custom-tables.ts';
import { namespaces } from './sources/namespaces.ts';
import { clusterRoleBindings, roleBindings } from './sources/role-bindings.ts';
import { clusterRoles, roles } from './sources/roles.ts';
import { namespaceSecretsTable, secretsTable } from './sources/secrets-table.ts';
import { self } from './sources/self.ts';
import { apiGroups, apiResources } from './sources/served.ts';
import { serviceAccounts } from './sources/service-accounts.ts';
import { signingRequests } from './sources/signing-requests.ts';
import { tokenSecrets } from './sources/token-secrets.ts';
import { tokenTracking } from './sources/token-tracking.ts';
import { WORKLOADS } from './sources/workloads.ts';

/** Every read of a cluster. */
export const SOURCES: readonly AnySource[] = [
  self, accessReviews, namespaces, accountCount, serviceAccounts, roles, clusterRoles, roleBindings, clusterRoleBindings, tokenTracking, secretsTable, namespaceSecretsTable, tokenSecrets, ...WORKLOADS,
  signingRequests, apiGroups, apiResources, ...CUSTOM_TABLES,
];
