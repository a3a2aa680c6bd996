// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, parseInstant, plusDays } from '../../src/model/instant.ts';
import type { EventWindow, LifecycleEvent, LifecycleKind, LifecycleRow } from '../../src/model/lifecycle.ts';
import type { SourceRow } from '../../src/model/row.ts';
import { rootKey, type Account } from './account.ts';
import { eventSchema, LIFECYCLE_OPERATIONS, subjectOf, type LifecycleOperation, type TrailEvent } from './lifecycle-events.ts';
import { parsedRows } from './rows.ts';
import { rowKey } from './shapes.ts';

const EVENTS = 'aws.cloudtrail.events';
/** Event history is kept for 90 days; the first of them may run out while we read. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const DAYS_SURE = 89;
/** "CloudTrail typically delivers events within an average of about 5 minutes of an API call. This time is not guaranteed": three times that is left out. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html */
const DELIVERY_MS = 15 * 60_000;
const RETENTION = '90 days of event history; events are delivered late, mostly within 15 minutes';

export interface JoinedEvents { readonly events: readonly LifecycleRow[]; readonly unplaced: readonly SourceRow[] }

/**
 * Events of the account and the windows in which they were asked for, one for each operation. Calls that AWS refused made nothing and
 * stand in the pages only; so do those of other services that have an operation of the same name. An event that says neither when nor
 * what is not placed.
 */
export function joinEvents(account: Account): JoinedEvents {
  const { related, unit, context } = account;
  const asked = LIFECYCLE_OPERATIONS.filter(({ name }) => ['complete', 'failed'].includes(related.ended(EVENTS, name).state));
  const operations = new Map(asked.map((operation) => [operation.name, operation]));
  const windows = asked.map(({ name, kind, subjectKind, subjects }): EventWindow => ({
    type: 'event-window', key: rowKey(unit.id, `window|${name}`), unit: unit.id, operation: name, subjectKind, kind,
    from: plusDays(context.asOf, -DAYS_SURE), to: instantOf(millisecondsOf(context.asOf) - DELIVERY_MS), complete: related.ended(EVENTS, name).state === 'complete', subjects, retention: RETENTION,
  }));
  const events: LifecycleEvent[] = [];
  const unplaced: SourceRow[] = [];
  for (const { value, row } of parsedRows(related, EVENTS, 'aws.cloudtrail-event', eventSchema)) {
    if (value.eventSource !== 'iam.amazonaws.com' || (value.errorCode ?? '') !== '') continue;
    const operation = operations.get(value.eventName);
    const at = parseInstant(value.eventTime);
    if (operation === undefined || at === null) {
      unplaced.push(row);
      continue;
    }
    const { id, name } = subjectOf(operation, value);
    events.push({
      type: 'event', key: row.key, unit: unit.id, id: value.eventID, kind: kindOf(operation, value), operation: operation.name, at, subjectType: operation.subjectType, subjectKind: operation.subjectKind,
      subject: id === null ? null : rowKey(unit.id, id), name, identity: holderOf(account, operation, value, name), actor: actorOf(value), refs: row.refs,
    });
  }
  return { events: [...events, ...windows], unplaced };
}

function kindOf({ name, kind }: LifecycleOperation, { requestParameters: asked }: TrailEvent): LifecycleKind {
  if (!name.startsWith('Update')) return kind;
  if (asked?.status === 'Active') return 'enabled';
  return asked?.status === 'Inactive' ? 'disabled' : kind;
}

/** Key of the identity that holds a credential. An event names the user, whose id only the user's own call tells. Root names nobody. */
function holderOf(account: Account, { subjectType, subject }: LifecycleOperation, { userIdentity: who }: TrailEvent, name: string | null): string | null {
  if (subjectType === 'identity' || subject === 'serverCertificate' || who === null || who === undefined) return null;
  if (who.type === 'Root' && name === null) return rootKey(account);
  if (who.type !== 'IAMUser' || !who.principalId?.startsWith('AIDA')) return null;
  return name === null || name === who.userName ? rowKey(account.unit.id, who.principalId) : null;
}

/** Who acted, as an event tells it. */
export function actorOf({ userIdentity: who }: TrailEvent): string | null {
  return who?.arn ?? who?.invokedBy ?? who?.principalId ?? null;
}
