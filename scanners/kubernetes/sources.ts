// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { namespaces } from './sources/namespaces.ts';
import { clusterRoleBindings, roleBindings } from './sources/role-bindings.ts';
import { clusterRoles, roles } from './sources/roles.ts';
import { secretsTable } from './sources/secrets-table.ts';
import { self } from './sources/self.ts';
import { serviceAccounts } from './sources/service-accounts.ts';
import { tokenSecrets } from './sources/token-secrets.ts';
import { tokenTracking } from './sources/token-tracking.ts';
import { WORKLOADS } from './sources/workloads.ts';

/** Every read of a cluster. */
export const SOURCES: readonly AnySource[] = [self, namespaces, serviceAccounts, roles, clusterRoles, roleBindings, clusterRoleBindings, tokenTracking, secretsTable, tokenSecrets, ...WORKLOADS];
