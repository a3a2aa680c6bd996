// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';

export const ACCOUNT_ACTIVITIES = 'google.policyanalyzer.account-activities';
export const KEY_ACTIVITIES = 'google.policyanalyzer.key-activities';
export const ACCOUNT_ACTIVITY_ROW = 'google.account-activity';
export const KEY_ACTIVITY_ROW = 'google.key-activity';

/** When something last authenticated, within the time that was observed; the time is missing where it did not. */
export const activitySchema = z.object({
  fullResourceName: z.string(), observationPeriod: z.object({ startTime: z.string().optional(), endTime: z.string().optional() }).optional(),
  activity: z.object({ lastAuthenticatedTime: z.string().optional(), serviceAccount: z.object({ serviceAccountId: z.string().optional() }).optional() }).optional(),
});
export type Activity = z.output<typeof activitySchema>;
const DOCUMENTED = 'Google Cloud tells last authentications by the day, within a period that it observed and that ends a day or more before now. Requests by API keys that are bound to an account are not among them.';

export const accountActivities = activitiesOf(ACCOUNT_ACTIVITIES, 'Last authentication of service accounts', 'QueryAccountActivities', ACCOUNT_ACTIVITY_ROW, 'serviceAccountLastAuthentication', [DOCUMENTED]);
export const keyActivities = activitiesOf(KEY_ACTIVITIES, 'Last authentication of keys of service accounts', 'QueryKeyActivities', KEY_ACTIVITY_ROW, 'serviceAccountKeyLastAuthentication', []);

/** https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication */
function activitiesOf(id: string, title: string, operation: string, kind: string, type: string, blindSpots: readonly string[]): AnySource {
  return defineSource({
    id, title, unitKind: UNIT, lane: 'google.policyanalyzer', depth: 'standard', blindSpots,
    operations: [declared('policyanalyzer', operation, { input: { pageSize: 1 } })],
    request: (_seed, page) => ({ service: 'policyanalyzer', operation, input: { ...page } }),
    page: { schema: z.object({ activities: z.array(activitySchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.activities?.length ?? 0, end: endOf },
    rows: (body, context) => (body.activities ?? []).map((activity, index) => observe(kind, `activity|${activity.fullResourceName}`, activity, context, ['activities', index])),
    command: () => gcloud('policy-intelligence', 'query-activity', '--activity-type', type, '--project', 'PROJECT'),
  });
}
