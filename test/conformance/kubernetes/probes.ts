// SPDX-License-Identifier: Apache-2.0
import { KUBERNETES_RESOURCES } from '../../../fixtures/servers/kubernetes-cluster.ts';

/** A request that both servers are asked. `pages`: also for its second page. `subset`: the fixture server may say less. */
export interface Probe {
  readonly path: string;
  readonly accept?: string;
  readonly as?: 'admin' | 'restricted' | 'unknown';
  readonly method?: string;
  readonly body?: string;
  readonly pages?: true;
  readonly subset?: true;
}

const META = ';v=v1;g=meta.k8s.io';
const TABLE = `application/json;as=Table${META}`;
const LIST = `application/json;as=PartialObjectMetadataList${META}`;
const PARTIAL = `application/json;as=PartialObjectMetadata${META}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const SPACE = '/api/v1/namespaces/harbor-00';
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** A probe's path, with the token of the page before it. */
export function pathOf({ path }: Probe, token: string): string {
  return token === '' ? path : `${path}&continue=${encodeURIComponent(token)}`;
}

function review(attributes: object): string {
  return JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: attributes } });
}

// Tables of workloads are read by nobody here, and the fixture server prints none.
const lists = KUBERNETES_RESOURCES.map(({ group, version, resource, columns }) => ({ path: `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/${resource}`, printed: columns.length > 0 }));

/** Every form of request that a scanner sends or could be sent by mistake. */
export const PROBES: readonly Probe[] = [
  ...lists.flatMap(({ path, printed }): readonly Probe[] => [
    { path: `${path}?limit=2`, pages: true }, { path: `${path}?limit=2`, accept: LIST },
    ...(printed ? [{ path: `${path}?limit=2&includeObject=None`, accept: TABLE, pages: true } as const, { path: `${path}?limit=2`, accept: TABLE }, { path: `${path}?includeObject=None`, accept: TABLE }] : []),
  ]),
  // Secrets in every form.
  { path: `${SPACE}/secrets?limit=3&includeObject=None`, accept: TABLE, pages: true }, { path: `${SPACE}/secrets?limit=3&includeObject=Object`, accept: TABLE }, { path: `${SPACE}/secrets?includeObject=None`, accept: TABLE },
  { path: '/api/v1/namespaces/none-of-that-name/secrets?limit=3&includeObject=None', accept: TABLE }, { path: '/api/v1/namespaces/none-of-that-name/secrets?limit=3' },
  { path: '/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token&limit=5', accept: LIST, pages: true }, { path: '/api/v1/secrets?fieldSelector=type%21%3DOpaque&limit=5&includeObject=None', accept: TABLE },
  { path: '/api/v1/secrets?limit=3&includeObject=Everything', accept: TABLE }, { path: '/api/v1/secrets?fieldSelector=spec.x%3D1&limit=1', accept: TABLE }, { path: '/api/v1/secrets?fieldSelector=type&limit=1', accept: TABLE },
  { path: '/api/v1/secrets?labelSelector=harbor.example%2Fhint&limit=2', accept: LIST },
  // Forms that cannot be had, and what a second clause brings.
  { path: `${SPACE}/secrets?limit=1`, accept: `application/json;as=Nope${META}` }, { path: `${SPACE}/secrets?limit=1`, accept: `application/json;as=Nope${META}, */*;q=0.8` }, { path: `${SPACE}/secrets?limit=1`, accept: 'text/html' },
  { path: `${SPACE}/secrets?limit=1`, accept: `application/vnd.kubernetes.protobuf;as=Table${META}` }, { path: SPACE, accept: LIST }, { path: '/api/v1/namespaces?limit=1', accept: PARTIAL }, { path: SPACE, accept: PARTIAL }, { path: SPACE, accept: TABLE }, { path: SPACE },
  // Pages.
  { path: '/api/v1/serviceaccounts?limit=two' }, { path: '/api/v1/serviceaccounts?limit=2&continue=zzzz' }, { path: '/api/v1/serviceaccounts?limit=3&resourceVersion=0', accept: LIST }, { path: '/api/v1/namespaces?limit=0', accept: LIST },
  // Not allowed, not there, not known.
  { path: '/api/v1/secrets?limit=1', accept: TABLE, as: 'restricted' }, { path: `${SPACE}/secrets?limit=1`, accept: TABLE, as: 'restricted' }, { path: `${SPACE}/secrets/settings-00`, as: 'restricted' }, { path: '/apis/apps/v1/namespaces/harbor-00/replicasets/x', as: 'restricted' },
  { path: `${RBAC}/clusterroles/view`, as: 'restricted' }, { path: '/api/v1/namespaces/kube-system', as: 'restricted' }, { path: '/api/v1/namespaces/default', as: 'restricted' }, { path: `${RBAC}/roles?limit=1`, as: 'restricted' },
  { path: `${SPACE}/secrets/none-of-that-name` }, { path: '/api/v1/namespaces/none-of-that-name' }, { path: `${RBAC}/clusterroles/none-of-that-name` }, { path: '/api/v1/nothing' }, { path: '/apis/nothing.example/v1/things' },
  { path: '/apis/nothing.example/v1/things', as: 'restricted' }, { path: '/api/v1/secrets?limit=1', as: 'unknown' }, { path: SELF, as: 'unknown', method: 'POST', body: '{}' },
  { path: '/api/v1/namespaces/kube-system/configmaps/kube-apiserver-legacy-service-account-token-tracking', as: 'restricted' },
  // Reviews.
  { path: SELF, method: 'POST', body: '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}', as: 'restricted' }, { path: SELF, as: 'restricted' },
  { path: REVIEW, method: 'POST', body: review({ verb: 'list', resource: 'secrets' }), as: 'restricted' }, { path: REVIEW, method: 'POST', body: review({ verb: 'list', resource: 'secrets', namespace: 'harbor-00' }), as: 'restricted' },
  { path: REVIEW, method: 'POST', body: review({ verb: 'list', group: 'rbac.authorization.k8s.io', resource: 'roles' }), as: 'restricted' }, { path: REVIEW, method: 'POST', body: review({ verb: 'get', resource: 'namespaces', name: 'kube-system' }), as: 'restricted' },
  { path: REVIEW, method: 'POST', body: '{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{}}', as: 'restricted' },
  // What is served.
  { path: '/apis', as: 'restricted', subset: true }, { path: '/api/v1', as: 'restricted', subset: true }, { path: RBAC, as: 'restricted', subset: true },
];
