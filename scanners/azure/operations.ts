// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Operation, Request } from '../../src/model/source.ts';
import { GRAPH_OPERATIONS } from './operations-graph.ts';
import { LARGEST_PAGE, type WireOperation } from './wire-operation.ts';

/** Every request that Rollcall sends. */
export const OPERATIONS: readonly WireOperation[] = GRAPH_OPERATIONS;

/** The operation of a name. Throws on one that is not in the table: only those are ever sent. */
export function wireOperation(service: string, operation: string): WireOperation {
  const found = OPERATIONS.find((candidate) => candidate.service === service && candidate.operation === operation);
  if (found === undefined) throw new Error(`${service}:${operation} is not an operation that a source declares; only those are ever sent`);
  return found;
}

/** An operation as a source declares it. */
export function declared(operation: string, probe: Operation['probe']): Operation {
  const { permissions, documentation } = wireOperation('graph', operation);
  return { service: 'graph', operation, permission: permissions.join(' and '), documentation, probe };
}

export const NEEDS_APPLICATION: Operation['probe'] = { untestable: 'needs the id of an application' };
export const NEEDS_PRINCIPAL: Operation['probe'] = { untestable: 'needs the id of a service principal' };
export const NEEDS_GROUP: Operation['probe'] = { untestable: 'needs the id of a group' };

const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const PARTS = { application: 'an application', principal: 'a service principal', group: 'a group' } as const;
type Part = keyof typeof PARTS;
/** The parts of a path that an input fills. */
export const PART_NAMES = Object.keys(PARTS).filter((name): name is Part => name in PARTS);

/**
 * The address of a request. A link to a further page is followed as it is, within the same host and collection. Throws where the input
 * is none of the parts of the path, `top` and `nextLink`, or where the link leads elsewhere.
 */
export function addressOf(operation: WireOperation, input: JsonObject, graph: URL): URL {
  let { path } = operation;
  const { top, nextLink, ...other } = input;
  for (const [name, value] of Object.entries(other)) {
    const part = PART_NAMES.find((known) => known === name);
    if (part === undefined) throw new Error(`${operation.operation}: ${name} is not a parameter that is sent`);
    if (typeof value !== 'string' || !GUID.test(value)) throw new Error(`${operation.operation}: the id of ${PARTS[part]} is not one`);
    path = path.replace(`{${part}}`, value);
  }
  const missing = PART_NAMES.find((name) => path.includes(`{${name}}`));
  if (missing !== undefined) throw new Error(`${operation.operation} needs the id of ${PARTS[missing]}`);
  if (nextLink !== undefined) {
    const link = typeof nextLink === 'string' ? followable(operation, nextLink, graph) : null;
    if (link === null) throw new Error(`${operation.operation}: a link that leads to another host or collection is not followed`);
    return link;
  }
  if (top !== undefined && (typeof top !== 'number' || !Number.isInteger(top) || top < 1 || top > LARGEST_PAGE)) throw new Error(`${operation.operation}: top is no size of a page`);
  const size = top ?? operation.top;
  const query = [...(operation.fixed === null ? [] : [operation.fixed]), ...(operation.select.length === 0 ? [] : [`$select=${operation.select.join(',')}`]), ...(size === null ? [] : [`$top=${size}`])].join('&');
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
