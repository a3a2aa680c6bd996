// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_OWNERS, parseOwners } from '../../src/inventory/owners-file.ts';
import { matchesPattern } from '../../src/model/pattern.ts';
import { withOwner } from '../../src/inventory/owners.ts';
import { known, notApplicable, unknown } from '../../src/model/fact.ts';
import { pageReference } from '../../src/model/reference.ts';
import type { Identity } from '../../src/model/row.ts';

function identity(more: Partial<Identity> = {}): Identity {
  return {
    type: 'identity', key: 'aws:111122223333/AIDA1', id: 'AIDA1', idBasis: 'provider', kind: 'aws.user', unit: 'aws:111122223333', name: 'ci-deploy', address: 'arn:aws:iam::111122223333:user/ci-deploy', responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'keys and no password', refs: [] }, created: unknown('not_reported', ''), lastUsed: unknown('not_reported', ''), interactiveLogin: unknown('not_reported', ''), privilege: unknown('not_reported', ''),
    tags: known({ Team: 'platform', Purpose: 'deploys' }, []), owner: unknown('no_source', ''), purpose: unknown('no_source', ''), review: unknown('no_source', ''), credentialCounts: {}, self: false, refs: [], ...more,
  };
}

describe('an owner', () => {
  test('comes from a tag, whatever the case of its key, and says so', () => {
    expect(withOwner(identity(), NO_OWNERS, false).owner).toMatchObject({ status: 'known', value: { owner: 'platform', source: 'tag Team', confidence: 'tag' } });
  });
  test('comes from the file before a tag; the first entry that names one wins, and another may still give the purpose', () => {
    const file = parseOwners({ owners: [{ match: { name: 'ci-*' }, owner: 'one' }, { match: { id: 'AIDA1' }, owner: 'two', purpose: 'from the file' }] }, 'owners.yaml');
    const result = withOwner(identity(), file, true);
    expect(result.owner).toMatchObject({ status: 'known', value: { owner: 'one', confidence: 'pattern' }, input: 'inputs/owners.json#/owners/0' });
    expect(result.purpose).toMatchObject({ status: 'known', value: 'from the file', input: 'inputs/owners.json#/owners/1' });
  });
  test('is known to be none only where tags could be read', () => {
    expect(withOwner(identity({ tags: known({}, []) }), NO_OWNERS, false).owner).toMatchObject({ status: 'known', value: null });
    expect(withOwner(identity({ tags: unknown('denied', 'tags could not be read') }), NO_OWNERS, false).owner).toMatchObject({ status: 'unknown', cause: 'denied' });
  });
  test('a tag whose value was removed as a secret names nobody and is not taken for none', () => {
    expect(withOwner(identity({ tags: known({ purpose: '[redacted: github]' }, []) }), NO_OWNERS, false).purpose).toMatchObject({ status: 'unknown', cause: 'unrecognized' });
  });
  test('comes from the provider\'s own record before a tag, and after the file', () => {
    const recorded = known({ owner: 'dana@northwind-harbor.test', source: 'owners in Entra ID', confidence: 'exact' as const }, []);
    expect(withOwner(identity({ owner: recorded }), NO_OWNERS, false).owner).toEqual(recorded);
    const file = parseOwners({ owners: [{ match: { id: 'AIDA1' }, owner: 'one' }] }, 'owners.yaml');
    expect(withOwner(identity({ owner: recorded }), file, true).owner).toMatchObject({ value: { owner: 'one' } });
  });
  test('is none only where the provider\'s own record, if it has one, could be read', () => {
    const denied = unknown('denied', 'the owners could not be read');
    expect(withOwner(identity({ owner: denied, tags: known({}, []) }), NO_OWNERS, false).owner).toEqual(denied);
    expect(withOwner(identity({ owner: denied }), NO_OWNERS, false).owner).toMatchObject({ value: { owner: 'platform', confidence: 'tag' } });
    const page = pageReference({ unit: 'azure:t', source: 's', parent: 'a' }, 1);
    expect(withOwner(identity({ owner: known(null, [page]), tags: known({}, []) }), NO_OWNERS, false).owner).toMatchObject({ status: 'known', value: null, refs: [page], note: expect.stringContaining('own record') as string });
  });
  test('an empty tag names nobody', () => {
    expect(withOwner(identity({ tags: known({ owner: '  ' }, []) }), NO_OWNERS, false).owner).toMatchObject({ status: 'known', value: null });
  });
});

describe('a review and a class', () => {
  test('without an owners file nothing records a review, which is not the same as no review', () => {
    expect(withOwner(identity(), NO_OWNERS, false).review).toMatchObject({ status: 'unknown', cause: 'no_source' });
    expect(withOwner(identity(), NO_OWNERS, true).review).toMatchObject({ status: 'known', value: null });
  });
  test('the latest review counts, with its basis', () => {
    const file = parseOwners({ owners: [{ match: { name: '*' }, reviewed: { on: '2026-01-01', by: 'a' } }, { match: { id: 'AIDA1' }, reviewed: { on: '2026-06-01', by: 'b' } }] }, 'owners.yaml');
    expect(withOwner(identity(), file, true).review).toMatchObject({ value: { on: '2026-06-01T00:00:00.000Z', by: 'b', basis: 'typed only' } });
  });
  test('a declaration replaces the class and keeps what the rule said', () => {
    const file = parseOwners({ owners: [{ match: { id: 'AIDA1' }, class: 'human', declaredBy: 'jane@example.com' }] }, 'owners.yaml');
    const { classification } = withOwner(identity(), file, true);
    expect(classification).toMatchObject({ class: 'human', basis: 'declaration' });
    expect(classification.rule).toContain('by rule it is non-human: keys and no password');
  });
  test.each([
    [{ owners: [{ match: {}, owner: 'x' }] }, /at least one of/],
    [{ owners: [{ match: { name: 'x' }, class: 'human' }] }, /name who declares it/],
    [{ owners: [{ match: { name: 'x' }, reviewed: { on: '2026-02-30', by: 'x' } }] }, /a day such as/],
    [{ owners: [{ match: { name: 'x' }, ovner: 'x' }] }, /ovner/],
  ])('%j is refused with the place', (value, message) => {
    expect(() => parseOwners(value, 'owners.yaml')).toThrow(message);
    expect(() => parseOwners(value, 'owners.yaml')).toThrow(/owners\.yaml: owners\.0/);
  });
  test('a fact that does not apply is not an owner', () => {
    expect(withOwner(identity({ tags: notApplicable('roots have no tags') }), NO_OWNERS, false).owner).toMatchObject({ status: 'known', value: null });
  });
});

test('a pattern matches as its regular expression would, for every text', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '.', '\n');
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')), fc.array(fc.constantFrom('a', 'b', '.', '\n'), { maxLength: 8 }).map((parts) => parts.join('')), (glob, text) => {
    const expression = new RegExp(`^${[...glob].map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/[.\n]/, (d) => (d === '.' ? '\\.' : '\\n')))).join('')}$`);
    expect(matchesPattern(glob, text)).toBe(expression.test(text));
  }));
});
