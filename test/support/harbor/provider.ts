// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import { exactly, parseInstant, type Instant, type When } from '../../../src/model/instant.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Credential, Identity } from '../../../src/model/row.ts';
import { ConnectError, defineSource, type Connection, type End, type Provider, type Reply } from '../../../src/model/source.ts';

// A provider that exists only under test/: it shows that adding one needs no edit under src/.
const text = z.string();
const listing = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item), more: z.boolean().optional(), next: z.number().optional() });
function endOf(body: { more?: boolean | undefined; next?: number | undefined }): End {
  if (body.more === undefined) return { missing: '`more` is not there' };
  return body.more ? { next: { from: body.next ?? 0 } } : { last: true };
}
function at(value: string): Fact<When> {
  const instant = parseInstant(value);
  return instant === null ? unknown('unrecognized', `not a time: ${value}`) : known(exactly(instant), []);
}
const operation = (name: string) => ({ service: 'harbor', operation: name, permission: `harbor:${name}`, documentation: 'test/support/harbor', probe: { input: {} } });

export const piers = defineSource({
  id: 'harbor.piers', title: 'piers', unitKind: 'harbor', operations: [operation('ListPiers')], lane: 'harbor',
  request: (_seed, page) => ({ service: 'harbor', operation: 'ListPiers', input: page }),
  page: { schema: listing(z.object({ id: text, name: text, made: text })), count: ({ items }) => items.length, end: endOf },
  rows: (body, { unit, ref }) => body.items.map((pier, index): Identity => ({
    type: 'identity', kind: 'harbor.pier', key: `${unit.id}/${pier.id}`, id: pier.id, idBasis: 'provider', unit: unit.id, name: pier.name, address: `pier:${pier.id}`, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'piers are machines', refs: [ref('items', index)] },
    created: at(pier.made), lastUsed: unknown('not_reported', 'piers tell no use'), interactiveLogin: notApplicable('nobody signs in to a pier'), privilege: notApplicable('piers have no policy'),
    tags: notApplicable('piers have no tags'), owner: unknown('no_source', ''), purpose: unknown('no_source', ''), review: unknown('no_source', ''), credentialCounts: {}, self: false, refs: [ref('items', index)],
  })),
  command: () => 'harbor list-piers',
});
export const badges = defineSource({
  id: 'harbor.badges', title: 'badges of piers', unitKind: 'harbor', operations: [operation('ListBadges')], lane: 'harbor', parent: 'harbor.piers', depth: 'standard', blindSpots: ['paper badges cannot be listed'],
  next: (row) => (row.type === 'identity' ? (row.name.startsWith('closed') ? { parent: row.id, skip: 'not_needed', reason: 'a closed pier has no badge' } : { parent: row.id, parameters: { pier: row.id } }) : null),
  request: (seed, page) => ({ service: 'harbor', operation: 'ListBadges', input: { ...seed.parameters, ...page } }),
  page: { schema: listing(z.object({ id: text, made: text, note: text.optional() })), count: ({ items }) => items.length, end: endOf },
  rows: (body, { unit, parent, ref }) => body.items.map((badge, index): Credential => ({
    type: 'credential', kind: 'harbor.badge', key: `${unit.id}/${badge.id}`, id: badge.id, idBasis: 'provider', unit: unit.id, identity: `${unit.id}/${parent ?? ''}`, name: null, responsibility: 'entity',
    status: known('active', [ref('items', index)]), created: at(badge.made), expires: known({ never: true }, [ref('items', index)]), lastUsed: unknown('not_reported', 'badges tell no use'), audience: null, refs: [ref('items', index)],
  })),
  command: (parameters) => `harbor list-badges ${String(parameters['pier'])}`,
});

export const harbor: Provider = {
  id: 'harbor', title: 'Harbor', sources: [piers, badges], lanes: [{ id: 'harbor', rate: 200, burst: 20, concurrency: 4, scope: 'unit', source: 'test/support/harbor' }],
  targetSchema: z.object({ auth: z.object({ url: text }), scope: z.object({}) }),
  connect: async (target): Promise<Connection> => {
    const url = target.auth['url'];
    if (typeof url !== 'string') throw new ConnectError('no address', 'name auth.url');
    const unit = { id: 'harbor:1', provider: 'harbor', kind: 'harbor', nativeId: '1', name: null, target: target.name, basis: 'own_login' as const };
    return {
      login: { principal: 'harbour master', operation: 'none', endpoint: url, requestId: null, providerTime: null }, units: [unit], endpoint: () => url, close: () => undefined,
      send: (_unit, request, signal) => send(url, request.input, request.operation === 'ListPiers' ? '/piers' : `/piers/${encodeURIComponent(String(request.input['pier']))}/badges`, signal),
    };
  },
  join: (related) => {
    const identities = related.rows('harbor.piers').filter((row) => row.type === 'identity');
    const credentials = related.rows('harbor.badges').filter((row) => row.type === 'credential');
    const end = related.ended('harbor.piers');
    const counted = (id: string): Fact<number> => {
      const read = related.ended('harbor.badges', id);
      if (read.state === 'complete') return known(credentials.filter(({ identity }) => identity?.endsWith(`/${id}`)).length, []);
      if (read.state === 'skipped') return known(0, [], { note: read.reason });
      return unknown(read.state === 'failed' ? read.outcome : 'incomplete', `badges of ${id} could not be read`, read.state === 'failed' ? read.calls : []);
    };
    return {
      identityKinds: ['harbor.pier'],
      identities: identities.map((pier) => ({ ...pier, credentialCounts: { 'harbor.badge': counted(pier.id) } })), credentials, grants: [], trusts: [], objects: [],
      populations: { 'harbor.pier': end.state === 'complete' ? known(identities.length, []) : unknown(end.state === 'failed' ? end.outcome : 'incomplete', 'piers could not be listed', end.state === 'failed' ? end.calls : []), 'harbor.badge': known(credentials.length, []) },
      controlTotals: [], unplaced: [],
    };
  },
  permissions: () => [], blindSpots: ['rowing boats'], classificationRules: ['piers are machines'], responsibilityNote: '',
};

async function send(url: string, input: { readonly [name: string]: Json }, path: string, signal: AbortSignal): Promise<Reply> {
  const from = input['from'];
  const nothing = { httpStatus: null, errorCode: null, requestId: null, providerTime: null, retryAfterMs: null };
  let response: Response;
  let body: string;
  try {
    response = await fetch(`${url}${path}${from === undefined ? '' : `?from=${String(from)}`}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(500)]) });
    body = await response.text();
  } catch (error) {
    const timeout = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, ...nothing, outcome: timeout ? 'timeout' : 'unreachable', message: error instanceof Error ? error.message : String(error), transient: true };
  }
  const date = response.headers.get('date');
  const providerTime: Instant | null = date === null ? null : parseInstant(new Date(date).toISOString());
  const head = { httpStatus: response.status, requestId: response.headers.get('x-request-id'), providerTime };
  if (response.ok) return { ok: true, ...head, body: JSON.parse(body) as Json };
  const retryAfter = response.headers.get('retry-after');
  const outcome = response.status === 403 ? 'denied' : response.status === 429 ? 'throttled' : response.status === 404 ? 'not_found' : 'unreachable';
  return { ok: false, ...head, outcome, errorCode: String(response.status), message: body.slice(0, 100), retryAfterMs: retryAfter === null ? null : Number(retryAfter) * 1000, transient: response.status === 429 || response.status >= 500 };
}
