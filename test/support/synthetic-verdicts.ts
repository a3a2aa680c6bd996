// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { ageInDays, wholeDays, type Instant } from '../../src/model/instant.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Credential, Identity, Trust } from '../../src/model/row.ts';
import type { FoldedVerdict, Result, SubjectType, Threshold, Verdict } from '../../src/model/verdict.ts';

const AGE_LIMIT: Threshold = { name: 'maxAgeDays', value: 90, origin: 'management', source: 'control ROT-1' };
const UNUSED_LIMIT: Threshold = { name: 'maxUnusedDays', value: 45, origin: 'tool', source: 'chosen by this tool; not management\'s threshold' };
const TOKEN_LIMIT: Threshold = { ...UNUSED_LIMIT, value: 90 };

/** Verdicts of some checks over synthetic rows: every result occurs. Ordered by check, then subject. */
export function verdictsOf(identities: readonly Identity[], credentials: readonly Credential[], trusts: readonly Trust[], asOf: Instant): { verdicts: Verdict[]; folded: FoldedVerdict[] } {
  const verdicts: Verdict[] = [];
  const aside = new Map<string, { check: string; type: SubjectType; unit: string; reason: string; subjects: string[] }>();
  const put = (check: string, type: SubjectType, row: Identity | Credential | Trust, result: Result, reason: string, thresholds: readonly Threshold[], fact?: Fact<unknown>): void => {
    if (result === 'not_applicable') {
      const entry = aside.get(`${check} ${row.unit} ${reason}`) ?? { check, type, unit: row.unit, reason, subjects: [] };
      entry.subjects.push(row.key);
      aside.set(`${check} ${row.unit} ${reason}`, entry);
      return;
    }
    verdicts.push({
      type: 'verdict', check, checkVersion: 1, subjectType: type, subject: row.key, subjectKind: row.kind, unit: row.unit, result, severity: check.endsWith('age') ? 'high' : 'medium', observed: {}, expected: 'as the control says',
      thresholds: [...thresholds], reason, refs: [...row.refs], inputs: [], calls: fact?.status === 'unknown' ? [...fact.calls] : [],
    });
  };
  for (const key of credentials.filter(({ kind }) => kind === 'aws.access-key')) {
    put('aws-access-key-age', 'credential', key, ...age(key, asOf), [AGE_LIMIT], key.created);
    put('aws-access-key-unused', 'credential', key, ...unused(key, asOf, 45), [UNUSED_LIMIT], key.lastUsed);
  }
  for (const token of credentials.filter(({ kind }) => kind === 'kubernetes.service-account-token')) put('k8s-legacy-token-unused', 'credential', token, ...unused(token, asOf, 90), [TOKEN_LIMIT], token.lastUsed);
  for (const identity of identities) {
    const { owner } = identity;
    const result: Result = identity.classification.class === 'human' || identity.responsibility === 'provider' ? 'not_applicable' : owner.status !== 'known' ? 'not_evaluated' : owner.value === null ? 'not_met' : 'met';
    put('nhi-owner-missing', 'identity', identity, result, result === 'not_applicable' ? 'a human identity, or the provider\'s responsibility' : result === 'not_evaluated' ? 'owner is unknown: no_source' : result === 'met' ? 'an owner is recorded' : 'nothing names an owner', [], owner);
    if (identity.kind === 'aws.root') put('aws-root-access-key', 'identity', identity, 'not_occurring', 'no key of root occurs in this scan', []);
  }
  for (const trust of trusts) put('aws-role-trust-wildcard', 'trust', trust, trust.principalKind === 'anyone' ? 'not_met' : trust.external.status === 'unknown' ? 'needs_review' : 'met', `trusts ${trust.principalKind}`, []);
  verdicts.sort((a, b) => byCodeUnit(a.check, b.check) || byCodeUnit(a.subject, b.subject));
  const folded = [...aside].sort(([a], [b]) => byCodeUnit(a, b)).map(([, entry]): FoldedVerdict => ({
    type: 'not_applicable', check: entry.check, checkVersion: 1, subjectType: entry.type, unit: entry.unit, reason: entry.reason, count: entry.subjects.length, subjectsSha256: createHash('sha256').update(entry.subjects.sort(byCodeUnit).map((subject) => `${subject}\n`).join('')).digest('hex'),
  }));
  return { verdicts, folded };
}

function age(key: Credential, asOf: Instant): [Result, string] {
  if (key.status.status === 'known' && key.status.value !== 'active') return ['not_applicable', `key is ${key.status.value}`];
  if (key.status.status !== 'known') return ['not_evaluated', 'status is unknown: denied'];
  if (key.created.status !== 'known') return ['not_evaluated', 'created is unknown: denied'];
  const { least, most } = ageInDays(key.created.value, asOf);
  if (least > 90) return ['not_met', `created ${least} days ago`];
  if (most === null || most > 90) return ['not_evaluated', 'the age is known only as a lower bound, which is within the limit'];
  return ['met', `created ${most} days ago`];
}

function unused(key: Credential, asOf: Instant, limit: number): [Result, string] {
  const { status, lastUsed, created } = key;
  if (status.status === 'known' && status.value !== 'active') return ['not_applicable', `key is ${status.value}`];
  if (status.status !== 'known' || lastUsed.status !== 'known' || created.status !== 'known') return ['not_evaluated', 'status, last use or creation is unknown'];
  if ('at' in lastUsed.value) return idle(wholeDays(lastUsed.value.at, asOf), limit);
  const { least, most } = ageInDays(created.value, asOf);
  return least <= limit && (most === null || most > limit) ? ['not_evaluated', 'never used, and the age is known only as a lower bound'] : idle(least, limit);
}

function idle(days: number, limit: number): [Result, string] {
  return [days > limit ? 'not_met' : 'met', `no use for ${days} days`];
}
