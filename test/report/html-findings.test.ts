// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Following, totalOf } from '../../src/report/html/by-unit.ts';
import { findingList } from '../../src/report/html/finding-list.ts';
import { Findings, OTHER_REASONS, type Found } from '../../src/report/html/findings.ts';
import type { Subjects } from '../../src/report/html/subjects.ts';

function found(reason: string, more: Partial<Found> = {}): Found {
  return { tab: 'identities', check: 'some-check', result: 'not_met', subject: 'unit/subject', unit: 'aws:111122223333', reason, ref: 'page#/0', ...more };
}
function groupsOf(...reasons: readonly string[]): { readonly pattern: string; readonly words: string; readonly count: number }[] {
  const findings = new Findings();
  for (const reason of reasons) findings.add(found(reason));
  return findings.all().map((finding) => ({ pattern: finding.pattern, words: finding.words(), count: totalOf(finding.byUnit) }));
}

describe('the same finding', () => {
  test.each([
    ['one reason in each of its subjects', ['nothing names an owner', 'nothing names an owner'], [['nothing names an owner', 'nothing names an owner', 2]]],
    ['one reason but for its number, told with the least and the greatest', ['created 412 days ago', 'created 91 days ago', 'created 2090 days ago'], [['created * days ago', 'created 91 to 2090 days ago', 3]]],
    ['one number that is the same in all', ['last used 48 days ago', 'last used 48 days ago'], [['last used * days ago', 'last used 48 days ago', 2]]],
    ['two numbers, each with its own span', ['2 active, the youngest 60 days old', '3 active, the youngest 9 days old'], [['* active, the youngest * days old', '2 to 3 active, the youngest 9 to 60 days old', 2]]],
    ['one moment', ['it ends 2026-12-03T04:13:11.000Z', 'it ends 2026-11-30'], [['it ends *', 'it ends 2026-11-30 to 2026-12-03T04:13:11.000Z', 2]]],
    ['not: a bound and an exact number', ['created 91 days ago', 'created at least 91 days ago'], [['created * days ago', 'created 91 days ago', 1], ['created at least * days ago', 'created at least 91 days ago', 1]]],
    ['not: what is named, though it holds digits', ['trusts account 111122223333', 'trusts account 444455556666', 'owner recorded by inputs/owners.json#/owners/0', 'policy v1.2', 'role-7'], [['trusts account 111122223333', 'trusts account 111122223333', 1], ['trusts account 444455556666', 'trusts account 444455556666', 1], ['owner recorded by inputs/owners.json#/owners/0', 'owner recorded by inputs/owners.json#/owners/0', 1], ['policy v1.2', 'policy v1.2', 1], ['role-7', 'role-7', 1]]],
    ['not: a reason with stars of its own, whose numbers stay as they are', ['allows s3:* to 3', 'allows s3:* to 4'], [['allows s3:* to 3', 'allows s3:* to 3', 1], ['allows s3:* to 4', 'allows s3:* to 4', 1]]],
  ] as const)('%s', (_, reasons, expected) => {
    expect(groupsOf(...reasons).map(({ pattern, words, count }) => [pattern, words, count])).toEqual(expected);
  });

  test('is of one check and one result: another check or result with the same reason stands apart', () => {
    const findings = new Findings();
    findings.add(found('the same'));
    findings.add(found('the same', { check: 'other-check' }));
    findings.add(found('the same', { result: 'not_evaluated' }));
    expect(findings.all().map(({ check, result }) => `${check} ${result}`)).toEqual(['some-check not_met', 'other-check not_met', 'some-check not_evaluated']);
  });

  test('has its rows in one table: what is held against a unit has none and stands apart, and no link leads to it', () => {
    const findings = new Findings();
    for (const tab of ['identities', 'credentials', null] as const) findings.add(found('the list was denied', { tab, result: 'not_evaluated' }));
    expect(findings.all().map(({ tab }) => tab)).toEqual(['identities', 'credentials', null]);
    const nowhere: Pick<Subjects, 'nameOf' | 'rowOf'> = { nameOf: () => null, rowOf: () => null };
    const { markup } = findingList(findings.all(), 'a list', { subjects: nowhere as Subjects, following: new Following([]) });
    expect([...markup.matchAll(/href="#at=populations&amp;tab=(\w+)/g)].map(([, tab]) => tab)).toEqual(['identities', 'credentials']);
    expect(markup).toContain('of the unit itself, which has no row');
  });

  test('in nine hundred units is one line with its number, and keeps a row of further units only as far as it lists', () => {
    const findings = new Findings();
    for (let unit = 0; unit < 900; unit += 1) for (let row = 0; row < 2; row += 1) findings.add(found(`created ${100 + unit} days ago`, { unit: `aws:${unit}`, subject: `aws:${unit}/${row}` }));
    const [group, ...others] = findings.all();
    expect(others).toEqual([]);
    expect(group?.byUnit.size).toBe(900);
    expect(group === undefined ? 0 : totalOf(group.byUnit)).toBe(1800);
    expect(group?.rows.map(({ unit }) => unit)).toEqual([...Array.from({ length: 10 }, (_row, at) => `aws:${Math.floor(at / 2)}`), ...Array.from({ length: 20 }, (_row, at) => `aws:${at + 5}`)]);
    const nowhere: Pick<Subjects, 'nameOf' | 'rowOf'> = { nameOf: () => null, rowOf: () => null };
    const { markup } = findingList(findings.all(), 'a list', { subjects: nowhere as Subjects, following: new Following([]) });
    expect(markup.match(/<details/g)).toHaveLength(1);
    expect(markup).toContain('created 100 to 999 days ago');
    expect(markup).toMatch(/in 900 units: .*and 892 more/);
    expect(markup).toContain('30 of 1,800 are listed here');
  });

  test('where each subject has a reason of its own, those beyond the first hundred stand together and none is lost', () => {
    const findings = new Findings();
    for (let at = 0; at < 500; at += 1) findings.add(found(`the policy p${at}x cannot be read`));
    const groups = findings.all();
    expect(groups).toHaveLength(101);
    expect(groups.at(-1)?.words()).toBe(OTHER_REASONS);
    expect(groups.reduce((sum, { byUnit }) => sum + totalOf(byUnit), 0)).toBe(500);
  });
});
