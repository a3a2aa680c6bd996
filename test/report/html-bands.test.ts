// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { known, notApplicable, unknown } from '../../src/model/fact.ts';
import { exactly, noLaterThan, plusDays, type Instant } from '../../src/model/instant.ts';
import { pageReference } from '../../src/model/reference.ts';
import { BandTally, type Band, type Mark } from '../../src/report/html/bands.ts';
import { totalOf } from '../../src/report/html/by-unit.ts';
import type { CredentialRead } from '../../src/report/html/words.ts';

const AS_OF = '2026-11-22T09:30:00.000Z' as Instant;
const REFS = [pageReference({ unit: 'aws:1', source: 'some.source', parent: null }, 1, [0])];
const ago = (days: number): Instant => plusDays(AS_OF, -days);
const DENIED = unknown('denied', 'the list was denied');

function credential(created: CredentialRead['created'], lastUsed: CredentialRead['lastUsed'] = DENIED): CredentialRead {
  return { type: 'credential', key: 'k', id: 'k', idBasis: 'provider', kind: 'some.key', unit: 'aws:1', identity: null, name: null, responsibility: 'entity', status: known('active', REFS), created, expires: known({ never: true }, REFS), lastUsed, audience: null, refs: REFS };
}
function mark(days: number): Mark {
  return { days, check: 'some-check', threshold: { name: 'maxAgeDays', value: days, origin: 'tool', source: 'chosen' } };
}
function only(bands: readonly Band[]): string[] {
  return bands.filter(({ byUnit }) => totalOf(byUnit) > 0).map(({ sort, label, byUnit }) => `${sort}: ${label} ${totalOf(byUnit)}`);
}
function ageOf(created: CredentialRead['created'], marks: readonly Mark[] = []): string[] {
  const tally = new BandTally(AS_OF);
  tally.add(credential(created));
  return only(tally.byAge(marks));
}
function useOf(lastUsed: CredentialRead['lastUsed'], created: CredentialRead['created'] = known(exactly(ago(100)), REFS)): string[] {
  const tally = new BandTally(AS_OF);
  tally.add(credential(created, lastUsed));
  return only(tally.byUse([]));
}

describe('a credential stands in one band', () => {
  test.each([
    ['made now', known(exactly(AS_OF), REFS), 'known: up to 30 days 1'],
    ['at the last day of a band', known(exactly(ago(30)), REFS), 'known: up to 30 days 1'],
    ['one day past it', known(exactly(ago(31)), REFS), 'known: 31 to 90 days 1'],
    ['older than every band', known(exactly(ago(4000)), REFS), 'known: over 730 days 1'],
    ['known only from below, never in a band of known days', known(noLaterThan(ago(40)), REFS), 'bound: at least 31 days 1'],
    ['known only from below, beyond the last band too', known(noLaterThan(ago(4000)), REFS), 'bound: at least 731 days 1'],
    ['with two bounds within one band', known({ from: ago(60), to: ago(40) }, REFS), 'known: 31 to 90 days 1'],
    ['with two bounds in two bands', known({ from: ago(100), to: ago(40) }, REFS), 'bound: bounds span bands 1'],
    ['unknown, with its cause', DENIED, 'open: unknown: denied 1'],
    ['of which no age is asked', notApplicable('no age'), 'apart: not applicable 1'],
  ] as const)('by age: %s', (_, created, expected) => {
    expect(ageOf(created)).toEqual([expected]);
  });

  test.each<[string, CredentialRead['lastUsed'], string]>([
    ['used', known({ at: ago(46) }, REFS), 'known: 31 to 90 days 1'],
    ['never used: the record covers its whole life', known({ none: true, since: ago(200) }, REFS), 'none: never used 1'],
    ['never used, tracked from the moment it was made', known({ none: true, since: ago(100) }, REFS), 'none: never used 1'],
    ['without use since tracking began, which was after it was made', known({ none: true, since: ago(50) }, REFS), 'none: none while tracked 1'],
    ['without use in a record that has no date', known({ none: true, since: null }, REFS), 'none: none, record not dated 1'],
    ['unknown', unknown('throttled', 'asked too often'), 'open: unknown: throttled 1'],
  ])('by last use: %s', (_, lastUsed, expected) => {
    expect(useOf(lastUsed)).toEqual([expected]);
  });

  test('no use and an unknown or unbounded creation is not "never used"', () => {
    expect(useOf(known({ none: true, since: ago(200) }, REFS), DENIED)).toEqual(['none: none while tracked 1']);
    expect(useOf(known({ none: true, since: ago(200) }, REFS), known(noLaterThan(ago(10)), REFS))).toEqual(['none: none while tracked 1']);
  });
});

test('a threshold in force divides the bands, so that each lies wholly within or beyond it', () => {
  const tally = new BandTally(AS_OF);
  for (const days of [45, 46]) tally.add(credential(known(exactly(ago(days)), REFS)));
  expect(only(tally.byAge([]))).toEqual(['known: 31 to 90 days 2']);
  expect(only(tally.byAge([mark(45)]))).toEqual(['known: 31 to 45 days 1', 'known: 46 to 90 days 1']);
});

test('that nothing is unknown is said, and so is that nothing was never used', () => {
  const tally = new BandTally(AS_OF);
  tally.add(credential(known(exactly(ago(1)), REFS), known({ at: ago(1) }, REFS)));
  expect(tally.byAge([]).filter(({ sort }) => sort === 'open')).toMatchObject([{ label: 'unknown' }]);
  expect(tally.byUse([]).map(({ label }) => label)).toEqual(expect.arrayContaining(['never used', 'none while tracked', 'none, record not dated', 'unknown']));
});
