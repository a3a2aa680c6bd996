// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../src/model/instant.ts';
import type { Unit } from '../../src/model/unit.ts';
import { changesBetween, type Change } from '../../src/period/changes.ts';
import type { RunFacts } from '../../src/period/run-facts.ts';
import { factsOf } from '../support/run-facts.ts';

const unit = (id: string, target = 'harbor'): Unit => ({ id, provider: 'aws', kind: 'account', nativeId: id, name: null, target, basis: 'own_login' });
const answer = (target: string, principal: string): RunFacts['run']['logins'][number] => ({ target, provider: 'aws', principal, operation: 'sts:GetCallerIdentity', endpoint: '', requestId: null, providerTime: null });
let made = 0;
/** A run in which targets answered as the principals that are named, or did not; each reads the unit of its name. */
function run(name: string, targets: { readonly [target: string]: string | null }, units: readonly Unit[] = Object.entries(targets).flatMap(([target, principal]) => (principal === null ? [] : [unit(`aws:${target}`, target)])), declared: readonly string[] = []): RunFacts {
  made += 1;
  const failed = Object.entries(targets).filter(([, principal]) => principal === null).map(([target]) => target);
  return factsOf({
    run: name, startedAt: `2026-07-${String(made).padStart(2, '0')}T05:00:00.000Z` as Instant,
    more: { logins: Object.entries(targets).flatMap(([target, principal]) => (principal === null ? [] : [answer(target, principal)])), failedLogins: failed.map((target) => ({ target, provider: 'aws', message: 'denied' })) },
    scope: { units: [...units], unreachable: failed.flatMap((target) => (declared.length === 0 ? [`aws:(unknown, behind ${target})`] : declared).map((id) => ({ unit: id, target, reason: 'denied' }))) },
  });
}
const told = (changes: readonly Change[]): readonly string[] => changes.map(({ kind, what, before, after, lastBefore, firstAfter }) => `${kind} ${what}: ${before} > ${after}, ${lastBefore}..${firstAfter}`);

describe('changes between runs', () => {
  test('are none where nothing changed, and none where a login failed and answered again as before', () => {
    expect(told(changesBetween([run('1', { a: 'P' }), run('2', { a: 'P' })]))).toEqual([]);
    expect(told(changesBetween([run('1', { a: 'P', b: 'Q' }), run('2', { a: null, b: 'Q' }), run('3', { a: null, b: 'Q' }), run('4', { a: 'P', b: 'Q' })]))).toEqual([]);
    expect(told(changesBetween([run('1', { a: 'P' }), run('2', { a: null }, [], ['aws:a']), run('3', { a: 'P' })]))).toEqual([]);
  });
  test('across runs in which a login failed are told from the last in which it answered', () => {
    expect(told(changesBetween([run('1', { a: 'P' }), run('2', { a: null }), run('3', { a: 'R' }, [unit('aws:other', 'a')])]))).toEqual([
      'scope aws:a: in scope > none, 1..3', 'scope aws:other: none > in scope, 1..3', 'scope login of the target a: P > R, 1..3',
    ]);
  });
  test('are told of a target that is named no more, or for the first time, and of nothing else', () => {
    expect(told(changesBetween([run('1', { a: 'P', b: 'Q' }), run('2', { b: 'Q' })]))).toEqual(['scope aws:a: in scope > none, 1..2', 'scope login of the target a: P > none, 1..2']);
    expect(told(changesBetween([run('1', { b: 'Q' }), run('2', { b: 'Q', a: null }), run('3', { b: 'Q', a: 'P' })]))).toEqual(['scope aws:a: none > in scope, 2..3', 'scope login of the target a: none > P, 2..3']);
  });
  test('are told of an exclusion, whoever logged in', () => {
    const excluded = run('2', { a: null });
    const changes = changesBetween([run('1', { a: 'P' }), { ...excluded, scope: { ...excluded.scope, excluded: [{ unit: 'aws:a', reason: 'sold', approver: 'Ines Duarte', expires: '2026-12-31' }] } }]);
    expect(told(changes)).toEqual(['scope aws:a: in scope > excluded: sold (approved by Ines Duarte, until 2026-12-31), 1..2']);
  });
  test('of tool, rules, thresholds, controls, inputs and depth are told by name', () => {
    const before = factsOf({ run: '1', startedAt: '2026-07-01T05:00:00.000Z' as Instant, inputs: [{ name: 'owners', origin: 'owners.yaml', sha256: 'a' }] });
    const after = factsOf({ run: '2', startedAt: '2026-07-08T05:00:00.000Z' as Instant, more: { tool: { name: 'rollcall', version: '2.0.0' }, derivationVersion: 2, depth: 'deep', redaction: { version: 1, enabled: false } }, inputs: [{ name: 'owners', origin: 'owners.yaml', sha256: 'b' }] });
    expect(told(changesBetween([before, after]))).toEqual([
      'tool version of the tool: rollcall 1.0.0 > rollcall 2.0.0, 1..2', 'rules version of the derivation: 1 > 2, 1..2', 'rules version of the redaction rules: 1 > 1, off, 1..2', 'depth depth of reading: standard > deep, 1..2', 'input the file owners: a > b, 1..2',
    ]);
  });
});
