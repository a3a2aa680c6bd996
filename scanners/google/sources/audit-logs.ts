// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const ACTIVITY_LOG = 'google.logging.admin-activity';
export const ACTIVITY_ROW = 'google.log-entry';
const text = z.string().optional();

/** What is kept of an entry: when, which method, of what, by whom, and whether it was refused. Of what was asked and answered, only names and ids. https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
export const entrySchema = z.object({
  insertId: z.string(), timestamp: z.string(), resource: z.object({ labels: z.object({ unique_id: text, email_id: text }).optional() }).optional(),
  protoPayload: z.object({
    methodName: z.string(), resourceName: text, status: z.object({ code: z.number().optional() }).optional(), authenticationInfo: z.object({ principalEmail: text, principalSubject: text }).optional(),
    response: z.object({ name: text, unique_id: text, uniqueId: text, email: text }).optional(),
  }),
});
export type Entry = z.output<typeof entrySchema>;

/** What happened to accounts, keys and secrets: the log of administration, which is on in every project and kept for 400 days. https://cloud.google.com/logging/docs/audit#admin-activity */
export const activityLog = defineSource({
  id: ACTIVITY_LOG,
  title: 'What was made, switched and deleted, by audit logs',
  unitKind: UNIT, lane: 'google.logging', depth: 'standard',
  operations: [declared('logging', 'ListLogEntries', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'logging', operation: 'ListLogEntries', input: { ...page } }),
  // A page may be empty and yet name a next one: the search was not at its end.
  page: { schema: z.object({ entries: z.array(entrySchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.entries?.length ?? 0, end: endOf },
  rows: (body, context) => (body.entries ?? []).map((entry, index) => observe(ACTIVITY_ROW, `${entry.timestamp}|${entry.insertId}`, entry, context, ['entries', index])),
  command: () => gcloud('logging', 'read', 'logName:cloudaudit.googleapis.com%2Factivity', '--project', 'PROJECT', '--freshness', '400d'),
  blindSpots: ['HMAC keys of Cloud Storage, roles that were given or taken, and what was made by Google for itself are not looked up in audit logs.'],
});
