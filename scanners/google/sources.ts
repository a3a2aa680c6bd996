// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { project } from './sources/project.ts';
import { serviceAccountKeys } from './sources/service-account-keys.ts';
import { serviceAccounts } from './sources/service-accounts.ts';
import { workloadIdentityPools, workloadIdentityProviders } from './sources/workload-identity.ts';

/** Every read of a project. */
export const SOURCES: readonly AnySource[] = [project, serviceAccounts, serviceAccountKeys, workloadIdentityPools, workloadIdentityProviders];
