// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { azRest } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, listOf, observe, TENANT } from '../shapes.ts';

const text = z.string().nullish();
/** What is kept of an event: what was done to which object, when, by whom. What was changed from and to is not: it can hold more than anybody expects. */
export const auditSchema = z.object({
  id: z.string(), activityDisplayName: z.string(), activityDateTime: z.string(), result: text,
  initiatedBy: z.object({ user: z.object({ id: text, userPrincipalName: text }).nullish(), app: z.object({ appId: text, displayName: text, servicePrincipalId: text }).nullish() }).nullish(),
  targetResources: z.array(z.object({ id: text, displayName: text, type: text })).nullish(),
});
export type Audit = z.output<typeof auditSchema>;

export const AUDITS = 'azure.graph.directory-audits';
export const AUDIT_ROW = 'azure.directory-audit';

/** What happened to applications and service principals. https://learn.microsoft.com/en-us/graph/api/directoryaudit-list */
export const directoryAudits = defineSource({
  id: AUDITS,
  title: 'What happened to applications and service principals, by the audit log of the directory',
  unitKind: TENANT,
  lane: 'azure.graph.reports',
  depth: 'standard',
  operations: [declared('ListDirectoryAudits', { input: { top: 1 } })],
  request: (_seed, page) => ({ service: 'graph', operation: 'ListDirectoryAudits', input: { ...page } }),
  page: { schema: listOf(auditSchema), count: (body) => body.value.length, end: endOf },
  rows: (body, context) => body.value.map((item, index) => observe(AUDIT_ROW, item.id, item, context, ['value', index])),
  command: () => azRest('ListDirectoryAudits'),
  blindSpots: ['The directory keeps its audit log for 7 days, or for 30 with a licence of Entra ID P1; which credential was added or removed stands in the changed values, which are not kept: such an event is one of the application.'],
});
