// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseInstant, wholeDays, type Instant } from '../../../src/model/instant.ts';
import { defineSource, type Related } from '../../../src/model/source.ts';
import { lookupCommand } from './cloudtrail-events.ts';
import { reportedFor, tiedSlot } from '../report-row.ts';
import { keyOf, keysOfUser, parsedRows, userById, type KeyRow } from '../rows.ts';
import { ACCOUNT, observe, plain } from '../shapes.ts';
import { lastUsedSchema } from './access-key-last-used.ts';

export const KEY_EVENTS = 'aws.cloudtrail.key-events';
/** A key in use that is older than this is looked up: CloudTrail's events go back as far. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const OLD_DAYS = 90;

const text = z.string().nullish();
/** What is kept of an event that a key made: what was done, when and where, and whether it was refused. Not from which address, and nothing of what was asked. */
export const keyEventSchema = z.object({ eventID: z.string().min(1), eventTime: z.string(), eventSource: z.string(), eventName: z.string(), errorCode: text, awsRegion: text });

/**
 * The newest event of each access key that stands out: active, and old or never used. One event, since a key in use has thousands.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export const keyEvents = defineSource({
  id: KEY_EVENTS,
  title: 'Newest event of old and unused access keys',
  unitKind: ACCOUNT,
  lane: 'aws.cloudtrail',
  depth: 'deep',
  parent: 'aws.iam.access-keys',
  after: ['aws.sts.caller-identity', 'aws.iam.authorization-details', 'aws.iam.credential-report', 'aws.iam.access-key-last-used'],
  operations: [{
    service: 'cloudtrail', operation: 'LookupEvents', permission: 'cloudtrail:LookupEvents',
    documentation: 'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html', probe: { input: { MaxResults: 1 } },
  }],
  next: (row, related) => {
    const key = keyOf(row);
    if (key === null) return null;
    const reason = unremarkable(key, related);
    return reason === null ? { parent: key.AccessKeyId, parameters: { AccessKeyId: key.AccessKeyId } } : { parent: key.AccessKeyId, skip: 'not_needed', reason };
  },
  request: (seed, page) => ({ service: 'cloudtrail', operation: 'LookupEvents', input: { LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: seed.parameters['AccessKeyId'] ?? '' }], MaxResults: 1, ...page } }),
  page: {
    schema: z.object({ Events: z.array(z.object({ CloudTrailEvent: keyEventSchema })).max(1), NextToken: z.string().optional() }),
    count: (body) => body.Events.length,
    // Events come newest first: the first is all that is asked for, whatever token is beside it. A page without any is the end only where it names no next one.
    end: ({ Events: events, NextToken: next }) => (events.length > 0 || next === undefined || next === '' ? { last: true } : { next: { NextToken: next } }),
  },
  rows: (body, context) => body.Events.map(({ CloudTrailEvent: event }, index) => observe('aws.key-event', `${context.parent ?? ''}|newest`, { ...plain(event), AccessKeyId: context.parent }, context, ['Events', index, 'CloudTrailEvent'])),
  command: lookupCommand,
  blindSpots: ['Events of a key are looked up in the one region where events of IAM are, by CloudTrail\'s event history of 90 days: what it did in other regions, and reads and writes of data, are not among them.'],
});

/** Why a key does not stand out; null for one that does. One whose age or use cannot be told does. */
function unremarkable(key: KeyRow, related: Related): string | null {
  if (key.Status !== 'Active') return 'it is not active';
  const [created, now] = [parseInstant(key.CreateDate), nowOf(related)];
  if (created === null || now === null || wholeDays(created, now) > OLD_DAYS) return null;
  return wasUsed(key, related) === true ? `it is in use and at most ${OLD_DAYS} days old` : null;
}

/** The scan's moment as the provider's own clock told it: a plan has no other. */
function nowOf(related: Related): Instant | null {
  const [caller] = parsedRows(related, 'aws.sts.caller-identity', 'aws.caller', z.object({ At: z.string().optional() }));
  return caller?.value.At === undefined ? null : parseInstant(caller.value.At);
}

/** Whether a key was ever used, as far as the rows tell. */
function wasUsed(key: KeyRow, related: Related): boolean | null {
  const answer = related.rows('aws.iam.access-key-last-used').find((row) => row.type === 'observation' && row.value['AccessKeyId'] === key.AccessKeyId);
  if (answer?.type === 'observation') return lastUsedSchema.parse(answer.value).AccessKeyLastUsed.LastUsedDate !== undefined;
  const user = userById(related, key.UserId);
  const reported = user === null ? null : reportedFor(related, user);
  const slot = reported === null ? null : tiedSlot(reported, keysOfUser(related, key.UserId));
  return slot === null ? null : parseInstant(slot.lastUsedDate) !== null;
}
