// SPDX-License-Identifier: Apache-2.0
import type { Identity } from '../model/row.ts';

/** Whether an identity is in the non-human population and management's to answer for; else why not. Both and undecided are in. */
export function inNonHumanPopulation(identity: Identity): true | string {
  if (identity.responsibility === 'provider') return "made and run by the provider: the provider's responsibility";
  if (identity.classification.class === 'human') return 'a human identity';
  return true;
}
