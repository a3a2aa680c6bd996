// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { scopeFound } from '../../src/collect/scope-found.ts';
import type { Reached } from '../../src/collect/log-in.ts';
import { instantOf } from '../../src/model/instant.ts';
import type { Connection } from '../../src/model/source.ts';
import { NO_CONFIGURATION } from '../../src/scope/configuration.ts';
import { harbor } from '../support/harbor/provider.ts';

const NOW = instantOf(Date.UTC(2026, 10, 22));
const connection: Connection = {
  login: { principal: 'p', operation: 'o', endpoint: 'e', requestId: null, providerTime: null }, units: [], endpoint: () => 'e', close: () => undefined,
  send: async () => await Promise.reject(new Error('nothing is sent here')),
};
const reached = (id: string): Reached => ({ unit: { id, provider: 'harbor', kind: 'tenant', nativeId: id, name: null, target: 't', basis: 'own_login' }, connection, provider: harbor, target: { name: 't', provider: 'harbor', auth: {}, scope: {} } });

test.each<[string, string, string | undefined, readonly string[]]>([
  ['a unit takes what lies within it along', 'azure:one', undefined, ['azure:one', 'azure:one/a', 'azure:one/a/b']],
  ['a part of a unit leaves the rest', 'azure:one/a', undefined, ['azure:one/a', 'azure:one/a/b']],
  ['a pattern does the same', 'azure:o?e', undefined, ['azure:one', 'azure:one/a', 'azure:one/a/b']],
  ['a name is no beginning of another', 'azure:on', undefined, []],
  ['one that has ended leaves nothing out', 'azure:one', '2026-11-01', []],
])('an exclusion of %s', (_name, unit, expires = '2027-03-31', left) => {
  const found = scopeFound({ ...NO_CONFIGURATION, exclude: [{ unit, reason: 'sandbox', approver: 'jane@example.com', expires }] }, true, NOW, []);
  const all = ['azure:one', 'azure:one/a', 'azure:one/a/b', 'azure:one-more', 'azure:two/a'];
  expect(all.filter((id) => !found.admit(reached(id)))).toEqual(left);
  const { units, excluded } = found.finish();
  expect(units.map(({ id }) => id).toSorted()).toEqual(all.filter((id) => !left.includes(id)).toSorted());
  // Each that is left out stands there by its own id, with who approved that.
  expect(excluded.filter(({ unit: id }) => all.includes(id))).toEqual(left.map((id) => ({ unit: id, reason: 'sandbox', approver: 'jane@example.com', expires })));
});
