// SPDX-License-Identifier: Apache-2.0
import { matchesPattern } from '../../model/pattern.ts';
import { isInForce, type Instant } from '../../model/instant.ts';
import { samePerson, type Person } from '../../model/person.ts';
import type { Verdict } from '../../model/verdict.ts';

/** A risk that management accepted, as the log holds it. */
export interface ExportAcceptance {
  readonly acceptance: string;
  readonly match: { readonly checks: readonly string[]; readonly units: readonly string[]; readonly subjects: readonly string[] };
  readonly reason: string; readonly ticket: string | null; readonly requestedBy: Person; readonly approvedBy: Person; readonly samePersonReason: string | null;
  readonly loggedAt: Instant; readonly effective: Instant; /** A day, which counts whole. */ readonly expires: string;
  /** From when it was withdrawn; null where it was not. */
  readonly withdrawn: Instant | null;
}

/** What management said of a control that did not operate; null where nobody has filled it in. */
export interface ExportDeviation {
  readonly deviation: string; readonly control: string; readonly began: { readonly from: Instant | null; readonly to: Instant }; readonly detected: Instant; readonly detectedIn: string | null; readonly loggedAt: Instant;
  readonly about: { readonly what: string; readonly items: readonly string[] };
  readonly cause: string | null; readonly extent: string | null; readonly recurrence: string | null; readonly compensatingControl: string | null; readonly response: string | null; readonly owner: string | null; readonly due: string | null;
  readonly by: Person; readonly approvedBy: Person | null; readonly repaired: { readonly at: Instant; readonly provenBy: string } | null;
}

/** What the archive's log gives to an export. */
export interface FromLog { readonly acceptances: readonly ExportAcceptance[]; readonly deviations: readonly ExportDeviation[] }

/** Acceptances that were in force at a moment over a verdict. They stand beside it and change nothing of it. */
export function acceptancesOver({ check, unit, subject }: Verdict, { acceptances }: FromLog, at: Instant): readonly ExportAcceptance[] {
  const among = (patterns: readonly string[], text: string): boolean => patterns.some((pattern) => matchesPattern(pattern, text));
  return acceptances.filter(({ match, effective, withdrawn, expires }) =>
    effective <= at && (withdrawn === null || withdrawn > at) && isInForce({ expires }, at) && among(match.checks, check) && among(match.units, unit) && among(match.subjects, subject));
}

/** Until when an acceptance runs and who stands behind it; that one person did both, or that it was logged after it took effect, is said wherever the acceptance is. */
export function acceptanceInWords({ expires, requestedBy, approvedBy, samePersonReason, loggedAt, effective }: ExportAcceptance): string {
  const same = samePerson(requestedBy.name, approvedBy.name) ? ` Same person requested it: ${samePersonReason ?? 'no reason given'}.` : '';
  return `Accepted until ${expires}, approved by ${personInWords(approvedBy)}.${same}${effective < loggedAt ? ` Retroactive: logged ${loggedAt}, in force from ${effective}.` : ''}`;
}

/** Who a person is and what shows it, in words. */
export function personInWords({ name, basis }: Person): string {
  return `${name} (${basis})`;
}
