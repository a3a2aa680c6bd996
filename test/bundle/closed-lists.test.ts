// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { gatherClosedLists, listingOf, listingsByUnit, notClosed } from '../../src/bundle/closed-lists.ts';

function gathered(): ReturnType<ReturnType<typeof gatherClosedLists>['finish']> {
  const lists = gatherClosedLists();
  lists.add('aws:1', [['aws.user', null], ['aws.role', 'denied: ListRoles']]);
  lists.add('aws:2', [['aws.role', 'denied: ListRoles'], ['aws.user', null]]);
  lists.add('aws:3', [['aws.user', null], ['aws.role', null]]);
  return lists.finish();
}

test('units that are alike share a pattern, in whatever order their kinds come; one that differs has its own', () => {
  const { patterns, units } = gathered();
  expect(patterns).toHaveLength(2);
  expect(units['aws:1']).toBe(units['aws:2']);
  expect(units['aws:3']).not.toBe(units['aws:1']);
});

test('a list is closed, or says why not; of a kind or a unit that nothing is said of, nothing is known', () => {
  const lists = gathered();
  expect(listingOf(lists, 'aws:2', 'aws.user')).toEqual({ closed: true, why: '' });
  expect(listingOf(lists, 'aws:2', 'aws.role')).toEqual({ closed: false, why: 'denied: ListRoles' });
  expect(listingOf(lists, 'aws:2', 'aws.group')).toBeUndefined();
  expect(listingOf(lists, 'aws:4', 'aws.user')).toBeUndefined();
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect(listingOf(lists, name, 'aws.user')).toBeUndefined();
    expect(listingOf(lists, 'aws:1', name)).toBeUndefined();
  }
  expect(listingsByUnit(lists).get('aws:3')?.get('aws.role')).toEqual({ closed: true, why: '' });
  expect(notClosed(lists)).toEqual(['aws:1', 'aws:2'].map((unit) => ({ unit, kind: 'aws.role', why: 'denied: ListRoles' })));
});
