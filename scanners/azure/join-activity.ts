// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, parseInstant, plusDays, type Instant } from '../../src/model/instant.ts';
import type { EventWindow, LifecycleEvent } from '../../src/model/lifecycle.ts';
import { parsedRows } from '../../src/model/read-facts.ts';
import type { Credential, SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { ACTIVITIES, providerOf } from './activities.ts';
import type { JoinedEvents } from './join-events.ts';
import { rowKey } from './shapes.ts';
import { ACTIVITY_LOG, ACTIVITY_ROW, activitySchema, DAYS_SURE, SUBSCRIPTION_READ, SUBSCRIPTION_READ_ROW, subscriptionReadRowSchema } from './sources/arm/activity-log.ts';

/** Events are there within 3 to 20 minutes: three times that is left out. https://learn.microsoft.com/en-us/azure/azure-monitor/logs/data-ingestion-time */
const DELIVERY_MS = 60 * 60_000;
const RETENTION = '90 days of activity log, of the control plane alone';
/** What is begun, and what is refused, made nothing. https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema */
const DONE = 'succeeded';
const MADE = 'created';

/**
 * Events of one subscription and the windows in which they were read, one for each operation. No window says that something without an event did not happen: what goes with the resource that
 * holds it, and what the data plane does, leaves none here.
 */
export function joinActivity(related: Related, credentials: readonly Credential[], asOf: Instant): JoinedEvents {
  const { unit } = related;
  const read = new Map(ACTIVITIES.flatMap((operation) => {
    const { state } = related.ended(ACTIVITY_LOG, providerOf(operation));
    return state === 'complete' || state === 'failed' ? [[operation.name.toLowerCase(), { operation, complete: state === 'complete' }] as const] : [];
  }));
  // From when on the log was asked for counts from the moment that Azure named, not from when the scan began.
  const [subscription] = parsedRows(related, SUBSCRIPTION_READ, SUBSCRIPTION_READ_ROW, subscriptionReadRowSchema);
  const asked = subscription?.value.At === undefined ? null : parseInstant(subscription.value.At);
  const windows = asked === null ? [] : [...read.values()].map(({ operation: { name, kind, subjectKind }, complete }): EventWindow => ({
    type: 'event-window', key: rowKey(unit.id, `window|${name}`), unit: unit.id, operation: name, subjectKind, kind, from: plusDays(asked, -DAYS_SURE), to: instantOf(Math.min(millisecondsOf(asOf), millisecondsOf(asked)) - DELIVERY_MS), complete, subjects: 'name', retention: RETENTION,
  }));
  // The log writes ids in capitals of its own.
  const listed = new Map(credentials.map(({ key }) => [key.toLowerCase(), key]));
  const events: LifecycleEvent[] = [];
  const unplaced: SourceRow[] = [];
  for (const { value, row } of parsedRows(related, ACTIVITY_LOG, ACTIVITY_ROW, activitySchema)) {
    if (value.status?.value?.toLowerCase() !== DONE) continue;
    const operation = read.get(value.operationName.value.toLowerCase())?.operation;
    const at = parseInstant(value.eventTimestamp);
    if (operation === undefined || at === null) {
      unplaced.push(row);
      continue;
    }
    const { slot, kind, subjectKind, name } = operation;
    const resource = value.resourceId === null || value.resourceId === undefined || value.resourceId === '' ? null : value.resourceId;
    const key = resource === null || slot === null ? null : rowKey(unit.id, slot === undefined ? resource : `${resource}|${slot}`);
    events.push({
      type: 'event', key: row.key, unit: unit.id, id: value.eventDataId, kind: name.endsWith('/write') && value.subStatus?.value?.toLowerCase() === MADE ? 'created' : kind, operation: name, at, subjectType: 'credential', subjectKind,
      subject: key === null ? null : (listed.get(key.toLowerCase()) ?? key), name: resource?.split('/').at(-1) ?? null, identity: null, actor: null, refs: row.refs,
    });
  }
  return { events: [...events, ...windows], unplaced };
}
