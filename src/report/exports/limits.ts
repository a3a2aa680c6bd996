// SPDX-License-Identifier: Apache-2.0

/** What no export shows, told in each. */
export const LIMITS: readonly string[] = [
  'Made on demand from a sealed bundle and not part of the seal: what stands in the bundle decides. `rollcall verify` checks the bundle; nothing checks this file but making it again.',
  'A result that is not evaluated is unknown: it is neither good nor bad. What could not be read has no result at all, or one that says so.',
  'One moment only: whether a control operated on other days needs other runs.',
];

/** The same where every line has to say it. */
export const SHORT_LIMITS = 'Not part of the seal; one moment only; what is not evaluated is unknown.';
