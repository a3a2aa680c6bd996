// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';

const REFERENCE = 'https://learn.microsoft.com/en-us/graph/api';
export const APPLICATIONS_READ = 'Application.Read.All';
export const ORGANIZATION_READ = 'Organization.Read.All';

/** What is asked of each object; nothing else is. `keyCredentials` brings public certificates along, which are dropped as they are parsed. */
export const APPLICATION_FIELDS = ['id', 'appId', 'displayName', 'createdDateTime', 'description', 'signInAudience', 'tags', 'disabledByMicrosoftStatus', 'passwordCredentials', 'keyCredentials'] as const;
const ORGANIZATION_FIELDS = ['id', 'displayName'] as const;
const OWNER_FIELDS = ['id', 'displayName', 'userPrincipalName'] as const;
const FEDERATED_FIELDS = ['id', 'name', 'issuer', 'subject', 'audiences'] as const;
/** https://learn.microsoft.com/en-us/graph/paging: the most that a page of the directory has. */
const LARGEST_PAGE = 999;

/** A request that may leave: always a GET, with path and fields fixed here; only the application and the page come from a source. */
export interface WireOperation {
  readonly service: 'graph';
  readonly operation: string;
  /** A part `{application}` is filled from the input. */
  readonly path: string;
  readonly select: readonly string[];
  /** Most items of a page; null where the service takes no size. */
  readonly top: number | null;
  /** Served from the index of the directory, which lags. https://learn.microsoft.com/en-us/graph/aad-advanced-queries */
  readonly eventual: boolean;
  readonly permission: string;
  readonly documentation: string;
}

function list(operation: string, path: string, select: readonly string[], documentation: string, more: Partial<WireOperation> = {}): WireOperation {
  return { service: 'graph', operation, path, select, top: null, eventual: false, permission: APPLICATIONS_READ, documentation: `${REFERENCE}/${documentation}`, ...more };
}

/** Every request that Rollcall sends to Microsoft Graph. */
export const OPERATIONS: readonly WireOperation[] = [
  list('ListOrganization', '/v1.0/organization', ORGANIZATION_FIELDS, 'organization-list', { permission: ORGANIZATION_READ }),
  list('CountApplications', '/v1.0/applications/$count', [], 'application-list', { eventual: true }),
  list('ListApplications', '/v1.0/applications', APPLICATION_FIELDS, 'application-list', { top: LARGEST_PAGE }),
  list('ListApplicationOwners', '/v1.0/applications/{application}/owners', OWNER_FIELDS, 'application-list-owners', { top: LARGEST_PAGE }),
  list('ListFederatedCredentials', '/v1.0/applications/{application}/federatedIdentityCredentials', FEDERATED_FIELDS, 'application-list-federatedidentitycredentials'),
];

/** The operation of a name. Throws on one that is not in the table: only those are ever sent. */
export function wireOperation(service: string, operation: string): WireOperation {
  const found = OPERATIONS.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (found === undefined) throw new Error(`${service}:${operation} is not an operation that a source declares; only those are ever sent`);
  return found;
}

/** An operation as a source declares it. */
export function declared(operation: string, probe: Operation['probe']): Operation {
  const { permission, documentation } = wireOperation('graph', operation);
  return { service: 'graph', operation, permission, documentation, probe };
}

export const NEEDS_APPLICATION: Operation['probe'] = { untestable: 'needs the id of an application' };

const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * The address of a request. A link to a further page is followed as it is, within the same host and collection. Throws where the input
 * is none of `application`, `top` and `nextLink`, or where the link leads elsewhere.
 */
export function addressOf(operation: WireOperation, input: JsonObject, graph: URL): URL {
  const { application, top, nextLink, ...other } = input;
  const [unknownName] = Object.keys(other);
  if (unknownName !== undefined) throw new Error(`${operation.operation}: ${unknownName} is not a parameter that is sent`);
  let { path } = operation;
  if (application !== undefined) {
    if (typeof application !== 'string' || !GUID.test(application)) throw new Error(`${operation.operation}: the id of an application is not one`);
    path = path.replace('{application}', application);
  }
  if (path.includes('{')) throw new Error(`${operation.operation} needs the id of an application`);
  if (nextLink !== undefined) {
    const link = typeof nextLink === 'string' ? followable(operation, nextLink, graph) : null;
    if (link === null) throw new Error(`${operation.operation}: a link that leads to another host or collection is not followed`);
    return link;
  }
  if (top !== undefined && (typeof top !== 'number' || !Number.isInteger(top) || top < 1 || top > LARGEST_PAGE)) throw new Error(`${operation.operation}: top is no size of a page`);
  const size = top ?? operation.top;
  const query = [...(operation.select.length === 0 ? [] : [`$select=${operation.select.join(',')}`]), ...(size === null ? [] : [`$top=${size}`])].join('&');
  return new URL(`${path}${query === '' ? '' : `?${query}`}`, graph);
}

/** A link to the next page where it stays on the host and in the collection of its list, else null: the token goes along with it. */
export function followable(operation: WireOperation, link: string, graph: URL): URL | null {
  const url = URL.canParse(link) ? new URL(link) : null;
  const collection = operation.path.split('/').slice(0, 3).join('/');
  return url !== null && url.origin === graph.origin && url.username === '' && url.password === '' && (url.pathname === collection || url.pathname.startsWith(`${collection}/`) || url.pathname.startsWith(`${collection}(`)) ? url : null;
}

/** A request's operation, declared or refused. */
export function operationFor(request: Request): WireOperation {
  return wireOperation(request.service, request.operation);
}
