// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, parseInstant, plusDays, type Instant } from '../../src/model/instant.ts';
import type { EventWindow, LifecycleEvent, LifecycleRow } from '../../src/model/lifecycle.ts';
import { parsedRows } from '../../src/model/read-facts.ts';
import type { SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { ACTIVITIES, type ActivityMethod } from './activity-methods.ts';
import { rowKey } from './shapes.ts';
import { ACTIVITY_LOG, ACTIVITY_ROW, entrySchema, type Entry } from './sources/audit-logs.ts';

/** The log of administration is kept for 400 days; the first of them may run out while we read. https://cloud.google.com/logging/quotas#logs_retention_periods */
const DAYS_SURE = 399;
/** How late an entry may appear is not promised: an hour is left out. */
const DELIVERY_MS = 60 * 60_000;
const RETENTION = '400 days of audit logs of administration';

export interface JoinedEvents { readonly events: readonly LifecycleRow[]; readonly unplaced: readonly SourceRow[] }

/** Events of the project and the windows in which they were read, one for each method. What was refused made nothing, and stands in the pages only. */
export function joinEvents(related: Related, asOf: Instant): JoinedEvents {
  const { unit } = related;
  const { state } = related.ended(ACTIVITY_LOG);
  if (state !== 'complete' && state !== 'failed') return { events: [], unplaced: [] };
  const windows = ACTIVITIES.map(({ method, kind, subjectKind }): EventWindow => ({
    type: 'event-window', key: rowKey(unit.id, `window|${method}`), unit: unit.id, operation: method, subjectKind, kind, from: plusDays(asOf, -DAYS_SURE), to: instantOf(millisecondsOf(asOf) - DELIVERY_MS), complete: state === 'complete', subjects: 'id', retention: RETENTION,
  }));
  const events: LifecycleEvent[] = [];
  const unplaced: SourceRow[] = [];
  for (const { value, row } of parsedRows(related, ACTIVITY_LOG, ACTIVITY_ROW, entrySchema)) {
    const activity = ACTIVITIES.find(({ method }) => method === value.protoPayload.methodName);
    if ((value.protoPayload.status?.code ?? 0) !== 0) continue;
    const at = parseInstant(value.timestamp);
    if (activity === undefined || at === null) {
      unplaced.push(row);
      continue;
    }
    const { id, name, account } = subjectOf(activity, value, unit.nativeId);
    events.push({
      type: 'event', key: row.key, unit: unit.id, id: value.insertId, kind: activity.kind, operation: activity.method, at, subjectType: activity.subjectType, subjectKind: activity.subjectKind, subject: id === null ? null : rowKey(unit.id, id), name,
      identity: activity.subject === 'key' && account !== null ? rowKey(unit.id, account) : null, actor: value.protoPayload.authenticationInfo?.principalEmail ?? value.protoPayload.authenticationInfo?.principalSubject ?? null, refs: row.refs,
    });
  }
  return { events: [...events, ...windows], unplaced };
}

interface Subject { readonly id: string | null; readonly name: string | null; readonly account: string | null }

/** What an entry is about, as rows of the inventory are called: an account by its id, a key by its name with the account's address, others by their names. */
function subjectOf({ subject }: ActivityMethod, { resource, protoPayload: { resourceName, response } }: Entry, project: string): Subject {
  const { unique_id: labelled, email_id: email } = resource?.labels ?? {};
  const account = response?.unique_id ?? response?.uniqueId ?? labelled ?? /\/serviceAccounts\/(\d{15,25})(?:\/|$)/.exec(resourceName ?? '')?.[1] ?? null;
  const address = response?.email ?? email ?? null;
  switch (subject) {
    case 'account': return { id: account, name: address, account };
    case 'key': {
      const key = /\/keys\/([0-9a-f]+)$/.exec(response?.name ?? '')?.[1] ?? /\/keys\/([0-9a-f]+)$/.exec(resourceName ?? '')?.[1];
      return { id: key === undefined || address === null ? null : `projects/${project}/serviceAccounts/${address}/keys/${key}`, name: address, account };
    }
    case 'secret': {
      const name = /^(projects\/[^/]+\/secrets\/[^/]+)/.exec(response?.name ?? '')?.[1] ?? /^(projects\/[^/]+\/secrets\/[^/]+)/.exec(resourceName ?? '')?.[1] ?? null;
      return { id: name, name: name === null ? null : name.slice(name.lastIndexOf('/') + 1), account: null };
    }
    case 'apiKey': {
      const name = /^(projects\/[^/]+\/locations\/global\/keys\/[^/]+)/.exec(response?.name ?? '')?.[1] ?? /^(projects\/[^/]+\/locations\/global\/keys\/[^/]+)/.exec(resourceName ?? '')?.[1] ?? null;
      return { id: name, name: null, account: null };
    }
  }
}
