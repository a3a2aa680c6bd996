// SPDX-License-Identifier: Apache-2.0
import { jsonObjectSchema, type JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';
import { ACTIVITY_METHODS } from './activity-methods.ts';
import type { SdkRead } from './client/sdk.ts';
import { resourceOf } from './shapes.ts';
import { ACCOUNT, PROJECT } from './target.ts';

/** The hosts that are asked. */
export type Service = 'apikeys' | 'cloudresourcemanager' | 'container' | 'iam' | 'logging' | 'orgpolicy' | 'policyanalyzer' | 'secretmanager' | 'storage';

/**
 * A request that may leave: a GET, or a POST that only reads. `path`, `query`, `body` and `fields` are fixed here; only the unit, the account and
 * the page come from a source. `{project}` is the project's id, `{resource}` the name of whatever unit it is, `{place}` the same with its slashes in code. `sdk`: the request is written and sent by `@google-cloud/iam`, over our own fetch.
 */
export interface WireOperation {
  readonly service: Service;
  readonly operation: string;
  readonly path: string;
  readonly query?: { readonly [name: string]: string };
  /** Present: a POST with this body; in its texts `{project}` is the project's id. */
  readonly body?: JsonObject;
  /** Where a POST names its page: in the body, not in the address. */
  readonly pageInBody?: true;
  /** Members that an answer may have, and what of them is asked for. */
  readonly fields: { readonly [member: string]: readonly string[] | null };
  readonly pageSize: number | null;
  /** How the size of a page is called where not `pageSize`. */
  readonly sizeName?: string;
  readonly sdk: SdkRead | null;
  readonly permission: string;
  readonly documentation: string;
}

const DENY = { policies: null, nextPageToken: null } as const;
const DENY_POLICY = { name: null, uid: null, kind: null, displayName: null, annotations: null, etag: null, createTime: null, updateTime: null, deleteTime: null, rules: null, managingAuthority: null } as const;
/** A deny policy hangs from a place, whose name stands in the path as one part. https://cloud.google.com/iam/docs/reference/rest/v2/policies */
const DENY_AT = '/v2/policies/cloudresourcemanager.googleapis.com%2F{place}/denypolicies';
const IAM = 'https://cloud.google.com/iam/docs/reference/rest/v1';
const ACTIVITIES = '/v1/projects/{project}/locations/global/activityTypes';
const activities = { fields: { activities: ['fullResourceName', 'observationPeriod', 'activity'], nextPageToken: null }, pageSize: 1000, sdk: null, documentation: 'https://cloud.google.com/policy-intelligence/docs/reference/policyanalyzer/rest/v1/projects.locations.activityTypes.activities/query' } as const;
const ACTIVITY_FILTER = `logName="projects/{project}/logs/cloudaudit.googleapis.com%2Factivity" AND protoPayload.methodName=(${ACTIVITY_METHODS.map((method) => `"${method}"`).join(' OR ')})`;
const SECRETS = 'https://cloud.google.com/secret-manager/docs/reference/rest/v1';
const MANAGER = 'https://cloud.google.com/resource-manager/reference/rest/v3';
/** Policies of version 3 alone show conditions. https://cloud.google.com/iam/docs/policies#versions */
const VERSION = 3;
const POLICY = { version: null, bindings: ['role', 'members', 'condition'] } as const;
const policy = { fields: POLICY, body: { options: { requestedPolicyVersion: VERSION } }, pageSize: null, sdk: null } as const;
const pools = { sdk: 'listWorkloadIdentityPools', pageSize: 100, documentation: `${IAM}/projects.locations.workloadIdentityPools/list` } as const;

/** Every request that Rollcall sends to Google Cloud. */
export const OPERATIONS: readonly WireOperation[] = [
  {
    service: 'cloudresourcemanager', operation: 'GetProject', path: '/v3/projects/{project}', fields: { name: null, projectId: null, state: null, createTime: null, displayName: null, parent: null }, pageSize: null, sdk: null,
    permission: 'resourcemanager.projects.get', documentation: 'https://cloud.google.com/resource-manager/reference/rest/v3/projects/get',
  },
  {
    service: 'cloudresourcemanager', operation: 'GetOrganization', path: '/v3/{resource}', fields: { name: null, displayName: null, state: null, createTime: null, directoryCustomerId: null }, pageSize: null, sdk: null,
    permission: 'resourcemanager.organizations.get', documentation: `${MANAGER}/organizations/get`,
  },
  {
    service: 'cloudresourcemanager', operation: 'GetFolder', path: '/v3/{resource}', fields: { name: null, parent: null, displayName: null, state: null, createTime: null }, pageSize: null, sdk: null,
    permission: 'resourcemanager.folders.get', documentation: `${MANAGER}/folders/get`,
  },
  {
    service: 'cloudresourcemanager', operation: 'ListFolders', path: '/v3/folders', query: { parent: '{resource}', showDeleted: 'true' }, fields: { folders: ['name', 'parent', 'displayName', 'state', 'createTime'], nextPageToken: null },
    pageSize: 300, sdk: null, permission: 'resourcemanager.folders.list', documentation: `${MANAGER}/folders/list`,
  },
  {
    service: 'cloudresourcemanager', operation: 'ListProjects', path: '/v3/projects', query: { parent: '{resource}', showDeleted: 'true' }, fields: { projects: ['name', 'projectId', 'parent', 'displayName', 'state', 'createTime'], nextPageToken: null },
    pageSize: 300, sdk: null, permission: 'resourcemanager.projects.list', documentation: `${MANAGER}/projects/list`,
  },
  { service: 'cloudresourcemanager', operation: 'GetProjectPolicy', path: '/v3/{resource}:getIamPolicy', permission: 'resourcemanager.projects.getIamPolicy', documentation: `${MANAGER}/projects/getIamPolicy`, ...policy },
  { service: 'cloudresourcemanager', operation: 'GetFolderPolicy', path: '/v3/{resource}:getIamPolicy', permission: 'resourcemanager.folders.getIamPolicy', documentation: `${MANAGER}/folders/getIamPolicy`, ...policy },
  { service: 'cloudresourcemanager', operation: 'GetOrganizationPolicy', path: '/v3/{resource}:getIamPolicy', permission: 'resourcemanager.organizations.getIamPolicy', documentation: `${MANAGER}/organizations/getIamPolicy`, ...policy },
  {
    // A POST without a body, whose options stand in the address.
    service: 'iam', operation: 'GetServiceAccountPolicy', path: '/v1/projects/{project}/serviceAccounts/{account}:getIamPolicy', query: { 'options.requestedPolicyVersion': String(VERSION) }, body: {}, fields: POLICY, pageSize: null, sdk: null,
    permission: 'iam.serviceAccounts.getIamPolicy', documentation: `${IAM}/projects.serviceAccounts/getIamPolicy`,
  },
  {
    service: 'iam', operation: 'ListCustomRoles', path: '/v1/{resource}/roles', query: { view: 'FULL' }, fields: { roles: ['name', 'title', 'stage', 'includedPermissions'], nextPageToken: null }, pageSize: 300, sdk: null,
    permission: 'iam.roles.list', documentation: `${IAM}/projects.roles/list`,
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
  {
    // `keyString` is in no answer but that of GetKeyString, which is never sent.
    service: 'apikeys', operation: 'ListApiKeys', path: '/v2/projects/{project}/locations/global/keys', query: { showDeleted: 'true' },
    fields: { keys: ['name', 'uid', 'displayName', 'createTime', 'deleteTime', 'serviceAccountEmail', 'restrictions'], nextPageToken: null }, pageSize: 300, sdk: null,
    permission: 'apikeys.keys.list', documentation: 'https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys/list',
  },
  {
    // All locations at once; those that did not answer are named. `masterAuth`, which may hold a password and a key, is not asked for.
    service: 'container', operation: 'ListClusters', path: '/v1/projects/{project}/locations/-/clusters',
    fields: { clusters: ['name', 'selfLink', 'location', 'status', 'createTime', 'currentMasterVersion', 'endpoint', 'privateClusterConfig', 'controlPlaneEndpointsConfig', 'workloadIdentityConfig'], missingZones: null }, pageSize: null, sdk: null,
    permission: 'container.clusters.list', documentation: 'https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list',
  },
  {
    // Audit logs of administration, which are always on. Answers to what was asked hold no key: creation of one leaves it out of the log.
    service: 'logging', operation: 'ListLogEntries', path: '/v2/entries:list', pageInBody: true,
    body: { resourceNames: ['projects/{project}'], filter: ACTIVITY_FILTER, orderBy: 'timestamp desc' }, fields: { entries: ['insertId', 'timestamp', 'resource', 'protoPayload'], nextPageToken: null }, pageSize: 1000, sdk: null,
    permission: 'logging.logEntries.list', documentation: 'https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list',
  },
  {
    // The secret is in the answer of creation alone.
    service: 'storage', operation: 'ListHmacKeys', path: '/storage/v1/projects/{project}/hmacKeys', fields: { items: ['accessId', 'serviceAccountEmail', 'state', 'timeCreated', 'updated'], nextPageToken: null }, pageSize: 250, sizeName: 'maxResults', sdk: null,
    permission: 'storage.hmacKeys.list', documentation: 'https://cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys/list',
  },
  { service: 'policyanalyzer', operation: 'QueryAccountActivities', path: `${ACTIVITIES}/serviceAccountLastAuthentication/activities:query`, permission: 'policyanalyzer.serviceAccountLastAuthenticationActivities.query', ...activities },
  { service: 'policyanalyzer', operation: 'QueryKeyActivities', path: `${ACTIVITIES}/serviceAccountKeyLastAuthentication/activities:query`, permission: 'policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query', ...activities },
  {
    service: 'secretmanager', operation: 'ListSecrets', path: '/v1/projects/{project}/secrets', fields: { secrets: ['name', 'createTime', 'expireTime', 'rotation', 'replication'], totalSize: null, nextPageToken: null }, pageSize: 1000, sdk: null,
    permission: 'secretmanager.secrets.list', documentation: `${SECRETS}/projects.secrets/list`,
  },
  {
    service: 'secretmanager', operation: 'ListSecretVersions', path: '/v1/projects/{project}/secrets/{secret}/versions', fields: { versions: ['name', 'createTime', 'destroyTime', 'scheduledDestroyTime', 'state'], totalSize: null, nextPageToken: null }, pageSize: 1000, sdk: null,
    permission: 'secretmanager.versions.list', documentation: `${SECRETS}/projects.secrets.versions/list`,
  },
  {
    service: 'orgpolicy', operation: 'ListOrganizationPolicies', path: '/v2/{resource}/policies', fields: { policies: ['name', 'spec'], nextPageToken: null }, pageSize: null, sdk: null,
    permission: 'orgpolicy.policies.list', documentation: 'https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/list',
  },
  // A size of page is ignored; the client library takes no selection.
  { service: 'iam', operation: 'ListDenyPolicies', path: DENY_AT, fields: DENY, pageSize: null, sdk: 'listPolicies', permission: 'iam.denypolicies.list', documentation: 'https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies' },
  { service: 'iam', operation: 'GetDenyPolicy', path: `${DENY_AT}/{denyPolicy}`, fields: DENY_POLICY, pageSize: null, sdk: 'getPolicy', permission: 'iam.denypolicies.get', documentation: 'https://cloud.google.com/iam/docs/reference/rest/v2/policies/get' },
  {
    service: 'iam', operation: 'ListBoundaries', path: '/v3/{resource}/locations/global/principalAccessBoundaryPolicies', fields: { principalAccessBoundaryPolicies: null, nextPageToken: null }, pageSize: 1000, sdk: 'listPrincipalAccessBoundaryPolicies',
    permission: 'iam.principalaccessboundarypolicies.list', documentation: 'https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies/list',
  },
  {
    service: 'iam', operation: 'ListBoundaryBindings', path: '/v3/{resource}/locations/global/policyBindings', fields: { policyBindings: null, nextPageToken: null }, pageSize: 1000, sdk: 'listPolicyBindings',
    permission: 'iam.policybindings.list', documentation: 'https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.policyBindings/list',
  },
  {
    service: 'iam', operation: 'ListWorkforcePools', path: '/v1/locations/global/workforcePools', query: { parent: '{resource}' }, fields: { workforcePools: ['name', 'parent', 'displayName', 'state', 'disabled', 'sessionDuration'], nextPageToken: null }, pageSize: 100, sdk: null,
    permission: 'iam.workforcePools.list', documentation: `${IAM}/locations.workforcePools/list`,
  },
  {
    // Of who vouches, its address alone: beside it may stand a client's secret and keys.
    service: 'iam', operation: 'ListWorkforcePoolProviders', path: '/v1/locations/global/workforcePools/{workforcePool}/providers', fields: { workforcePoolProviders: ['name', 'displayName', 'state', 'disabled', 'attributeCondition', 'attributeMapping', 'oidc/issuerUri'], nextPageToken: null }, pageSize: 100, sdk: null,
    permission: 'iam.workforcePoolProviders.list', documentation: `${IAM}/locations.workforcePools.providers/list`,
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

const CONTAINER = /^(organizations|folders)\/\d{1,20}$/;
/** Names of secrets. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
const SECRET = /^[A-Za-z0-9_-]{1,255}$/;
/** Ids of deny policies. https://cloud.google.com/iam/docs/reference/rest/v2/policies/createPolicy */
const DENY_ID = /^[a-z0-9][a-z0-9.-]{2,62}$/;
/** Ids of workforce pools. https://cloud.google.com/iam/docs/reference/rest/v1/locations.workforcePools/create */
const WORKFORCE_ID = /^[a-z][a-z0-9-]{4,61}[a-z0-9]$/;
const POOL = /^[a-z0-9-]{4,32}$/;
const TOKEN_LIMIT = 4096;

/** What a request asks for, checked: the unit's own id, and from a source only `account`, `pool`, `secret`, `denyPolicy`, `workforcePool`, `pageSize` and `pageToken`. Throws on anything else. */
export interface Asked { readonly path: string; readonly query: { readonly [name: string]: string }; readonly pageSize: number | null; readonly pageToken: string | null }
export function askedOf(operation: WireOperation, nativeId: string, input: JsonObject): Asked {
  const { account, pool, secret, denyPolicy, workforcePool, pageSize, pageToken, ...other } = input;
  const [unknownName] = Object.keys(other);
  if (unknownName !== undefined) throw new Error(`${operation.operation}: ${unknownName} is not a parameter that is sent`);
  if (!(CONTAINER.test(nativeId) ? !operation.path.includes('{project}') : PROJECT.test(nativeId))) throw new Error(`${operation.operation}: the id of the unit is none of its kind`);
  const resource = resourceOf(nativeId);
  const fill = (path: string, name: string, value: unknown, form: RegExp): string => {
    if (!path.includes(`{${name}}`)) { if (value !== undefined) throw new Error(`${operation.operation}: ${name} is not a parameter of it`); return path; }
    if (typeof value !== 'string' || !form.test(value)) throw new Error(`${operation.operation} needs ${name}, and what was given is none`);
    return path.replace(`{${name}}`, value);
  };
  if (pageSize !== undefined && (typeof pageSize !== 'number' || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000)) throw new Error(`${operation.operation}: pageSize is no size of a page`);
  if (pageToken !== undefined && (typeof pageToken !== 'string' || pageToken.length > TOKEN_LIMIT)) throw new Error(`${operation.operation}: pageToken is none`);
  const path = operation.path.replace('{project}', nativeId).replace('{resource}', resource).replace('{place}', encodeURIComponent(resource));
  const query = Object.fromEntries(Object.entries(operation.query ?? {}).map(([name, value]) => [name, value.replace('{resource}', resource)]));
  const parts = [['account', account, ACCOUNT], ['pool', pool, POOL], ['secret', secret, SECRET], ['denyPolicy', denyPolicy, DENY_ID], ['workforcePool', workforcePool, WORKFORCE_ID]] as const;
  return { path: parts.reduce((filled, [name, value, form]) => fill(filled, name, value, form), path), query, pageSize: pageSize ?? operation.pageSize, pageToken: pageToken ?? null };
}

/** The body of a POST that reads, with the project and, where it stands there, the page; undefined for a GET. */
export function bodyOf({ body, pageInBody }: WireOperation, { pageSize, pageToken }: Asked, nativeId: string): JsonObject | undefined {
  if (body === undefined) return undefined;
  const filled = jsonObjectSchema.parse(JSON.parse(JSON.stringify(body).replaceAll('{project}', nativeId)));
  return pageInBody === true ? { ...filled, ...(pageSize === null ? {} : { pageSize }), ...(pageToken === null ? {} : { pageToken }) } : filled;
}

/** The address of a request of ours: with exactly the fields that are read. https://cloud.google.com/apis/docs/system-parameters */
export function addressOf(operation: WireOperation, { path, query, pageSize, pageToken }: Asked, host: URL): URL {
  const url = new URL(path, host);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (pageSize !== null && operation.pageInBody !== true) url.searchParams.set(operation.sizeName ?? 'pageSize', String(pageSize));
  if (pageToken !== null && operation.pageInBody !== true) url.searchParams.set('pageToken', pageToken);
  url.searchParams.set('fields', Object.entries(operation.fields).map(([member, parts]) => (parts === null ? member : `${member}(${parts.join(',')})`)).join(','));
  return url;
}
