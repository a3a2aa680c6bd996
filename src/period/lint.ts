// SPDX-License-Identifier: Apache-2.0
import type { Coverage, Scope } from '../bundle/records.ts';
import type { OwnersFile } from '../inventory/owners-file.ts';
import { matchesPattern } from '../model/pattern.ts';
import { isInForce, millisecondsOf, type Instant } from '../model/instant.ts';
import { samePerson } from '../model/person.ts';
import { accepts, acceptanceState, isRetroactive, type Acceptance } from './acceptances.ts';

/** Something that people wrote and that does not do what it seems to: where it stands, what is wrong, what to do. */
export interface LintFinding { readonly kind: 'expired' | 'unmatched' | 'over-broad' | 'too long' | 'same person' | 'shadowed' | 'retroactive'; readonly where: string; readonly problem: string; readonly remedy: string }
/** A result of a run that was not met. */
export interface NotMetRow { readonly check: string; readonly unit: string; readonly subject: string }

/** More subjects than this under one acceptance were hardly looked at one by one. */
const MANY = 50;
const LONGEST_DAYS = 366;

/** Acceptances that have expired while their results are still not met, match nothing, cover more than anybody can have looked at, are older than their own agreement, or stand twice over the same. `owners`: recorded owner by key of the identity. */
export function lintAcceptances(acceptances: readonly Acceptance[], notMet: readonly NotMetRow[], owners: ReadonlyMap<string, string>, now: Instant): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  for (const [index, acceptance] of acceptances.entries()) {
    const { recorded } = acceptance;
    const where = `acceptance ${recorded.acceptance}`;
    const state = acceptanceState(acceptance, now);
    if (state === 'withdrawn') continue;
    const covered = notMet.filter((row) => accepts(acceptance, row));
    if (state === 'expired') {
      if (covered.length > 0) findings.push({ kind: 'expired', where, problem: `ended on ${recorded.expires}, and ${covered.length} results that it was over are still not met`, remedy: 'repair them, or ask and approve anew' });
      continue;
    }
    if (state === 'in force' && covered.length === 0) findings.push({ kind: 'unmatched', where, problem: 'matches no result that is not met', remedy: 'withdraw it, or mend its patterns' });
    if (covered.length > MANY || isBroad(acceptance)) findings.push({ kind: 'over-broad', where, problem: `is over ${covered.length} results, by ${patterns(acceptance)}`, remedy: 'name checks, units and subjects more narrowly, or take several' });
    if (millisecondsOf(`${recorded.expires}T00:00:00.000Z` as Instant) - millisecondsOf(recorded.effective) > LONGEST_DAYS * 86_400_000) findings.push({ kind: 'too long', where, problem: `runs from ${recorded.effective.slice(0, 10)} to ${recorded.expires}`, remedy: 'decide again within a year' });
    if (isRetroactive(acceptance)) findings.push({ kind: 'retroactive', where, problem: `was logged on ${recorded.at.slice(0, 10)} and is to hold from ${recorded.effective.slice(0, 10)}`, remedy: 'what was not met before it was logged needs a deviation' });
    if (samePerson(recorded.requestedBy.name, recorded.approvedBy.name)) findings.push({ kind: 'same person', where, problem: `${recorded.requestedBy.name} asked and approved${recorded.samePersonReason === null ? ', and no reason is given' : `: ${recorded.samePersonReason}`}`, remedy: 'let a second person approve' });
    const owned = covered.find(({ subject }) => samePerson(owners.get(subject) ?? '', recorded.approvedBy.name));
    if (owned !== undefined) findings.push({ kind: 'same person', where, problem: `${recorded.approvedBy.name} approved it and is the recorded owner of ${owned.subject}`, remedy: 'let somebody approve who does not own it' });
    const earlier = acceptances.slice(0, index).find((other) => acceptanceState(other, now) === 'in force' && covered.length > 0 && covered.every((row) => accepts(other, row)));
    if (earlier !== undefined) findings.push({ kind: 'shadowed', where, problem: `is over nothing that ${earlier.recorded.acceptance} is not over as well`, remedy: 'withdraw one of the two' });
  }
  return findings;
}

/** Any check, or any subject of any unit: patterns that name nothing. */
function isBroad({ recorded: { match } }: Acceptance): boolean {
  const anything = (pattern: string): boolean => /^[*?]+$/.test(pattern);
  const wide = (pattern: string): boolean => anything(pattern) || /^[a-z]+:\*$/.test(pattern) || /^\*\/\*$/.test(pattern);
  return match.checks.some(anything) || (match.subjects.some(wide) && match.units.some(wide));
}

function patterns({ recorded: { match } }: Acceptance): string {
  return [match.checks, match.units, match.subjects].map((list) => list.slice(0, 3).join(', ')).join(' / ');
}

/** Expected gaps and exclusions of a configuration that have expired or that the newest run knows nothing of. */
export function lintConfiguration({ expectedGaps, exclude }: { readonly expectedGaps: Scope['expectedGaps']; readonly exclude: Scope['excluded'] }, coverage: Coverage, now: Instant): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  for (const gap of expectedGaps) {
    const where = `expectedGaps: ${gap.unit} ${gap.source}`;
    const matched = coverage.gaps.some((found) => found.unit === gap.unit && found.source === gap.source && (gap.cause === undefined || gap.cause === found.outcome));
    if (!isInForce(gap, now)) findings.push({ kind: 'expired', where, problem: `ended on ${gap.expires}${matched ? ', and the gap is still there' : ''}`, remedy: 'remove it, or have it approved anew' });
    else if (!matched) findings.push({ kind: 'unmatched', where, problem: 'the newest run had no such gap', remedy: 'remove it: it would hide the next one' });
  }
  for (const entry of exclude) {
    const where = `exclude: ${entry.unit}`;
    if (!isInForce(entry, now)) findings.push({ kind: 'expired', where, problem: `ended on ${entry.expires}: the unit is read again`, remedy: 'remove it, or have it approved anew' });
    else if (!coverage.units.some(({ unit }) => matchesPattern(entry.unit, unit))) findings.push({ kind: 'unmatched', where, problem: 'the newest run knows of no such unit', remedy: 'mend its id, or remove it' });
  }
  return findings;
}

/** Entries of the owners file that no identity of the newest run matches. */
export function lintOwners({ owners }: OwnersFile, identities: readonly { readonly id: string; readonly name: string; readonly address: string; readonly kind: string; readonly unit: string }[]): readonly LintFinding[] {
  return owners.flatMap(({ match }, index): LintFinding[] => {
    const fields = ['id', 'name', 'address', 'kind', 'unit'] as const;
    const hit = identities.some((identity) => fields.every((field) => match[field] === undefined || matchesPattern(match[field], identity[field])));
    return hit ? [] : [{ kind: 'unmatched', where: `owners: entry ${index + 1} (${fields.flatMap((field) => (match[field] === undefined ? [] : [`${field} ${match[field]}`])).join(', ')})`, problem: 'matches no identity of the newest run', remedy: 'mend its pattern, or remove it' }];
  });
}
