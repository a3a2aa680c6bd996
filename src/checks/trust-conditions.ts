// SPDX-License-Identifier: Apache-2.0
import type { Trust, TrustCondition } from '../model/row.ts';

// Operators that demand a value; the IfExists and ForAllValues forms pass where the key is absent, and so limit nobody.
const DEMANDING = /^(?:ForAnyValue:)?(?:StringEquals|StringLike|StringEqualsIgnoreCase|ArnEquals|ArnLike)$/i;

/** Conditions on a key that a caller must fulfil, by lower-case key. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function demands(trust: Trust, key: string): readonly TrustCondition[] {
  return trust.conditions.filter((condition) => DEMANDING.test(condition.operator) && condition.key.toLowerCase() === key.toLowerCase());
}

/** Whether a condition on the key names something narrower than everything. */
export function limits(trust: Trust, key: string): boolean {
  return demands(trust, key).some(({ values }) => values.length > 0 && values.every((value) => !/^[*?]*$/.test(value)));
}
