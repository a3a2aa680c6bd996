// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { applicationOwners } from './sources/application-owners.ts';
import { applicationsCount, applicationsCountAfter } from './sources/applications-count.ts';
import { applications } from './sources/applications.ts';
import { federatedCredentials } from './sources/federated-credentials.ts';
import { organization } from './sources/organization.ts';

/** Every read of a tenant. */
export const SOURCES: readonly AnySource[] = [organization, applicationsCount, applications, applicationsCountAfter, applicationOwners, federatedCredentials];
