// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema, type Instant } from './instant.ts';
import type { PageReference } from './reference.ts';

export const LIFECYCLE_KINDS = ['created', 'enabled', 'disabled', 'deleted', 'changed'] as const;
export type LifecycleKind = (typeof LIFECYCLE_KINDS)[number];

/** What a provider's own audit log says happened to an identity or a credential: the only trace of one that came and went between two scans. */
export interface LifecycleEvent {
  readonly type: 'event';
  /** `unit id/` and the provider's own id of the event; one more part where one event tells of several subjects. */
  readonly key: string;
  readonly unit: string;
  readonly id: string;
  readonly kind: LifecycleKind;
  /** The provider's name of the operation: `CreateAccessKey`. */
  readonly operation: string;
  readonly at: Instant;
  readonly subjectType: 'identity' | 'credential';
  /** As rows of the inventory name it: `aws.access-key`. */
  readonly subjectKind: string;
  /** Key of the row of the inventory that it is about (`unit id/native id`), or null where the event does not give the real id. */
  readonly subject: string | null;
  /** Name of the subject, or of the identity that holds it, as the event gives it. */
  readonly name: string | null;
  /** Key of the identity that holds the credential, where the event gives its id. */
  readonly identity: string | null;
  /** Who did it, as the provider says. */
  readonly actor: string | null;
  readonly refs: readonly PageReference[];
}

/** Over which time one kind of event was read to the end, so that "no event" can be told from "not read". */
export interface EventWindow {
  readonly type: 'event-window';
  readonly key: string;
  readonly unit: string;
  readonly operation: string;
  readonly subjectKind: string;
  readonly kind: LifecycleKind;
  readonly from: Instant;
  readonly to: Instant;
  /** False where the list did not end well: events may be missing. */
  readonly complete: boolean;
  /** Whether such events give the id of what they are about. Where they give its name only, that none has a certain id says nothing. */
  readonly subjects: 'id' | 'name';
  /** How long the provider keeps them, in words. */
  readonly retention: string;
}
export type LifecycleRow = LifecycleEvent | EventWindow;

const refs = z.array(z.string().transform((text) => text as PageReference));
export const lifecycleSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('event'), key: z.string(), unit: z.string(), id: z.string(), kind: z.enum(LIFECYCLE_KINDS), operation: z.string(), at: instantSchema, subjectType: z.enum(['identity', 'credential']),
    subjectKind: z.string(), subject: z.string().nullable(), name: z.string().nullable(), identity: z.string().nullable(), actor: z.string().nullable(), refs,
  }),
  z.object({
    type: z.literal('event-window'), key: z.string(), unit: z.string(), operation: z.string(), subjectKind: z.string(), kind: z.enum(LIFECYCLE_KINDS), from: instantSchema, to: instantSchema, complete: z.boolean(), subjects: z.enum(['id', 'name']), retention: z.string(),
  }),
]);
