// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';
import { ACCOUNT, PROJECT } from './target.ts';

/** The hosts that are asked. */
export type Service = 'cloudresourcemanager' | 'iam';

/**
 * A request that may leave: always a GET. `path` and `fields` are fixed here; only the project, the account and the page come from a source.
 * `sdk`: the request is written and sent by `@google-cloud/iam`, over our own fetch.
 */
export interface WireOperation {
  readonly service: Service;
  readonly operation: string;
  readonly path: string;
  /** Members that an answer may have, and what of them is asked for. */
  readonly fields: { readonly [member: string]: readonly string[] | null };
  readonly pageSize: number | null;
  readonly sdk: 'listWorkloadIdentityPools' | 'listWorkloadIdentityPoolProviders' | null;
  readonly permission: string;
  readonly documentation: string;
}

const IAM = 'https://cloud.google.com/iam/docs/reference/rest/v1';
const pools = { sdk: 'listWorkloadIdentityPools', pageSize: 100, documentation: `${IAM}/projects.locations.workloadIdentityPools/list` } as const;

/** Every request that Rollcall sends to Google Cloud. */
export const OPERATIONS: readonly WireOperation[] = [
  {
    service: 'cloudresourcemanager', operation: 'GetProject', path: '/v3/projects/{project}', fields: { name: null, projectId: null, state: null, createTime: null, displayName: null, parent: null }, pageSize: null, sdk: null,
    permission: 'resourcemanager.projects.get', documentation: 'https://cloud.google.com/resource-manager/reference/rest/v3/projects/get',
  },
  {
    service: 'iam', operation: 'ListServiceAccounts', path: '/v1/projects/{project}/serviceAccounts', fields: { accounts: ['name', 'projectId', 'uniqueId', 'email', 'displayName', 'description', 'disabled'], nextPageToken: null },
    // The most that a page has; the default is 20.
    pageSize: 100, sdk: null, permission: 'iam.serviceAccounts.list', documentation: `${IAM}/projects.serviceAccounts/list`,
  },
  {
    // No page: the answer holds all keys of the account. `privateKeyData` is in no answer but that of creation.
    service: 'iam', operation: 'ListServiceAccountKeys', path: '/v1/projects/{project}/serviceAccounts/{account}/keys',
    fields: { keys: ['name', 'keyType', 'keyOrigin', 'keyAlgorithm', 'validAfterTime', 'validBeforeTime', 'disabled', 'disableReason', 'extendedStatus'] }, pageSize: null, sdk: null,
    permission: 'iam.serviceAccountKeys.list', documentation: `${IAM}/projects.serviceAccounts.keys/list`,
  },
  { service: 'iam', operation: 'ListWorkloadIdentityPools', path: '/v1beta/projects/{project}/locations/global/workloadIdentityPools', fields: { workloadIdentityPools: null, nextPageToken: null }, permission: 'iam.workloadIdentityPools.list', ...pools },
  {
    service: 'iam', operation: 'ListWorkloadIdentityPoolProviders', path: '/v1beta/projects/{project}/locations/global/workloadIdentityPools/{pool}/providers', fields: { workloadIdentityPoolProviders: null, nextPageToken: null },
    permission: 'iam.workloadIdentityPoolProviders.list', ...pools, sdk: 'listWorkloadIdentityPoolProviders', documentation: `${IAM}/projects.locations.workloadIdentityPools.providers/list`,
  },
];

/** The operation of a name. Throws on one that is not in the table: only those are ever sent. */
export function wireOperation(service: string, operation: string): WireOperation {
  const found = OPERATIONS.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (found === undefined) throw new Error(`${service}:${operation} is not an operation that a source declares; only those are ever sent`);
  return found;
}

/** A request's operation, declared or refused. */
export function operationFor({ service, operation }: Request): WireOperation {
  return wireOperation(service, operation);
}

/** An operation as a source declares it. */
export function declared(service: Service, operation: string, probe: Operation['probe']): Operation {
  const { permission, documentation } = wireOperation(service, operation);
  return { service, operation, permission, documentation, probe };
}

const POOL = /^[a-z0-9-]{4,32}$/;
const TOKEN_LIMIT = 4096;

/** What a request asks for, checked: the project of the unit, and from a source only `account`, `pool`, `pageSize` and `pageToken`. Throws on anything else. */
export interface Asked { readonly path: string; readonly pageSize: number | null; readonly pageToken: string | null }
export function askedOf(operation: WireOperation, project: string, input: JsonObject): Asked {
  const { account, pool, pageSize, pageToken, ...other } = input;
  const [unknownName] = Object.keys(other);
  if (unknownName !== undefined) throw new Error(`${operation.operation}: ${unknownName} is not a parameter that is sent`);
  if (!PROJECT.test(project)) throw new Error(`${operation.operation}: the id of the project is not one`);
  const fill = (path: string, name: string, value: unknown, form: RegExp): string => {
    if (!path.includes(`{${name}}`)) { if (value !== undefined) throw new Error(`${operation.operation}: ${name} is not a parameter of it`); return path; }
    if (typeof value !== 'string' || !form.test(value)) throw new Error(`${operation.operation} needs ${name}, and what was given is none`);
    return path.replace(`{${name}}`, value);
  };
  if (pageSize !== undefined && (typeof pageSize !== 'number' || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000)) throw new Error(`${operation.operation}: pageSize is no size of a page`);
  if (pageToken !== undefined && (typeof pageToken !== 'string' || pageToken.length > TOKEN_LIMIT)) throw new Error(`${operation.operation}: pageToken is none`);
  return { path: fill(fill(operation.path.replace('{project}', project), 'account', account, ACCOUNT), 'pool', pool, POOL), pageSize: pageSize ?? operation.pageSize, pageToken: pageToken ?? null };
}

/** The address of a request of ours: with exactly the fields that are read. https://cloud.google.com/apis/docs/system-parameters */
export function addressOf(operation: WireOperation, { path, pageSize, pageToken }: Asked, host: URL): URL {
  const url = new URL(path, host);
  if (pageSize !== null) url.searchParams.set('pageSize', String(pageSize));
  if (pageToken !== null) url.searchParams.set('pageToken', pageToken);
  url.searchParams.set('fields', Object.entries(operation.fields).map(([member, parts]) => (parts === null ? member : `${member}(${parts.join(',')})`)).join(','));
  return url;
}
