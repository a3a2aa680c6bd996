// SPDX-License-Identifier: Apache-2.0
import type { LifecycleKind } from '../../src/model/lifecycle.ts';

/** One method as audit logs name it: what it makes of which kind of row. `secret`: of a version, which changes its secret. */
export interface ActivityMethod { readonly method: string; readonly kind: LifecycleKind; readonly subjectKind: string; readonly subjectType: 'identity' | 'credential'; readonly subject: 'account' | 'key' | 'secret' | 'apiKey' }

const IAM = 'google.iam.admin.v1';
const SECRETS = 'google.cloud.secretmanager.v1.SecretManagerService';
const API_KEYS = 'google.api.apikeys.v2.ApiKeys';
const account = (name: string, kind: LifecycleKind): ActivityMethod => ({ method: `${IAM}.${name}ServiceAccount`, kind, subjectKind: 'google.service-account', subjectType: 'identity', subject: 'account' });
const key = (name: string, kind: LifecycleKind): ActivityMethod => ({ method: `${IAM}.${name}ServiceAccountKey`, kind, subjectKind: 'google.service-account-key', subjectType: 'credential', subject: 'key' });
const secret = (name: string, kind: LifecycleKind): ActivityMethod => ({ method: `${SECRETS}.${name}`, kind, subjectKind: 'google.secret', subjectType: 'credential', subject: 'secret' });
const apiKey = (name: string, kind: LifecycleKind): ActivityMethod => ({ method: `${API_KEYS}.${name}Key`, kind, subjectKind: 'google.api-key', subjectType: 'credential', subject: 'apiKey' });

/**
 * Methods that make, end, switch or bring back what the inventory has rows of, as audit logs name them. https://cloud.google.com/iam/docs/audit-logging,
 * https://cloud.google.com/secret-manager/docs/audit-logging, https://cloud.google.com/api-keys/docs/audit-logging
 */
export const ACTIVITIES: readonly ActivityMethod[] = [
  account('Create', 'created'), account('Undelete', 'created'), account('Delete', 'deleted'), account('Disable', 'disabled'), account('Enable', 'enabled'),
  key('Create', 'created'), key('Upload', 'created'), key('Delete', 'deleted'), key('Disable', 'disabled'), key('Enable', 'enabled'),
  secret('CreateSecret', 'created'), secret('DeleteSecret', 'deleted'), secret('AddSecretVersion', 'changed'), secret('DisableSecretVersion', 'changed'), secret('EnableSecretVersion', 'changed'), secret('DestroySecretVersion', 'changed'),
  apiKey('Create', 'created'), apiKey('Undelete', 'created'), apiKey('Delete', 'deleted'),
];
export const ACTIVITY_METHODS: readonly string[] = ACTIVITIES.map(({ method }) => method);
