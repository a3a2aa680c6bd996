// SPDX-License-Identifier: Apache-2.0
// Apart from the formats, so that the help of a command loads no schema.

export const DECISIONS = ['keep', 'rotate', 'revoke'] as const;
/** What a person decides of an item: it is still needed as it is, needed with a new secret, or not needed. */
export type Decision = (typeof DECISIONS)[number];
export const ROLES = ['owner', 'approver'] as const;
/** The owner confirms need; a second person approves what the owner decided. */
export type ReviewRole = (typeof ROLES)[number];
/** Populations that a review can be of. */
export const REVIEWED = ['credentials', 'non-human-identities'] as const;
export type Reviewed = (typeof REVIEWED)[number];
