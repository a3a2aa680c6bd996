// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../model/fact.ts';
import type { Trust, TrustCondition } from '../model/row.ts';

// Operators that demand a value; the IfExists and ForAllValues forms pass where the key is absent, and so limit nobody.
const DEMANDING = /^(?:ForAnyValue:)?(?:StringEquals|StringLike|StringEqualsIgnoreCase|ArnEquals|ArnLike)$/i;

/** Conditions on a key that a caller must fulfil; keys compare without case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function demands(trust: Trust, key: string): readonly TrustCondition[] {
  return trust.conditions.filter((condition) => DEMANDING.test(condition.operator) && condition.key.toLowerCase() === key.toLowerCase());
}

/** Whether a condition on the key admits only values that `narrow` accepts. Conditions are and-ed, so one such is enough; its values are or-ed, so all of them must. */
export function limits(trust: Trust, key: string, narrow: (value: string) => boolean): boolean {
  return demands(trust, key).some(({ values }) => values.length > 0 && values.every(narrow));
}

/** Whether a value names one thing: no wildcard, not empty. */
export function namesOne(value: string): boolean {
  return value !== '' && !/[*?]/.test(value);
}

/** A principal that we do not recognise, a policy that could not be read among them: whom it lets in is not known. */
export function unrecognized(trust: Trust): boolean {
  return trust.principalKind === 'other' && trust.external.status === 'unknown';
}

/** The trust as a fact: unknown where its principal is not recognised. */
export function recognized(trust: Trust): Fact<Trust> {
  return unrecognized(trust) && trust.external.status === 'unknown' ? trust.external : known(trust, trust.refs);
}
