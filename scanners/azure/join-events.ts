// SPDX-License-Identifier: Apache-2.0
import { instantOf, millisecondsOf, parseInstant, plusDays, type Instant } from '../../src/model/instant.ts';
import type { EventWindow, LifecycleEvent, LifecycleKind, LifecycleRow } from '../../src/model/lifecycle.ts';
import { parsedRows } from '../../src/model/read-facts.ts';
import type { Identity, SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { APPLICATION } from './join-applications.ts';
import { SERVICE_PRINCIPAL } from './join-principals.ts';
import { rowKey } from './shapes.ts';
import { AUDIT_ROW, AUDITS, auditSchema, type Audit } from './sources/directory-audits.ts';

/**
 * Activities that make, end, bring back or change what the inventory has rows of, as the audit log names them. Which credential was added or
 * removed is told only in changed values, which are not kept; so those are changes of who holds it.
 * https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-audit-activities
 */
const ACTIVITIES: readonly { readonly name: string; readonly kind: LifecycleKind; readonly subjectKind: string }[] = [
  { name: 'Add application', kind: 'created', subjectKind: APPLICATION },
  { name: 'Restore application', kind: 'created', subjectKind: APPLICATION },
  { name: 'Delete application', kind: 'deleted', subjectKind: APPLICATION },
  { name: 'Update application – Certificates and secrets management', kind: 'changed', subjectKind: APPLICATION },
  { name: 'Add service principal', kind: 'created', subjectKind: SERVICE_PRINCIPAL },
  { name: 'Restore service principal', kind: 'created', subjectKind: SERVICE_PRINCIPAL },
  { name: 'Remove service principal', kind: 'deleted', subjectKind: SERVICE_PRINCIPAL },
  { name: 'Add service principal credentials', kind: 'changed', subjectKind: SERVICE_PRINCIPAL },
  { name: 'Remove service principal credentials', kind: 'changed', subjectKind: SERVICE_PRINCIPAL },
];

/** Without a licence the log is kept for 7 days; the first of them may run out while we read. https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-reports-data-retention */
const DAYS_SURE = 6;
/** How late an event may appear is documented in minutes, and not promised: an hour is left out. https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-reports-latencies */
const DELIVERY_MS = 60 * 60_000;
const RETENTION = '7 days of audit log, or 30 with a licence of Entra ID P1; the shorter one is taken as sure';

export interface JoinedEvents { readonly events: readonly LifecycleRow[]; readonly unplaced: readonly SourceRow[] }

/** Events of the tenant and the windows in which they were read, one for each activity. What failed made nothing, and stands in the pages only. */
export function joinEvents(related: Related, identities: readonly Identity[], asOf: Instant): JoinedEvents {
  const { unit } = related;
  const { state } = related.ended(AUDITS);
  if (state !== 'complete' && state !== 'failed') return { events: [], unplaced: [] };
  const kinds = new Map(identities.map(({ id, kind }) => [id, kind]));
  const windows = ACTIVITIES.map(({ name, kind, subjectKind }): EventWindow => ({
    type: 'event-window', key: rowKey(unit.id, `window|${name}`), unit: unit.id, operation: name, subjectKind, kind, from: plusDays(asOf, -DAYS_SURE), to: instantOf(millisecondsOf(asOf) - DELIVERY_MS), complete: state === 'complete', subjects: 'id', retention: RETENTION,
  }));
  const events: LifecycleEvent[] = [];
  const unplaced: SourceRow[] = [];
  for (const { value, row } of parsedRows(related, AUDITS, AUDIT_ROW, auditSchema)) {
    const activity = ACTIVITIES.find(({ name }) => name === plainName(value.activityDisplayName));
    if (activity === undefined || (value.result !== null && value.result !== undefined && value.result !== 'success')) continue;
    const at = parseInstant(value.activityDateTime);
    const [target] = value.targetResources ?? [];
    if (at === null || target === undefined) {
      unplaced.push(row);
      continue;
    }
    const id = target.id === null || target.id === undefined || target.id === '' ? null : target.id;
    events.push({
      type: 'event', key: row.key, unit: unit.id, id: value.id, kind: activity.kind, operation: activity.name, at, subjectType: 'identity', subjectKind: (id === null ? undefined : kinds.get(id)) ?? activity.subjectKind,
      subject: id === null ? null : rowKey(unit.id, id), name: target.displayName ?? null, identity: null, actor: actorOf(value), refs: row.refs,
    });
  }
  return { events: [...events, ...windows], unplaced };
}

/** The log writes some names with a dash of its own length and a space at the end. */
function plainName(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').replace(/ [-—] /, ' – ');
}

function actorOf({ initiatedBy: by }: Audit): string | null {
  const { user, app } = by ?? {};
  return user?.userPrincipalName ?? user?.id ?? app?.displayName ?? app?.appId ?? app?.servicePrincipalId ?? null;
}
