// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/all.ts';
import { met, notMet, type Check } from '../../src/checks/define.ts';
import { known, notApplicable } from '../../src/model/fact.ts';
import { byCodeUnit, type Json } from '../../src/model/json.ts';
import { ref } from '../support/rows.ts';
import { casesOf, type CaseFile } from './cases.ts';
import { contractProblems } from './contract.ts';

describe.each(CHECKS.map((check) => ({ id: check.id, check })))('$id', ({ id, check }) => {
  it('says what its cases expect, on both sides of each limit, and concludes nothing of what was not read', async () => {
    expect(contractProblems(check, await casesOf(id))).toEqual([]);
  });

  it('has a case for every result that its file can give', async () => {
    const { gives } = await casesOf(id);
    const source = await readFile(new URL(`../../src/checks/${id}.ts`, import.meta.url), 'utf8');
    expect(gives.includes('needs_review')).toBe(/needsReview|needs_review/.test(source));
    expect(gives.includes('not_applicable')).toBe(!/applies: \(\) => true/.test(source));
    expect(gives.includes('not_evaluated')).toBe(/cannotSay|judgeAge|judgeIdle/.test(source));
  });

  it('has cases that were denied and throttled, never used where it looks at use, and disabled where a credential can be', async () => {
    const text = JSON.stringify(await casesOf(id));
    for (const cause of ['denied', 'throttled']) expect(text).toContain(`{"unknown":"${cause}"}`);
    if ('lastUsed' in check.needs) expect(text).toContain('"none":true');
    if (check.subject === 'credential') expect(text).toContain('{"known":"inactive"}');
  });

  it('says in words why it matters, what to do and what it does not show', () => {
    for (const text of [check.title, check.rationale, check.remediation, check.limits, check.expected]) expect(text.length).toBeGreaterThan(15);
    for (const [, name = ''] of check.expected.matchAll(/\{(\w+)\}/g)) expect(Object.keys(check.parameters)).toContain(name);
  });
});

interface Mutant { readonly name: string; readonly concerns: (check: Check, file: CaseFile) => boolean; readonly of: (check: Check) => Check }
const always = (): boolean => true;
const counts = (check: Check): boolean => Object.values(check.parameters).some((parameter) => typeof parameter.default === 'number');

/** Mistakes that checks of this kind are known to make; the contract has to notice each, in every check that could make it. */
const MUTANTS: readonly Mutant[] = [
  { name: 'always met', concerns: always, of: (check) => ({ ...check, evaluate: () => met({}, 'fine') }) },
  { name: 'always not met', concerns: always, of: (check) => ({ ...check, evaluate: () => notMet({}, 'bad') }) },
  { name: 'never evaluates', concerns: always, of: (check) => ({ ...check, evaluate: () => ({ result: 'not_evaluated', observed: {}, reason: 'cannot say' }) }) },
  { name: 'takes what was not read for met', concerns: always, of: (check) => ({ ...check, needs: readAnyhow(check), evaluate: (facts, ...rest) => (Object.values(facts).includes(UNREAD) ? met({}, 'nothing found') : check.evaluate(facts, ...rest)) }) },
  { name: 'takes what was not read for not met', concerns: always, of: (check) => ({ ...check, needs: readAnyhow(check), evaluate: (facts, ...rest) => (Object.values(facts).includes(UNREAD) ? notMet({}, 'nothing found') : check.evaluate(facts, ...rest)) }) },
  {
    name: 'passes over what was not read', concerns: always,
    of: (check) => ({ ...check, needs: mapNeeds(check, (need) => (...args) => { const fact = need(...args); return fact.status === 'unknown' ? notApplicable('not read') : fact; }) }),
  },
  {
    name: 'takes a particular that is not there, or of another shape, for none', concerns: (_, { cases }) => cases.some(({ given }) => given.particulars !== undefined),
    of: (check) => ({ ...check, needs: mapNeeds(check, (need) => (...args) => { const fact = need(...args); return fact.status === 'unknown' && ['no_source', 'unrecognized'].includes(fact.cause) ? known([], [ref()]) : fact; }) }),
  },
  { name: 'one day late', concerns: counts, of: (check) => ({ ...check, evaluate: (facts, values, ...rest) => check.evaluate(facts, shifted(values, 1), ...rest) }) },
  { name: 'one day early', concerns: counts, of: (check) => ({ ...check, evaluate: (facts, values, ...rest) => check.evaluate(facts, shifted(values, -1), ...rest) }) },
  { name: 'applies to everything', concerns: (_, { gives }) => gives.includes('not_applicable'), of: (check) => ({ ...check, applies: () => true }) },
  { name: 'applies to nothing', concerns: always, of: (check) => ({ ...check, applies: () => 'not now' }) },
  { name: 'looks at no kind of row', concerns: always, of: (check) => ({ ...check, kinds: [] }) },
];
const UNREAD = Symbol('unread');

function mapNeeds(check: Check, change: (need: Check['needs'][string]) => Check['needs'][string]): Check['needs'] {
  return Object.fromEntries(Object.entries(check.needs).map(([name, need]) => [name, change(need)]));
}
function readAnyhow(check: Check): Check['needs'] {
  return mapNeeds(check, (need) => (...args) => { const fact = need(...args); return fact.status === 'unknown' ? known(UNREAD, [ref()]) : fact; });
}
function shifted(values: { readonly [name: string]: Json }, days: number): { readonly [name: string]: Json } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value + days : value]));
}

describe.each(MUTANTS)('a check that $name', ({ concerns, of }) => {
  it('is noticed in every check that could be so', async () => {
    const unnoticed: string[] = [];
    let tried = 0;
    for (const check of CHECKS) {
      const file = await casesOf(check.id);
      if (!concerns(check, file)) continue;
      tried += 1;
      if (contractProblems(of(check), file).length === 0) unnoticed.push(check.id);
    }
    expect(unnoticed).toEqual([]);
    expect(tried).toBeGreaterThan(4);
  });
});

describe('the list of checks', () => {
  it('is sorted by id, each once, and each has its case table and no other table is there', async () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted(byCodeUnit));
    expect((await readdir(new URL('../../fixtures/checks/', import.meta.url))).toSorted()).toEqual(ids.map((id) => `${id}.json`));
  });
});
