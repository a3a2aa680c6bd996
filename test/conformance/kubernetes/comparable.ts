// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

// The older versions of the kind keep it as a field, so that only some forms of the newest one show it.
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const AGE = /^(\d+y)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/;
const token = z.looseObject({ v: z.string(), rv: z.number(), start: z.string() });

/** An answer with what differs from one moment, or one server, to the next put aside. Whether it is there, and of its form, stays. */
export function comparable(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(comparable);
  // How Go's parser words it is its own affair.
  if (typeof body === 'string') return body.replace(/^RBAC: allowed by .*/, 'RBAC: allowed by some binding').replace(/(?<=continue key is not valid: ).*/, 'some words');
  if (!isObject(body)) return body;
  if (body['kind'] === 'Table') return table(body);
  const members = Object.entries(body).filter(([name, value]) => name !== TEMPLATE_GENERATION && !(name === 'annotations' && isObject(value) && Object.keys(value).join() === TEMPLATE_GENERATION)).map(([name, value]) => [name, name === 'metadata' && isObject(value) ? metadata(value, 'status' in body || 'items' in body) : comparable(value)] as const);
  return Object.fromEntries(members);
}

function table(body: { readonly [member: string]: unknown }): unknown {
  const columns = z.array(z.looseObject({ name: z.string(), description: z.string() })).parse(body['columnDefinitions']);
  const rows = z.array(z.looseObject({ cells: z.array(z.unknown()), object: z.unknown() })).nullable().parse(body['rows']);
  const ages = new Set(columns.flatMap(({ name }, index) => (name.toLowerCase() === 'age' ? [index] : [])));
  return {
    ...body, metadata: metadata(z.looseObject({}).parse(body['metadata']), true), columnDefinitions: columns.map((column) => ({ ...column, description: column.description === '' ? '' : 'some words' })),
    rows: rows?.map(({ cells, object, ...more }) => ({ ...more, cells: cells.map((cell, index) => (ages.has(index) && typeof cell === 'string' && AGE.test(cell) ? 'an age' : cell)), object })) ?? null,
  };
}

/** Metadata of a list, or of a review: its version and token are the server's own. */
function metadata(of: { readonly [member: string]: unknown }, own: boolean): unknown {
  if (!own) return comparable(of);
  return {
    ...Object.fromEntries(Object.entries(of).filter(([name]) => name !== 'managedFields')), ...(typeof of['resourceVersion'] === 'string' ? { resourceVersion: /^\d+$/.test(of['resourceVersion']) ? 'a version' : of['resourceVersion'] } : {}),
    ...(typeof of['continue'] === 'string' ? { continue: tokenIn(of['continue']) } : {}), ...(typeof of['creationTimestamp'] === 'string' ? { creationTimestamp: of['creationTimestamp'].replaceAll(/\d/g, '0') } : {}),
  };
}

function tokenIn(text: string): unknown {
  if (text === '') return '';
  const read = token.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return { v: read.v, rv: read.rv > 0 ? 'a version' : read.rv, start: read.start };
}

/** Where two bodies first differ, and in what. */
export function differsAt(real: unknown, ours: unknown, path: string): string | null {
  if (Array.isArray(real) && Array.isArray(ours)) {
    if (real.length !== ours.length) return `${path}: ${real.length} of them; the fixture has ${ours.length}`;
    return first(real.map((value, index) => differsAt(value, ours[index], `${path}[${index}]`)));
  }
  if (isObject(real) && isObject(ours)) return first([...new Set([...Object.keys(real), ...Object.keys(ours)])].map((name) => differsAt(real[name], ours[name], `${path}.${name}`)));
  return Object.is(real, ours) ? null : `${path}: ${told(real)}; the fixture ${told(ours)}`;
}

/** Where the fixture says something that the real server does not: a list may leave items out, an object members. */
export function subsetOf(ours: unknown, real: unknown, path: string): string | null {
  if (Array.isArray(ours) && Array.isArray(real)) return first(ours.map((value, index) => (real.some((each) => subsetOf(value, each, '') === null) ? null : `${path}[${index}]: ${told(value)} is in nothing that the real server says`)));
  if (isObject(ours) && isObject(real)) return first(Object.entries(ours).map(([name, value]) => subsetOf(value, real[name], `${path}.${name}`)));
  return differsAt(real, ours, path);
}

function first(found: readonly (string | null)[]): string | null {
  return found.find((each) => each !== null) ?? null;
}

function told(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 400);
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
