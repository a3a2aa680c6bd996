// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';
import { ARM_OPERATIONS } from './operations-arm.ts';
import { GRAPH_OPERATIONS } from './operations-graph.ts';
import { VAULT_OPERATIONS } from './operations-vault.ts';
import { LARGEST_PAGE, type WireOperation } from './wire-operation.ts';

/** Every request that Rollcall sends. */
export const OPERATIONS: readonly WireOperation[] = [...GRAPH_OPERATIONS, ...ARM_OPERATIONS, ...VAULT_OPERATIONS];

/** The operation of a name. Throws on one that is not in the table: only those are ever sent. */
export function wireOperation(service: string, operation: string): WireOperation {
  const found = OPERATIONS.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (found === undefined) throw new Error(`${service}:${operation} is not an operation that a source declares; only those are ever sent`);
  return found;
}

/** An operation as a source declares it. */
export function declared(operation: string, probe: Operation['probe'], service: WireOperation['service'] = 'graph'): Operation {
  const { permissions, documentation } = wireOperation(service, operation);
  return { service, operation, permission: permissions.join(' and '), documentation, probe };
}

export const NEEDS_APPLICATION: Operation['probe'] = { untestable: 'needs the id of an application' };
export const NEEDS_PRINCIPAL: Operation['probe'] = { untestable: 'needs the id of a service principal' };
export const NEEDS_GROUP: Operation['probe'] = { untestable: 'needs the id of a group' };

export const NEEDS_SUBSCRIPTION: Operation['probe'] = { untestable: 'needs the id of a subscription' };
export const NEEDS_RESOURCE: Operation['probe'] = { untestable: 'needs the id of a resource' };

const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
/** https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules: what names of groups and of the resources that are read may hold. */
const RESOURCE = /^\/subscriptions\/[0-9a-f-]{36}\/resourcegroups\/[\p{L}\p{N}_.()-]{1,90}\/providers\/Microsoft\.[a-z]{1,60}\/[a-z]{1,60}\/[\w-]{1,128}$/iu;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const PROVIDER = /^Microsoft\.[A-Za-z]{1,60}$/;
const PARTS = {
  application: 'the id of an application', principal: 'the id of a service principal', group: 'the id of a group', subscription: 'the id of a subscription', resource: 'the id of a resource',
  from: 'the moment from which', until: 'the moment until which', provider: 'the name of a service',
} as const;
type Part = keyof typeof PARTS;
/** The parts of an address that an input fills. */
export const PART_NAMES = Object.keys(PARTS).filter((name): name is Part => name in PARTS);

/** Whether an id is one of a resource below which a list can be asked for. Two dots would climb out of the path. */
export function isResource(id: string): boolean {
  return RESOURCE.test(id) && !id.includes('..');
}

function fits(part: Part, value: string): boolean {
  switch (part) {
    case 'resource': return isResource(value);
    case 'from': case 'until': return MOMENT.test(value);
    case 'provider': return PROVIDER.test(value);
    default: return GUID.test(value);
  }
}

/**
 * The address of a request. A link to a further page is followed as it is, within the same host and collection. Throws where the input
 * is none of the parts of the path, `top`, `skipToken`, `nextLink` and (which `origin` answers for) `vault`, or where the link leads elsewhere.
 */
export function addressOf(operation: WireOperation, input: JsonObject, origin: URL): URL {
  let { path, fixed } = operation;
  const { top, nextLink, skipToken, vault, ...other } = input;
  if ((vault !== undefined) !== (operation.service === 'vault')) throw new Error(operation.service === 'vault' ? `${operation.operation} needs the address of a vault` : `${operation.operation}: vault is not a parameter that is sent`);
  for (const [name, value] of Object.entries(other)) {
    const part = PART_NAMES.find((known) => known === name);
    if (part === undefined) throw new Error(`${operation.operation}: ${name} is not a parameter that is sent`);
    if (typeof value !== 'string' || !fits(part, value)) throw new Error(`${operation.operation}: ${PARTS[part]} is not one`);
    path = path.replace(`{${part}}`, value);
    fixed = fixed?.replace(`{${part}}`, value) ?? null;
  }
  const missing = PART_NAMES.find((name) => path.includes(`{${name}}`) || fixed?.includes(`{${name}}`) === true);
  if (missing !== undefined) throw new Error(`${operation.operation} needs ${PARTS[missing]}`);
  if (skipToken !== undefined && (operation.query === null || typeof skipToken !== 'string')) throw new Error(`${operation.operation}: skipToken is not a parameter that is sent`);
  if (nextLink !== undefined) {
    const link = typeof nextLink === 'string' ? followable(operation, nextLink, origin) : null;
    if (link === null) throw new Error(`${operation.operation}: a link that leads to another host or collection is not followed`);
    return link;
  }
  if (top !== undefined && (typeof top !== 'number' || !Number.isInteger(top) || top < 1 || top > LARGEST_PAGE)) throw new Error(`${operation.operation}: top is no size of a page`);
  const size = operation.query === null ? (top ?? operation.top) : null;
  const query = [...(fixed === null ? [] : [fixed]), ...(operation.select.length === 0 ? [] : [`$select=${operation.select.join(',')}`]), ...(size === null ? [] : [`$top=${size}`])].join('&');
  return new URL(`${path}${query === '' ? '' : `?${query}`}`, origin);
}

/** The most rows of a page of Resource Graph. https://learn.microsoft.com/en-us/azure/governance/resource-graph/concepts/work-with-data */
const LARGEST_QUERY_PAGE = 1000;

/** The body of a query of Resource Graph; null for a GET. */
export function bodyOf({ query, operation }: WireOperation, { skipToken, top }: JsonObject): JsonObject | null {
  if (query === null) return null;
  if (top !== undefined && (typeof top !== 'number' || top < 1 || top > LARGEST_QUERY_PAGE)) throw new Error(`${operation}: top is no size of a page`);
  return { query, options: { resultFormat: 'objectArray', $top: top ?? LARGEST_QUERY_PAGE, ...(skipToken === undefined ? {} : { $skipToken: skipToken }) } };
}

/** A link to the next page where it stays on the host and in the collection of its list, else null: the token goes along with it. */
export function followable(operation: WireOperation, link: string, origin: URL): URL | null {
  const url = URL.canParse(link) ? new URL(link) : null;
  // Below the list of a vault stand the values: there the path is the list's own, and nothing else.
  if (operation.service === 'vault') return url !== null && url.origin === origin.origin && url.username === '' && url.password === '' && url.pathname === operation.path ? url : null;
  // Azure writes ids within a path in capitals of its own; all lists of resources are below the subscriptions.
  const collection = operation.service === 'arm' ? '/subscriptions' : operation.path.split('/').slice(0, 3).join('/');
  return url !== null && url.origin === origin.origin && url.username === '' && url.password === '' && (url.pathname === collection || url.pathname.startsWith(`${collection}/`) || url.pathname.startsWith(`${collection}(`)) ? url : null;
}

/** A request's operation, declared or refused. */
export function operationFor(request: Request): WireOperation {
  return wireOperation(request.service, request.operation);
}
