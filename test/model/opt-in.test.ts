// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isReadAt } from '../../src/cli/depth.ts';
import { scopeFound } from '../../src/collect/scope-found.ts';
import { dueReads } from '../../src/model/due.ts';
import { instantOf } from '../../src/model/instant.ts';
import { ConnectError, defineSource, notOptedIn, optedIn, type AnySource, type Provider } from '../../src/model/source.ts';
import { UnitReads } from '../../src/model/unit-reads.ts';
import type { Unit } from '../../src/model/unit.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';

const source = (id: string, more: Partial<AnySource> = {}): AnySource => ({
  ...defineSource({
    id, title: id, unitKind: 'pier', lane: 'lane', operations: [], request: () => ({ service: 'port', operation: 'List', input: {} }), command: () => '', rows: () => [],
    page: { schema: z.object({}), count: () => 0, end: () => ({ last: true }) },
  }), ...more,
});
const plain = source('port.plain');
const cargo = source('port.cargo', { optIn: 'cargoValues' });
const below = source('port.crates', { optIn: 'cargoValues', parent: 'port.cargo' });
const sources = [plain, cargo, below];
const pier: Unit = { id: 'port:p1', provider: 'port', kind: 'pier', nativeId: 'p1', name: null, target: 'port', basis: 'declared' };
const opted: Unit = { ...pier, optedIn: ['cargoValues'] };

describe('a source that is read only where a scope opts in', () => {
  test.each([[{}, {}], [{ cargoValues: false }, {}], [{ cargoValues: 'true' }, {}], [{ others: true }, {}], [{ cargoValues: true }, { optedIn: ['cargoValues'] }]])('the scope %o makes a unit carry %o', (scope, carried) => {
    expect(optedIn({ sources }, scope)).toEqual(carried);
  });
  test('is not due elsewhere, with the reason, nor is what follows it; one without opt-in is', () => {
    const reads = new UnitReads(pier, 'deep');
    for (const one of [cargo, below]) expect(dueReads(one, reads)).toEqual([{ kind: 'skip', parent: null, reason: { skip: 'not_requested', reason: notOptedIn(one, pier) } }]);
    expect(notOptedIn(cargo, pier)).toContain('`cargoValues: true`');
    expect(dueReads(plain, reads)).toMatchObject([{ kind: 'read' }]);
    expect(dueReads(cargo, new UnitReads(opted, 'bulk'))).toMatchObject([{ kind: 'read' }]);
  });
  test('its depth counts too', () => {
    const deep = { ...cargo, depth: 'deep' as const };
    expect(dueReads(deep, new UnitReads(opted, 'standard'))).toMatchObject([{ kind: 'skip', reason: { reason: 'read only with depth deep' } }]);
    expect([isReadAt('deep', deep, opted), isReadAt('standard', deep, opted), isReadAt('deep', deep, pier), isReadAt('bulk', plain, pier)]).toEqual([true, false, false, true]);
  });
  test('units that a parent lists carry what the scope opts into', () => {
    const provider: Provider = {
      id: 'port', title: 'Port', sources, lanes: [], targetSchema: z.object({ auth: z.record(z.string(), z.json()), scope: z.record(z.string(), z.json()) }), connect: async () => { throw new ConnectError('none', 'none'); },
      join: () => { throw new Error('not joined'); }, permissions: () => [], blindSpots: [], classificationRules: [], responsibilityNote: '',
      parents: [{ unitKind: 'port', children: 'piers', sources: [], units: () => [], ended: () => ({ state: 'not_due' }), isDeclared: () => true, declares: () => [{ id: 'port:p2', nativeId: 'p2', kind: 'pier', name: null, closed: null }] }],
    };
    const { configuration } = parseConfiguration({ version: 1, targets: [{ name: 'port', provider: 'port', auth: {}, scope: {} }] }, 'test', [provider]);
    const found = scopeFound(configuration, true, instantOf(0), []);
    const parent = { unit: { ...pier, id: 'port:all', kind: 'port' }, provider, connection: { login: { principal: '', operation: '', endpoint: '', requestId: null, providerTime: null }, units: [], endpoint: () => '', send: async () => { throw new Error('not sent'); }, close: () => undefined }, target: { name: 'port', provider: 'port', auth: {}, scope: { cargoValues: true } } };
    const list = provider.parents?.[0];
    if (list === undefined) throw new Error('no list');
    expect(found.children(parent, list, { units: [{ id: 'port:p1', nativeId: 'p1', kind: 'pier', name: null, closed: null }], state: 'complete' }).map(({ unit }) => [unit.id, unit.optedIn])).toEqual([['port:p1', ['cargoValues']], ['port:p2', ['cargoValues']]]);
  });
});
