// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { unknown, type Fact, type Unknown } from '../model/fact.ts';
import type { Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import type { CallId, PageReference } from '../model/reference.ts';
import type { Credential, Identity, Trust } from '../model/row.ts';
import type { UnitInventory } from '../model/source.ts';
import type { FoldedVerdict, Verdict } from '../model/verdict.ts';
import type { Check, Evaluation, ParametersInForce, Surroundings } from './define.ts';

type Subject = Identity | Credential | Trust;

/** Parameters in force with the sentence that they make, and the facts that the check needs, in order. */
interface Prepared extends ParametersInForce { readonly expected: string; readonly needs: readonly (readonly [name: string, need: Check['needs'][string]])[] }

/** What a unit's inventory looks like to checks: rows by kind, and around each the identity and its credentials. */
interface Index {
  readonly unit: string;
  readonly inventory: UnitInventory;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly credentialsOf: ReadonlyMap<string, readonly Credential[]>;
}

/** What one check says of one unit, in the order of its subjects. */
export interface CheckOutcome { readonly verdicts: readonly Verdict[]; readonly folded: readonly FoldedVerdict[] }

/**
 * Holds every check against every subject of one unit, one check after another in the order of their ids, so that the verdicts of one alone stand in memory. Pure. Unknown facts end as `not_evaluated` with their cause and calls; kinds
 * that were not listed completely give such a verdict for what may be missing; `not_applicable` is folded by reason.
 * Throws where a check concludes `met` or `not_met` without a page or input behind it: a status without evidence is a fault.
 */
export function* runChecks(checks: readonly Check[], unit: string, inventory: UnitInventory, parameters: ReadonlyMap<string, ParametersInForce>, asOf: Instant): Generator<CheckOutcome, void> {
  const credentialsOf = new Map<string, Credential[]>();
  for (const credential of inventory.credentials) {
    if (credential.identity === null) continue;
    const list = credentialsOf.get(credential.identity);
    if (list === undefined) credentialsOf.set(credential.identity, [credential]);
    else list.push(credential);
  }
  const index: Index = { unit, inventory, identities: new Map(inventory.identities.map((identity) => [identity.key, identity])), credentialsOf };
  for (const check of checks.toSorted((a, b) => byCodeUnit(a.id, b.id))) {
    const inForce = parameters.get(check.id);
    if (inForce === undefined) throw new Error(`check ${check.id} has no parameters in force; parametersInForce covers every check`);
    yield runCheck(check, index, { ...inForce, expected: expectedText(check, inForce), needs: Object.entries(check.needs) }, asOf);
  }
}

function runCheck(check: Check, index: Index, inForce: Prepared, asOf: Instant): CheckOutcome {
  const verdicts: Verdict[] = [];
  const folded: FoldedVerdict[] = [];
  const subjects = subjectsOf(check, index);
  const passedOver = new Map<string, string[]>();
  for (const subject of subjects) {
    const around = surroundings(subject, index);
    const outcome = judge(check, subject, around, inForce, asOf);
    if (outcome.kind === 'not_applicable') {
      const list = passedOver.get(outcome.reason);
      if (list === undefined) passedOver.set(outcome.reason, [subject.key]);
      else list.push(subject.key);
    } else verdicts.push(outcome.verdict);
  }
  for (const [reason, keys] of [...passedOver].toSorted(([a], [b]) => byCodeUnit(a, b))) {
    folded.push({ type: 'not_applicable', check: check.id, checkVersion: check.version, subjectType: check.subject, unit: index.unit, reason, count: keys.length, subjectsSha256: createHash('sha256').update(keys.toSorted(byCodeUnit).join('\n')).digest('hex') });
  }
  if (check.subject === 'credential') for (const verdict of unlistedCredentials(check, index, inForce)) verdicts.push(verdict);
  verdicts.push(...unlistedKinds(check, index, inForce, subjects));
  // A subject may stand twice, for two kinds that were not listed; the kind settles their order.
  verdicts.sort((a, b) => byCodeUnit(a.unit, b.unit) || byCodeUnit(a.subject, b.subject) || byCodeUnit(unlistedKind(a), unlistedKind(b)));
  return { verdicts, folded };
}

function unlistedKind({ observed }: Verdict): string {
  const kind = observed['unknown'];
  return typeof kind === 'string' ? kind : '';
}

function subjectsOf(check: Check, { inventory }: Index): readonly Subject[] {
  const rows: readonly Subject[] = check.subject === 'identity' ? inventory.identities : check.subject === 'credential' ? inventory.credentials : inventory.trusts;
  return check.kinds.includes('*') ? rows : rows.filter(({ kind }) => check.kinds.includes(kind));
}

function surroundings(subject: Subject, index: Index): Surroundings {
  const key = subject.type === 'identity' ? subject.key : subject.identity;
  if (key === null) return { identity: null, credentials: [] };
  return { identity: index.identities.get(key) ?? null, credentials: index.credentialsOf.get(key) ?? [] };
}

type Outcome = { readonly kind: 'verdict'; readonly verdict: Verdict } | { readonly kind: 'not_applicable'; readonly reason: string };

function judge(check: Check, subject: Subject, around: Surroundings, inForce: Prepared, asOf: Instant): Outcome {
  const applies = check.applies(subject, around);
  if (applies !== true) return { kind: 'not_applicable', reason: applies };
  const values: { [name: string]: unknown } = {};
  const refs: PageReference[] = [...subject.refs];
  const inputs: string[] = [];
  let missingFact: { readonly name: string; readonly fact: Unknown } | null = null;
  for (const [name, need] of inForce.needs) {
    const fact: Fact<unknown> = need(subject, around);
    if (fact.status === 'not_applicable') return { kind: 'not_applicable', reason: fact.reason };
    if (fact.status === 'unknown') {
      missingFact ??= { name, fact };
      continue;
    }
    if (fact.refs.length === 0 && fact.input === undefined) throw new Error(`check ${check.id}: the fact ${name} of ${subject.key} is known with no page and no input behind it`);
    for (const ref of fact.refs) refs.push(ref);
    if (fact.input !== undefined) inputs.push(fact.input);
    values[name] = fact.value;
  }
  if (missingFact !== null) {
    const { name, fact } = missingFact;
    return { kind: 'verdict', verdict: verdictOf(check, subject, inForce, { result: 'not_evaluated', observed: { unknown: name, cause: fact.cause }, reason: fact.detail }, refs, inputs, fact.calls) };
  }
  const evaluation = check.evaluate(values, inForce.values, asOf, subject);
  if (evaluation.result === 'not_applicable') return { kind: 'not_applicable', reason: evaluation.reason };
  if (evaluation.result !== 'not_evaluated' && refs.length === 0 && inputs.length === 0) throw new Error(`check ${check.id} says ${evaluation.result} of ${subject.key} with no page and no input behind it`);
  return { kind: 'verdict', verdict: verdictOf(check, subject, inForce, evaluation, refs, inputs, []) };
}

function verdictOf(check: Check, subject: Subject, inForce: Prepared, evaluation: Exclude<Evaluation, { result: 'not_applicable' }>, refs: readonly PageReference[], inputs: readonly string[], calls: readonly CallId[]): Verdict {
  return {
    type: 'verdict', check: check.id, checkVersion: check.version, subjectType: check.subject, subject: subject.key, subjectKind: subject.kind, unit: subject.unit,
    result: evaluation.result, severity: check.severity, observed: evaluation.observed, expected: inForce.expected, thresholds: [...inForce.thresholds], reason: evaluation.reason,
    refs: sorted(refs), inputs: sorted(inputs), calls: sorted(calls),
  };
}

/** The expectation with the numbers in force. */
export function expectedText(check: Check, { values }: ParametersInForce): string {
  return check.expected.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  });
}

/** Identities whose credentials of the check's kind were not listed to the end: what they hold beyond what was seen is unknown. */
function unlistedCredentials(check: Check, { inventory }: Index, inForce: Prepared): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const identity of inventory.identities) {
    for (const kind of check.kinds) {
      const count = identity.credentialCounts[kind];
      if (count?.status === 'unknown') verdicts.push({ ...missing(check, identity.unit, inForce, kind, count), subjectType: 'identity', subject: identity.key, subjectKind: identity.kind, refs: sorted(identity.refs) });
    }
  }
  return verdicts;
}

/** A kind that was not listed completely in the unit, or that does not occur there although it was. */
function unlistedKinds(check: Check, index: Index, inForce: Prepared, subjects: readonly Subject[]): Verdict[] {
  const { populations, identityKinds } = index.inventory;
  // A kind of another provider does not concern this unit at all.
  const ours = `${index.unit.split(':')[0] ?? ''}.`;
  const kinds = check.kinds.includes('*') ? identityKinds : check.kinds.filter((kind) => populations[kind] !== undefined || kind.startsWith(ours));
  const verdicts: Verdict[] = [];
  const refs: PageReference[] = [];
  for (const kind of kinds) {
    const population = populations[kind] ?? unknown('no_source', `nothing in this scan lists ${kind}`);
    if (population.status === 'unknown') verdicts.push(missing(check, index.unit, inForce, kind, population));
    if (population.status !== 'known') continue;
    const rows = subjects.filter((subject) => subject.kind === kind).length;
    if (rows === population.value) refs.push(...population.refs);
    else verdicts.push({ ...missing(check, index.unit, inForce, kind, unknown('conflict', `${population.value} were counted and ${rows} were listed: ${kind}`)), refs: sorted(population.refs) });
  }
  if (subjects.length === 0 && verdicts.length === 0 && refs.length > 0) {
    const names = kinds.join(', ');
    verdicts.push({ ...missing(check, index.unit, inForce, names, unknown('not_reported', '')), result: 'not_occurring', observed: { listed: 0 }, reason: `listed completely, and there is none: ${names}`, refs: sorted(refs) });
  }
  return verdicts;
}

function missing(check: Check, unit: string, inForce: Prepared, kind: string, fact: Unknown): Verdict {
  return {
    type: 'verdict', check: check.id, checkVersion: check.version, subjectType: check.subject, subject: unit, subjectKind: kind, unit, result: 'not_evaluated', severity: check.severity,
    observed: { unknown: kind, cause: fact.cause }, expected: inForce.expected, thresholds: [...inForce.thresholds], reason: fact.detail, refs: [], inputs: [], calls: sorted(fact.calls),
  };
}

/** Texts in order, each once. */
function sorted<T extends string>(texts: readonly T[]): T[] {
  const ordered = texts.toSorted(byCodeUnit);
  return ordered.filter((text, index) => text !== ordered[index - 1]);
}
