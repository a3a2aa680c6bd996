// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { azure } from '../../scanners/azure/index.ts';
import { followReferences } from '../../src/inventory/follow-reference.ts';
import { listReference } from '../../src/model/reference.ts';
import { scanTenant } from '../scanners/azure/support/scan.ts';

test('a reference to all pages of a list is followed to each of them and its call; one to more pages than there are is a problem', async () => {
  const { bundle, read } = await scanTenant({ pageSize: 5 });
  const key = { unit: read.unit.id, source: 'azure.graph.applications', parent: null };
  const whole = await followReferences(bundle, [listReference(key, 3)], [azure]);
  expect(whole.problems).toEqual([]);
  expect(whole.followed.map(({ line, call }) => [line, call.page, call.operation])).toEqual([1, 2, 3].map((page) => [page, page, 'ListApplications']));
  const ids = whole.followed.flatMap(({ found }) => (found as { readonly value: readonly { readonly id: string }[] }).value.map(({ id }) => id));
  expect(new Set(ids).size).toBe(13);
  expect((await followReferences(bundle, [listReference(key, 4)], [azure])).problems).toEqual([expect.stringContaining('has 3 of these pages')]);
  expect((await followReferences(bundle, [listReference({ ...key, parent: 'nobody' }, 2)], [azure])).problems).toEqual([expect.stringContaining('has no such page')]);
});
