// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { azure } from '../../../scanners/azure/index.ts';
import { SOURCES } from '../../../scanners/azure/sources.ts';
import { instantOf } from '../../../src/model/instant.ts';
import { pageReference } from '../../../src/model/reference.ts';
import type { AnySource, ReadEnd, UnitInventory } from '../../../src/model/source.ts';
import { UnitReads } from '../../../src/model/unit-reads.ts';
import type { Unit } from '../../../src/model/unit.ts';

const UNIT: Unit = { id: 'azure:11111111-2222-4333-8444-555555555555', provider: 'azure', kind: 'tenant', nativeId: '11111111-2222-4333-8444-555555555555', name: null, target: 'test', basis: 'own_login' };
const AS_OF = instantOf(Date.UTC(2026, 10, 22, 9, 30));
const COMPLETE: ReadEnd = { state: 'complete', pages: 1, calls: [] };

function sourceOf(id: string): AnySource {
  const source = SOURCES.find((candidate) => candidate.id === id);
  if (source === undefined) throw new Error(`there is no source ${id}`);
  return source;
}

/** What join makes of these pages; every other read was not due. */
function joined(pages: readonly (readonly [source: string, parent: string | null, body: unknown, end?: ReadEnd])[]): UnitInventory {
  const reads = new UnitReads(UNIT, 'standard');
  for (const [id, parent, body, end = COMPLETE] of pages) {
    reads.read(id, parent, end, body === null ? [] : sourceOf(id).rows(body, { unit: UNIT, parent, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT.id, source: id, parent }, 1, pointer) }));
  }
  return azure.join(reads, { asOf: AS_OF, ownUnits: new Set(), vendorUnits: new Set(), depth: 'standard', related: reads });
}

const application = (id: string, more: object = {}): object => ({ id, appId: `client-${id}`, displayName: null, tags: [], passwordCredentials: [], keyCredentials: [], ...more });
const list = (...value: readonly object[]): object => ({ value });

test('what Graph leaves out is not reported, and what cannot be read is not recognised: never a date, never a "never"', () => {
  const { identities, credentials } = joined([['azure.graph.applications', null, list(application('a', { passwordCredentials: [{ keyId: 'k1' }, { keyId: 'k2', startDateTime: 'soon', endDateTime: '31.12.2027' }] }))]]);
  expect(identities[0]).toMatchObject({ name: 'client-a', created: { status: 'unknown', cause: 'not_reported' }, owner: { status: 'unknown', cause: 'incomplete' }, credentialCounts: { 'azure.federated-credential': { status: 'unknown' } } });
  expect(credentials).toMatchObject([
    { id: 'k1', name: null, status: { status: 'unknown', cause: 'not_reported' }, created: { status: 'unknown', cause: 'not_reported' }, expires: { status: 'unknown', cause: 'not_reported' } },
    { id: 'k2', status: { status: 'unknown', cause: 'unrecognized' }, created: { status: 'unknown', cause: 'unrecognized' }, expires: { status: 'unknown', cause: 'unrecognized' } },
  ]);
});

test('a credential ends at its very end, begins at its very start, and keeps moments of Graph to the fraction', () => {
  const dates = (startDateTime: string, endDateTime: string): object => ({ keyId: `${startDateTime}${endDateTime}`, startDateTime, endDateTime });
  const { credentials } = joined([['azure.graph.applications', null, list(application('a', { passwordCredentials: [dates('2026-01-01T00:00:00Z', '2026-11-22T09:30:00Z'), dates('2026-01-01T00:00:00.1234567Z', '2026-11-22T09:30:00.001Z'), dates('2026-11-22T09:30:00Z', '2027-01-01T00:00:00Z'), dates('2026-11-22T09:30:00.001Z', '2027-01-01T00:00:00Z')] }))]]);
  expect(credentials.map(({ status }) => (status.status === 'known' ? status.value : status.status))).toEqual(['expired', 'active', 'active', 'inactive']);
  expect(credentials[1]?.created).toMatchObject({ value: { from: '2026-01-01T00:00:00.123Z' } });
});

test('a key id that stands twice makes two rows with keys of their own, and a shared key counts as a password', () => {
  const key = { keyId: 'same', type: 'AsymmetricX509Cert', usage: 'Verify' };
  const { credentials, identities } = joined([['azure.graph.applications', null, list(application('a', { passwordCredentials: [{ keyId: 'same' }], keyCredentials: [key, { ...key, usage: 'Sign' }, { ...key, type: 'Symmetric' }] }), application('b', { keyCredentials: [key] }))]]);
  expect(credentials).toHaveLength(5);
  expect(new Set(credentials.map((each) => each.key)).size).toBe(5);
  expect(identities[0]?.credentialCounts).toMatchObject({ 'azure.application-password': { value: 2 }, 'azure.application-certificate': { value: 2 } });
});

test('an agent blueprint is a kind of its own; what Graph calls something that nobody knows yet is counted, and placed nowhere', () => {
  const principal = (id: string, more: object = {}): object => ({ id, appId: `client-${id}`, passwordCredentials: [], keyCredentials: [], ...more });
  const { identities, unplaced, populations, controlTotals } = joined([
    ['azure.graph.applications-count', null, 3], ['azure.graph.applications-count-after', null, 3], ['azure.graph.service-principals-count', null, 6], ['azure.graph.service-principals-count-after', null, 6],
    ['azure.graph.applications', null, list(application('a', { '@odata.type': '#microsoft.graph.application' }), application('b', { '@odata.type': '#microsoft.graph.agentIdentityBlueprint' }), application('c', { '@odata.type': '#microsoft.graph.ofTomorrow' }))],
    ['azure.graph.service-principals', null, list(
      principal('p', { servicePrincipalType: 'Application' }), principal('q', { servicePrincipalType: 'ManagedIdentity' }), principal('r', { '@odata.type': '#microsoft.graph.agentIdentity' }), principal('s', { '@odata.type': '#microsoft.graph.agentIdentityBlueprintPrincipal' }),
      principal('t', { servicePrincipalType: 'OfTomorrow' }), principal('u', { '@odata.type': '#microsoft.graph.ofTomorrow' }),
    )],
  ]);
  expect(identities.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    'a azure.application', 'b azure.agent-blueprint', 'p azure.service-principal', 'q azure.managed-identity', 'r azure.agent-identity', 's azure.agent-blueprint-principal', 't azure.service-principal',
  ]);
  expect(unplaced).toHaveLength(2);
  expect(populations['azure.application']).toMatchObject({ value: 1 });
  expect(populations['azure.service-principal']).toMatchObject({ value: 2 });
  expect(controlTotals).toMatchObject([{ name: 'Principals', listed: 9, state: 'equal' }, { listed: 3, state: 'equal' }, { listed: 6, state: 'equal' }, ...['Roles on Azure resources', 'Custom roles on Azure resources', "Azure's own roles", 'Resources with managed identities', 'Management groups'].map((name) => ({ name, state: 'unavailable' }))]);
});

test('owners by the best name there is; an empty list is none, an unread one is unknown', () => {
  const owner = (more: object): object => ({ '@odata.type': '#microsoft.graph.user', id: 'o', ...more });
  const of = (...owners: readonly object[]): unknown => joined([['azure.graph.applications', null, list(application('a'))], ['azure.graph.application-owners', 'a', list(...owners)]]).identities[0]?.owner;
  expect(of(owner({ userPrincipalName: 'dana@northwind-harbor.test', displayName: 'Dana' }))).toMatchObject({ value: { owner: 'dana@northwind-harbor.test' } });
  expect(of(owner({ userPrincipalName: null, displayName: 'Dana' }))).toMatchObject({ value: { owner: 'Dana' } });
  expect(of(owner({ userPrincipalName: null, displayName: '' }), { id: 'p' })).toMatchObject({ value: { owner: 'object p, user o' } });
  expect(of()).toMatchObject({ status: 'known', value: null, refs: [expect.stringContaining('azure.graph.application-owners/=a/1')] });
  const failed: ReadEnd = { state: 'failed', outcome: 'denied', errorCode: null, operation: 'ListApplicationOwners', calls: [] };
  expect(joined([['azure.graph.applications', null, list(application('a'))], ['azure.graph.application-owners', 'a', null, failed]]).identities[0]?.owner).toMatchObject({ status: 'unknown', cause: 'denied' });
});

test('tags are read as pairs where they are, and the description stands among them unless a tag says otherwise', () => {
  const { identities } = joined([['azure.graph.applications', null, list(application('a', { tags: ['owner=a@b', 'team: shop', 'HideApp', '=x', 'url:https://x'], description: 'what it is for' }))]]);
  expect(identities[0]?.tags).toMatchObject({ value: { owner: 'a@b', team: 'shop', HideApp: '', '=x': '', url: 'https://x', description: 'what it is for' } });
});
