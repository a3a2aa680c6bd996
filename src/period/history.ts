// SPDX-License-Identifier: Apache-2.0
import type { Instant, When } from '../model/instant.ts';
import type { LifecycleKind } from '../model/lifecycle.ts';
import type { PrincipalClass } from '../model/row.ts';

/** A run of the archive as history speaks of it. `at` and `until`: its start and its end; what it saw, it saw between them. */
export interface RunRef { readonly run: string; readonly at: Instant; readonly until: Instant }

/** What a date stands on: the provider's audit log, what runs listed, or both. */
export type Basis = 'event' | 'snapshot' | 'both';

/** When something happened: exact where the source says it, else the bounds that runs give. `event`: key of the lifecycle event that dates it. */
export interface Dated { readonly when: When; readonly basis: Basis; readonly event: string | null }

/** `present`: an identity, which has no status of its own, or a credential whose status does not apply. */
export type LifeStatus = 'active' | 'inactive' | 'expired' | 'unknown' | 'present';

/** A status from the first run to the last that saw it so, without another between. `changed`: when it became so; null for the first, which nobody saw begin. */
export interface StatusSpan { readonly status: LifeStatus; readonly cause: string | null; readonly from: RunRef; readonly to: RunRef; readonly changed: Dated | null }

/** Why something counts as gone: its list closed without it, its holder's list did, its holder is gone, or the provider's audit log says so. */
export type Proof = 'list' | 'holder list' | 'holder gone' | 'event';

/** A time in which it was gone. `provenBy`: the run whose complete list does not have it; null where only the provider's audit log tells. */
export interface Gone extends Dated { readonly lastSeen: RunRef | null; readonly provenBy: RunRef | null; readonly proof: Proof; readonly reappeared: (Dated & { readonly run: RunRef }) | null }

/** It was not among what was read, and nothing proves that it is gone. Each reason once, with the first run that gave it. */
export interface NotObserved { readonly lastSeen: RunRef | null; readonly reasons: readonly { readonly run: RunRef; readonly why: string }[] }

/** A fact of the holder: after this credential it got another of the same kind. */
export interface Successor {
  readonly key: string;
  /** When the newer one came. */
  readonly appeared: Dated;
  /** Whether this one was still there when the newer one came. */
  readonly overlap: 'yes' | 'no' | 'cannot say';
  /** What is known of this one after that. `ended`: when it was disabled or went; null while it was not. */
  readonly older: 'in use' | 'disabled' | 'gone' | 'not observed';
  readonly ended: Dated | null;
  /** In words: what order and holder stand on. */
  readonly basis: string;
}

export const DIFFERENCES = [
  'deleted by an event, listed later', 'came without an event', 'went without an event', 'created by an event, never listed', 'disabled by an event, listed as active', 'enabled by an event, listed as inactive',
  'date of creation differs', 'created before a complete list that lacks it',
] as const;

/** Where the provider's audit log and its lists disagree. Both stand side by side; neither is corrected by the other. */
export interface Difference {
  readonly kind: (typeof DIFFERENCES)[number];
  readonly text: string;
  /** Keys of the lifecycle events; empty where the point is that there is none. */
  readonly events: readonly string[];
  readonly runs: readonly RunRef[];
}

/** A change of what a run derives about an identity or credential that is there: its owner, purpose, privilege, name, class, expiry. */
export interface FieldChange { readonly field: string; readonly before: string; readonly after: string; readonly from: RunRef; readonly to: RunRef }

/** What happened according to the provider's audit log, as far as it names this very one. */
export interface LifeEvent { readonly key: string; readonly kind: LifecycleKind; readonly operation: string; readonly at: Instant; readonly actor: string | null }

/** A version that every run from one to another saw, of those that read the unit. */
export interface Sighting { readonly from: RunRef; readonly to: RunRef; readonly status: LifeStatus; readonly class: PrincipalClass | null }

/** The life of one identity or credential, over all runs that had its unit in scope. */
export interface LifeLine {
  readonly type: 'identity' | 'credential';
  readonly key: string;
  readonly kind: string;
  readonly unit: string;
  /** Key of the holder, as last known; null for an identity and for what belongs to the unit. */
  readonly identity: string | null;
  readonly name: string | null;
  readonly idBasis: string;
  /** Class of an identity when last seen; null for a credential and for what only events name. */
  readonly class: PrincipalClass | null;
  readonly responsibility: 'entity' | 'provider' | null;
  readonly basis: Basis;
  /** What the lists say of its creation; null where none does. */
  readonly created: When | null;
  /** When it came: what lists say of creation, the event, and the last complete list that lacks it, taken together. */
  readonly appeared: Dated;
  /** The last run before it was first seen whose complete list lacks it. */
  readonly absentBefore: RunRef | null;
  readonly firstSeen: RunRef | null;
  readonly lastSeen: RunRef | null;
  readonly sightings: readonly Sighting[];
  readonly statuses: readonly StatusSpan[];
  /** Each time that it became inactive. */
  readonly disabled: readonly Dated[];
  readonly gone: readonly Gone[];
  /** What is known now: seen by the newest run of all, proven gone, or neither. */
  readonly state: 'present' | 'gone' | 'not observed';
  readonly notObserved: NotObserved | null;
  readonly successor: Successor | null;
  readonly changes: readonly FieldChange[];
  readonly events: readonly LifeEvent[];
  readonly differences: readonly Difference[];
}
