// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../../src/model/json.ts';
import { defineSource } from '../../../src/model/source.ts';
import { shellQuote } from '../command.ts';
import { eventSchema, LIFECYCLE_OPERATIONS } from '../lifecycle-events.ts';
import { ACCOUNT, observe, plain } from '../shapes.ts';

/** The most events that CloudTrail gives in one page. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const MOST_EVENTS = 50;

/**
 * What happened to users, roles and their credentials: one list for each operation of IAM, since a request takes one attribute, and all
 * events of IAM together would be mostly reads, our own among them. No time is named: the answer is all that is kept, and which time that
 * is, the join says from the scan's clock, which a plan does not have.
 */
export const cloudTrailEvents = defineSource({
  id: 'aws.cloudtrail.events',
  title: 'What was made, switched and deleted, by CloudTrail',
  unitKind: ACCOUNT,
  lane: 'aws.cloudtrail',
  depth: 'standard',
  operations: [{
    service: 'cloudtrail', operation: 'LookupEvents', permission: 'cloudtrail:LookupEvents',
    documentation: 'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html', probe: { input: { MaxResults: 1 } },
  }],
  plan: () => LIFECYCLE_OPERATIONS.map(({ name }) => ({ parent: name, parameters: { EventName: name } })),
  request: (seed, page) => ({
    service: 'cloudtrail', operation: 'LookupEvents',
    input: { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: seed.parameters['EventName'] ?? '' }], MaxResults: MOST_EVENTS, ...page },
  }),
  page: {
    schema: z.object({ Events: z.array(z.object({ CloudTrailEvent: eventSchema })), NextToken: z.string().optional() }),
    count: (body) => body.Events.length,
    // The one end marker that there is: a page without a token is the last.
    end: ({ NextToken: next }) => (next === undefined || next === '' ? { last: true } : { next: { NextToken: next } }),
  },
  rows: (body, context) => body.Events.map(({ CloudTrailEvent: event }, index) => observe('aws.cloudtrail-event', event.eventID, plain(event), context, ['Events', index, 'CloudTrailEvent'])),
  command: lookupCommand,
  blindSpots: [
    'CloudTrail keeps events for 90 days and delivers them late, mostly within 15 minutes; what was made and deleted between two scans that are further apart is not seen.',
    'That a service-linked role was deleted is not read from events: DeleteServiceLinkedRole only starts a task.',
  ],
});

/** The AWS CLI pages on its own. The region is named since these events are in one only; other partitions have another (cn-north-1, us-gov-west-1). */
export function lookupCommand({ LookupAttributes: attributes }: JsonObject): string {
  const first = Array.isArray(attributes) ? z.object({ AttributeKey: z.string(), AttributeValue: z.string() }).safeParse(attributes[0]) : null;
  return ['aws', 'cloudtrail', 'lookup-events', '--region', 'us-east-1', ...(first?.success === true ? ['--lookup-attributes', shellQuote(`AttributeKey=${first.data.AttributeKey},AttributeValue=${first.data.AttributeValue}`)] : [])].join(' ');
}
