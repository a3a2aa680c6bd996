// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Credential, Identity } from '../../src/model/row.ts';
import type { Severity, Verdict } from '../../src/model/verdict.ts';
import { todoSheets, type TodoSheet } from '../../src/period/todo.ts';
import { markdownText, todoMarkdown } from '../../src/period/todo-text.ts';
import { credential, identity, read, ROWS_AS_OF, ROWS_UNIT } from '../support/rows.ts';

const owned = (owner: string | null): Partial<Identity> => ({ owner: read(owner === null ? null : { owner, source: 'owners', confidence: 'exact' }) });
const bot = (id: string, owner: string | null, more: Partial<Identity> = {}): Identity => identity({ id, name: id, ...owned(owner), ...more });
const keyOf = (id: string, holder: string, more: Partial<Credential> = {}): Credential => credential({ id, identity: `${ROWS_UNIT}/${holder}`, ...more });
function verdict(check: string, subject: { readonly type: 'identity' | 'credential'; readonly key: string; readonly kind: string }, severity: Severity = 'medium', result: Verdict['result'] = 'not_met'): Verdict {
  return { type: 'verdict', check, checkVersion: 1, subjectType: subject.type, subject: subject.key, subjectKind: subject.kind, unit: ROWS_UNIT, result, severity, observed: {}, expected: 'as expected', thresholds: [], reason: `${check} was not met`, refs: [], inputs: [], calls: [] };
}
function sheets(rows: { readonly identities?: readonly Identity[]; readonly credentials?: readonly Credential[] }, verdicts: readonly Verdict[], accepted: (verdict: Verdict) => boolean = () => false): readonly TodoSheet[] {
  const checks = new Map([...new Set(verdicts.map(({ check }) => check))].map((id) => [id, { id, title: `title of ${id}`, remediation: `mend ${id}` }]));
  return todoSheets({ verdicts, identities: new Map((rows.identities ?? []).map((row) => [row.key, row])), credentials: new Map((rows.credentials ?? []).map((row) => [row.key, row])), trusts: new Map(), checks, accepted, asOf: ROWS_AS_OF });
}
const brief = (sheet: TodoSheet | undefined): readonly string[] => (sheet?.actions ?? []).map(({ title, rows }) => `${rows.length} ${title}`);

describe('what to do next', () => {
  test('removing an unused key settles all that is not met on it; a replacement is another act', () => {
    const [a, k1, k2] = [bot('A', 'Bo Lind'), keyOf('K1', 'A'), keyOf('K2', 'A')];
    const [sheet] = sheets({ identities: [a], credentials: [k1, k2] }, [verdict('aws-access-key-unused', k1), verdict('aws-access-key-age', k1), verdict('aws-access-key-age', k2)]);
    expect(brief(sheet)).toEqual(['2 Remove what is not used: access key of A', '1 title of aws-access-key-age: access key of A']);
  });

  test('one sheet an owner, those without one last; what a list of owners mends is one act for all', () => {
    const rows = [bot('A', 'Zoe Marsh'), bot('B', null), bot('C', null), bot('D', 'Bo Lind')];
    const all = sheets({ identities: rows }, [...rows.map((row) => verdict('nhi-purpose-missing', row)), verdict('nhi-owner-missing', rows[1] ?? bot('B', null)), verdict('nhi-owner-missing', rows[2] ?? bot('C', null), 'high')]);
    expect(all.map(({ owner }) => owner)).toEqual(['Bo Lind', 'Zoe Marsh', null]);
    expect(brief(all.at(-1))).toEqual(['2 Name an owner', '2 Record a purpose']);
  });

  test('at most five, the one that settles most first, then the most severe; the rest is counted', () => {
    const rows = Array.from({ length: 7 }, (_, at) => bot(`R${at}`, 'Bo Lind'));
    const verdicts = rows.flatMap((row, at) => [verdict('aws-nhi-admin-policy', row, at === 6 ? 'critical' : 'low')]);
    const [sheet] = sheets({ identities: rows }, [...verdicts, verdict('nhi-purpose-missing', rows[0] ?? bot('R0', null)), verdict('nhi-purpose-missing', rows[1] ?? bot('R1', null))]);
    expect(brief(sheet)).toEqual(['2 Record a purpose', '1 title of aws-nhi-admin-policy: R6', '1 title of aws-nhi-admin-policy: R0', '1 title of aws-nhi-admin-policy: R1', '1 title of aws-nhi-admin-policy: R2']);
    expect(sheet?.more).toEqual({ actions: 3, rows: 3 });
  });

  test('what the provider made, and what was never used and is disabled, is one line; what is accepted is counted; what is met is not there', () => {
    const [made, a] = [bot('P', 'Bo Lind', { responsibility: 'provider' }), bot('A', 'Bo Lind')];
    const off = keyOf('K1', 'A', { status: read('inactive'), lastUsed: read({ none: true, since: null }) });
    const [sheet] = sheets({ identities: [made, a], credentials: [off] }, [verdict('aws-nhi-admin-policy', made), verdict('aws-access-key-age', off), verdict('nhi-purpose-missing', a), verdict('nhi-owner-missing', a, 'low', 'met')], ({ check }) => check === 'nhi-purpose-missing');
    expect(sheet).toMatchObject({ actions: [], folded: { providerMade: 1, neverUsedAndDisabled: 1 }, accepted: 1 });
  });

  test('an inactive key that was used, and one whose status is not known, are not folded', () => {
    const a = bot('A', 'Bo Lind');
    const [used, unknown] = [keyOf('K1', 'A', { status: read('inactive') }), keyOf('K2', 'A', { status: { status: 'unknown', cause: 'denied', detail: 'x', calls: [] }, lastUsed: read({ none: true, since: null }) })];
    expect(brief(sheets({ identities: [a], credentials: [used, unknown] }, [verdict('aws-access-key-age', used), verdict('aws-access-key-age', unknown)])[0])).toEqual(['2 title of aws-access-key-age: access key of A']);
  });

  test('the order of what is read changes nothing', () => {
    const rows = Array.from({ length: 6 }, (_, at) => bot(`R${at}`, at % 2 === 0 ? 'Bo Lind' : null));
    const verdicts = rows.flatMap((row) => [verdict('nhi-purpose-missing', row), verdict('aws-nhi-admin-policy', row)]);
    expect(sheets({ identities: rows.toReversed() }, verdicts.toReversed())).toEqual(sheets({ identities: rows }, verdicts));
  });
});

test('in a sheet of Markdown no name is markup, a link or a heading', () => {
  const evil = '[x](http://attacker.invalid) <img src=x> # **b** `c`\n# heading \u202e';
  const row = bot('A', evil, { id: 'A' });
  const [sheet] = sheets({ identities: [{ ...row, name: evil }] }, [verdict('aws-nhi-admin-policy', row)]);
  if (sheet === undefined) throw new Error('a sheet');
  const text = todoMarkdown(sheet, { run: 'r', asOf: ROWS_AS_OF }, () => null);
  expect(text).not.toMatch(/(?<!\\)[[\]<>`]/);
  expect(text.match(/^#+ /gm)).toEqual(['# ', '## ']);
  expect(text).not.toContain('\u202e');
  expect(markdownText('plain words')).toBe('plain words');
});
