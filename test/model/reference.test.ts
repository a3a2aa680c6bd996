// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listRefs, unknownOf } from '../../src/model/read-facts.ts';
import { callId, listReference, pageReference, parsePageReference, unitFolder } from '../../src/model/reference.ts';
import { UnitReads } from '../../src/model/unit-reads.ts';
import type { Unit } from '../../src/model/unit.ts';

const UNIT: Unit = { id: 'azure:tenant', provider: 'azure', kind: 'tenant', nativeId: 'tenant', name: null, target: 'test', basis: 'declared' };
const key = fc.record({ unit: fc.string({ minLength: 1 }).map((id) => `azure:${id}`), source: fc.stringMatching(/^[a-z.-]{1,20}$/), parent: fc.option(fc.string()) });

test('a reference to a place in a page, or to all pages of a list, is read back as what it names', () => {
  fc.assert(fc.property(key, fc.integer({ min: 1, max: 100_000 }), fc.array(fc.oneof(fc.string(), fc.nat())), (read, page, pointer) => {
    expect(parsePageReference(pageReference(read, page, pointer))).toEqual({ unitFolder: unitFolder(read.unit), source: read.source, parent: read.parent, page, last: page, pointer: pointer.map(String) });
    expect(parsePageReference(listReference(read, page))).toEqual({ unitFolder: unitFolder(read.unit), source: read.source, parent: read.parent, page: 1, last: page, pointer: [] });
  }));
});

test.each(['azure-t/s/-/3-2#', 'azure-t/s/-/1-2#/value/0', 'azure-t/s/-/1-#', 'azure-t/s/-/-2#', 'azure-t/s/-/1-2'])('%s is none', (text) => {
  expect(parsePageReference(text)).toBeNull();
});

test('what stands on a whole list has one reference however long the list is; what its failure leaves unknown cites the tries of the last page', () => {
  const [short, long] = [1, 5_000].map((pages) => {
    const reads = new UnitReads(UNIT, 'standard');
    reads.read('s', null, { state: 'complete', pages, calls: [] }, []);
    return listRefs(reads, 's');
  });
  expect(short).toEqual(['azure-tenant/s/-/1#']);
  expect(long).toEqual(['azure-tenant/s/-/1-5000#']);
  const reads = new UnitReads(UNIT, 'standard');
  const calls = [[1, 1], [2, 1], [2, 2], [2, 3]].map(([page = 0, attempt = 0]) => callId({ unit: UNIT.id, source: 's', parent: null }, page, attempt));
  reads.read('s', null, { state: 'failed', outcome: 'throttled', errorCode: null, operation: 'List', calls }, []);
  expect(unknownOf(reads, 's').calls).toEqual(calls.slice(1));
});
