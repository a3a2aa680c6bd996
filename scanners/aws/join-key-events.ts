// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, plusDays } from '../../src/model/instant.ts';
import type { Json } from '../../src/model/json.ts';
import { endedFor, listRefs, unknownOf } from '../../src/model/read-facts.ts';
import type { Credential } from '../../src/model/row.ts';
import type { Account } from './account.ts';
import { actorOf } from './join-events.ts';
import { eventSchema } from './lifecycle-events.ts';
import { parsedRows } from './rows.ts';
import { KEY_EVENTS, keyEventSchema } from './sources/key-events.ts';

const EVENTS = 'aws.cloudtrail.events';
const MADE = 'CreateAccessKey';
const KEPT_DAYS = 90;

/** What CloudTrail tells of access keys, by their id, parsed once an account. */
export interface KeyStories { of(id: string): Pick<Credential, 'particulars'> }

/** The newest event of a key that was looked up, and who made it where that is among the events that are kept. Nothing of keys that were not looked up. */
export function keyStories(account: Account): KeyStories {
  const { related, context } = account;
  const newest = new Map(parsedRows(related, KEY_EVENTS, 'aws.key-event', keyEventSchema.extend({ AccessKeyId: z.string() })).map((event) => [event.value.AccessKeyId, event]));
  const made = new Map(parsedRows(related, EVENTS, 'aws.cloudtrail-event', eventSchema).flatMap((event) => {
    const id = event.value.eventName === MADE && event.value.eventSource === 'iam.amazonaws.com' && (event.value.errorCode ?? '') === '' ? event.value.responseElements?.accessKey?.accessKeyId : null;
    return id === null || id === undefined ? [] : [[id, event] as const];
  }));
  const trackedSince = plusDays(context.asOf, -KEPT_DAYS);

  function newestOf(id: string): Fact<Json> {
    if (related.ended(KEY_EVENTS, id).state !== 'complete') return unknownOf(related, KEY_EVENTS, id);
    const event = newest.get(id);
    const more = { trackedSince, note: 'management events of one region' };
    if (event === undefined) return known<Json>(null, listRefs(related, KEY_EVENTS, id), more);
    const { eventTime, eventName: operation, eventSource: service, errorCode, awsRegion: region } = event.value;
    const at = parseInstant(eventTime);
    return at === null ? unknown('unrecognized', 'the time of the event is not one that we can read') : known<Json>({ at, service, operation, region: region ?? null, error: errorCode ?? null }, event.row.refs, more);
  }
  function makerOf(id: string): Fact<Json> {
    const event = made.get(id);
    const actor = event === undefined ? null : actorOf(event.value);
    if (event !== undefined && actor !== null) return known<Json>(actor, event.row.refs);
    const end = related.ended(EVENTS, MADE);
    return end.state === 'complete' ? unknown('not_reported', `no event of the last ${KEPT_DAYS} days tells who made it`, end.calls) : unknownOf(related, EVENTS, MADE);
  }
  return {
    of: (id) => {
      const end = endedFor(related, KEY_EVENTS, id);
      return end.state === 'complete' || end.state === 'failed' ? { particulars: { 'aws.newest-event': newestOf(id), 'aws.made-by': makerOf(id) } } : {};
    },
  };
}
