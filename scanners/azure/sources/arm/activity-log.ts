// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseInstant, plusDays } from '../../../../src/model/instant.ts';
import { parsedRows } from '../../../../src/model/read-facts.ts';
import { defineSource } from '../../../../src/model/source.ts';
import { ACTIVITIES, ACTIVITY_PROVIDERS } from '../../activities.ts';
import { armRest } from '../../command.ts';
import { declared, NEEDS_SUBSCRIPTION } from '../../operations.ts';
import { observe, SUBSCRIPTION, subscriptionOf } from '../../shapes.ts';
import { ARM_LANE, armEnd, armPage } from './list.ts';

/** The log is kept for 90 days; the first of them may run out while we read. https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log */
export const DAYS_SURE = 89;
const text = z.string().nullish();

export const SUBSCRIPTION_READ = 'azure.arm.subscription';
export const SUBSCRIPTION_READ_ROW = 'azure.subscription-read';
const subscriptionReadSchema = z.object({ subscriptionId: z.string(), displayName: text, state: text });
export const subscriptionReadRowSchema = subscriptionReadSchema.extend({ At: z.string().optional() });

/** The subscription itself, with the moment at which Azure answered: what is asked of its log counts from that. https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/get */
export const subscriptionRead = defineSource({
  id: SUBSCRIPTION_READ,
  title: 'The subscription that this scan reads',
  unitKind: SUBSCRIPTION,
  lane: ARM_LANE,
  operations: [declared('GetSubscription', NEEDS_SUBSCRIPTION, 'arm')],
  plan: (related) => [{ parent: null, parameters: { subscription: subscriptionOf(related.unit) } }],
  request: (seed) => ({ service: 'arm', operation: 'GetSubscription', input: { ...seed.parameters } }),
  page: { schema: subscriptionReadSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe(SUBSCRIPTION_READ_ROW, `read|${body.subscriptionId}`, { ...body, ...(context.providerTime === null ? {} : { At: context.providerTime }) }, context, [])],
  command: (parameters) => armRest('GetSubscription', parameters),
});

const worded = z.object({ value: text }).nullish();
/** What is kept of an event: what was done to which resource, when, and how it ended. Neither who did it nor what was sent is asked for: both stand beside more than anybody needs. */
export const activitySchema = z.object({ eventDataId: z.string(), eventTimestamp: z.string(), operationName: z.object({ value: z.string() }), resourceId: text, status: worded, subStatus: worded });
export type Activity = z.output<typeof activitySchema>;

export const ACTIVITY_LOG = 'azure.arm.activity-log';
export const ACTIVITY_ROW = 'azure.activity';
const WANTED = new Set(ACTIVITIES.map(({ name }) => name.toLowerCase()));

/** What happened to keys and credentials of resources, one read for each service that has any. https://learn.microsoft.com/en-us/rest/api/monitor/activitylogs/list */
export const activityLog = defineSource({
  id: ACTIVITY_LOG,
  title: 'What happened to keys and credentials of resources, by the activity log',
  unitKind: SUBSCRIPTION,
  lane: ARM_LANE,
  depth: 'standard',
  after: [SUBSCRIPTION_READ],
  operations: [declared('ListActivityLog', NEEDS_SUBSCRIPTION, 'arm')],
  plan: (related) => {
    const [read] = parsedRows(related, SUBSCRIPTION_READ, SUBSCRIPTION_READ_ROW, subscriptionReadRowSchema);
    const until = read?.value.At === undefined ? null : parseInstant(read.value.At);
    if (until === null) return { skip: 'parent_unread', reason: 'Azure did not say what time it is there, from which the log would be asked for' };
    return ACTIVITY_PROVIDERS.map((provider) => ({ parent: provider, parameters: { subscription: subscriptionOf(related.unit), provider, from: plusDays(until, -DAYS_SURE), until } }));
  },
  request: (seed, page) => ({ service: 'arm', operation: 'ListActivityLog', input: { ...seed.parameters, ...page } }),
  page: { schema: armPage(activitySchema), count: (body) => body.value.length, end: armEnd },
  // Most of a log is reads of keys and settings of no interest; they stand in the pages.
  rows: (body, context) => body.value.flatMap((item, index) => (WANTED.has(item.operationName.value.toLowerCase()) ? [observe(ACTIVITY_ROW, item.eventDataId, item, context, ['value', index])] : [])),
  command: (parameters) => armRest('ListActivityLog', parameters),
  blindSpots: [
    'The activity log tells of the control plane alone: what is made, changed or removed within a key vault stands in logs of the vault, which are off where nobody switched them on. Which of several keys was replaced it does not say, and what goes with the resource that holds it leaves no event of its own.',
    'Who did something is in the activity log beside names, addresses and tokens of people, none of which is asked for: such events name nobody.',
  ],
});
