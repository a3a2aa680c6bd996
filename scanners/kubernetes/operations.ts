// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';
import { CRON_JOB, DAEMON_SET, JOB, POD, THIRD_TEMPLATE, type Message } from './protobuf-fields.ts';

/** The ConfigMap in which the API server notes since when it marks the use of legacy tokens. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
export const TRACKING = 'kube-apiserver-legacy-service-account-token-tracking';
export const TOKEN_TYPE = 'kubernetes.io/service-account-token';

const PLAIN = 'application/json';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const RBAC = 'rbac.authorization.k8s.io';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const REFERENCE = 'https://kubernetes.io/docs/reference/kubernetes-api';

/** A request that may leave: method, path and form are fixed here, and only the namespace and the page come from a source. */
export interface WireOperation {
  readonly service: string;
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** A part `{namespace}` is filled from the input. */
  readonly path: string;
  /** The path of the same list in one namespace, for logins that may read no more; null for what is not a list of all namespaces. */
  readonly within: string | null;
  /** Parameters of every such request. */
  readonly query: { readonly [name: string]: string };
  /** Exactly one clause: with a second one the server may answer in full where it cannot serve the first. */
  readonly accept: string;
  readonly kind: string;
  /** Of each item of an answer in protobuf, the fields that are read; null for an answer in JSON. */
  readonly item: Message | null;
  /** Whether the answer's kind is looked at before anything else of it: in another form it would hold values. */
  readonly guarded: boolean;
  /** Members of the input that go into the body of a review; null for a request without a body. */
  readonly body: ((input: JsonObject) => string) | null;
  readonly right: { readonly verb: 'get' | 'list' | 'create'; readonly group: string; readonly resource: string; readonly names?: readonly string[]; readonly namespace?: string } | null;
  readonly documentation: string;
}

/** Resources that a namespace has of its own. */
const NAMESPACED: readonly string[] = ['serviceaccounts', 'secrets', 'roles', 'rolebindings', 'pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'];

function list(service: string, operation: string, resource: string, kind: string, documentation: string, more: Partial<WireOperation> = {}): WireOperation {
  const group = service === 'core' ? '' : service;
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  return {
    service, operation, method: 'GET', path: `${root}/${resource}`, within: NAMESPACED.includes(resource) ? `${root}/namespaces/{namespace}/${resource}` : null, query: {}, accept: PLAIN, kind, item: null, guarded: false, body: null,
    right: { verb: 'list', group, resource }, documentation: `${REFERENCE}/${documentation}/`, ...more,
  };
}

function workloads(service: string, operation: string, resource: string, kind: string, item: Message): WireOperation {
  return list(service, operation, resource, `${kind}List`, `workload-resources/${kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}-v1`, { accept: PROTOBUF, item });
}

/** A custom resource as the table that its maker chose to show. Its whole objects may hold passwords in plain text (`spec.keystores` of a Certificate), so they are never asked for. */
function custom(group: string, operation: string, resource: string, namespaced: boolean, documentation: string): WireOperation {
  return list(group, operation, resource, 'Table', '', { path: `/apis/${group}/{version}/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}`, query: { includeObject: 'None' }, accept: TABLE, guarded: true, documentation });
}

const CERT_MANAGER = 'https://cert-manager.io/docs/reference/api-docs/';
const EXTERNAL_SECRETS = 'https://external-secrets.io/latest/api/spec/';

/** Every request that Rollcall sends to a cluster. None of them sets `resourceVersion`: with `0` the server leaves `limit` aside. */
export const OPERATIONS: readonly WireOperation[] = [
  list('core', 'ReadKubeSystem', 'namespaces', 'Namespace', 'cluster-resources/namespace-v1', { path: '/api/v1/namespaces/kube-system', right: { verb: 'get', group: '', resource: 'namespaces', names: ['kube-system'] } }),
  list('authentication.k8s.io', 'CreateSelfSubjectReview', 'selfsubjectreviews', 'SelfSubjectReview', 'authentication-resources/self-subject-review-v1', {
    method: 'POST', body: () => '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}', right: null,
  }),
  list('core', 'ListNamespaces', 'namespaces', 'NamespaceList', 'cluster-resources/namespace-v1'),
  list('core', 'ListServiceAccounts', 'serviceaccounts', 'ServiceAccountList', 'authentication-resources/service-account-v1'),
  list('core', 'ListSecretsTable', 'secrets', 'Table', 'config-and-storage-resources/secret-v1', {
    path: '/api/v1/namespaces/{namespace}/secrets', query: { includeObject: 'None' }, accept: TABLE, guarded: true,
  }),
  list('core', 'ListTokenSecrets', 'secrets', 'PartialObjectMetadataList', 'config-and-storage-resources/secret-v1', {
    query: { fieldSelector: `type=${TOKEN_TYPE}` }, accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', guarded: true,
  }),
  list('core', 'ReadTokenTracking', 'configmaps', 'ConfigMap', 'config-and-storage-resources/config-map-v1', {
    path: `/api/v1/namespaces/kube-system/configmaps/${TRACKING}`, right: { verb: 'get', group: '', resource: 'configmaps', names: [TRACKING], namespace: 'kube-system' },
  }),
  list(RBAC, 'ListRoles', 'roles', 'RoleList', 'authorization-resources/role-v1'),
  list(RBAC, 'ListClusterRoles', 'clusterroles', 'ClusterRoleList', 'authorization-resources/cluster-role-v1'),
  list(RBAC, 'ListRoleBindings', 'rolebindings', 'RoleBindingList', 'authorization-resources/role-binding-v1'),
  list(RBAC, 'ListClusterRoleBindings', 'clusterrolebindings', 'ClusterRoleBindingList', 'authorization-resources/cluster-role-binding-v1'),
  list('core', 'CountServiceAccounts', 'serviceaccounts', 'ServiceAccountList', 'authentication-resources/service-account-v1'),
  list('authorization.k8s.io', 'CreateSelfSubjectAccessReview', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', 'authorization-resources/self-subject-access-review-v1', { method: 'POST', body: accessReviewBody, right: null }),
  list('certificates.k8s.io', 'ListCertificateSigningRequests', 'certificatesigningrequests', 'CertificateSigningRequestList', 'authentication-resources/certificate-signing-request-v1'),
  list('discovery', 'ListApiGroups', 'apis', 'APIGroupList', 'definitions/api-group-v1-meta', { path: '/apis', right: null }),
  list('discovery', 'ListApiResources', 'apis', 'APIResourceList', 'definitions/api-resource-list-v1-meta', { path: '/apis/{group}/{version}', right: null }),
  custom('cert-manager.io', 'ListCertificates', 'certificates', true, CERT_MANAGER),
  custom('external-secrets.io', 'ListExternalSecrets', 'externalsecrets', true, EXTERNAL_SECRETS),
  custom('external-secrets.io', 'ListSecretStores', 'secretstores', true, EXTERNAL_SECRETS),
  custom('external-secrets.io', 'ListClusterSecretStores', 'clustersecretstores', false, EXTERNAL_SECRETS),
  workloads('core', 'ListPods', 'pods', 'Pod', POD),
  workloads('apps', 'ListDeployments', 'deployments', 'Deployment', THIRD_TEMPLATE),
  workloads('apps', 'ListStatefulSets', 'statefulsets', 'StatefulSet', THIRD_TEMPLATE),
  workloads('apps', 'ListDaemonSets', 'daemonsets', 'DaemonSet', DAEMON_SET),
  workloads('batch', 'ListJobs', 'jobs', 'Job', JOB),
  workloads('batch', 'ListCronJobs', 'cronjobs', 'CronJob', CRON_JOB),
];

/** The operation of a name. Throws on one that is not in the table: only those are ever sent. */
export function wireOperation(service: string, operation: string): WireOperation {
  const found = OPERATIONS.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (found === undefined) throw new Error(`${service}:${operation} is not an operation that a source declares; only those are ever sent`);
  return found;
}

/** An operation as a source declares it. */
export function declared(service: string, operation: string, probe: Operation['probe']): Operation {
  const { right, documentation } = wireOperation(service, operation);
  const permission = right === null ? 'none beyond being authenticated' : `${right.verb} ${right.resource}${right.group === '' ? '' : `.${right.group}`}${right.names === undefined ? '' : ` named ${right.names.join(', ')}`}`;
  return { service, operation, permission, documentation, probe };
}

/** Members of an access review's input: what is asked about. */
const REVIEWED = ['verb', 'group', 'resource'] as const;

function accessReviewBody(input: JsonObject): string {
  const [verb, group, resource] = REVIEWED.map((name) => input[name] ?? '');
  return JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb, group, resource, ...(input['namespace'] === undefined ? {} : { namespace: input['namespace'] }), ...(input['name'] === undefined ? {} : { name: input['name'] }) } } });
}

// https://kubernetes.io/docs/reference/using-api/#api-versioning and names of groups, which are DNS subdomains.
const VERSION = /^v[0-9]{1,3}((alpha|beta)[0-9]{1,3})?$/;
const GROUP = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Path and query of a request; `namespace`: the one that the unit is, whose own list takes the place of the cluster's. Throws where its input has another member than `namespace`, `group`, `version`, `limit` and `continue`, or one that is no such name. */
export function targetOf(operation: WireOperation, input: JsonObject, namespace: string | null = null): string {
  const query = new URLSearchParams(operation.query);
  let path = namespace !== null && operation.within !== null ? operation.within.replace('{namespace}', namespace) : operation.path;
  for (const [name, value] of Object.entries(input)) {
    // What a review asks about stands in its body.
    if (operation.body !== null && typeof value === 'string') continue;
    if (name === 'version' && typeof value === 'string' && VERSION.test(value)) path = path.replace('{version}', value);
    else if (name === 'group' && typeof value === 'string' && GROUP.test(value)) path = path.replace('{group}', value);
    else if (name === 'namespace' && typeof value === 'string' && NAMESPACE.test(value)) path = path.replace('{namespace}', value);
    else if (name === 'limit' && typeof value === 'number') query.set('limit', String(value));
    else if (name === 'continue' && typeof value === 'string') query.set('continue', value);
    else throw new Error(`${operation.operation}: ${name} is not a parameter that is sent, or its value cannot be`);
  }
  if (path.includes('{')) throw new Error(`${operation.operation} needs ${path.slice(path.indexOf('{'), path.indexOf('}') + 1)}`);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A request's operation, declared or refused. */
export function operationFor(request: Request): WireOperation {
  return wireOperation(request.service, request.operation);
}
