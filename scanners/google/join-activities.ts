// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant } from '../../src/model/instant.ts';
import { notClosed, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import type { LastUse } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { ACCOUNT_ACTIVITIES, ACCOUNT_ACTIVITY_ROW, activitySchema, KEY_ACTIVITIES, KEY_ACTIVITY_ROW, type Activity } from './sources/activities.ts';
import { lastPart } from './sources/workload-identity.ts';

export interface JoinedActivities { readonly ofAccount: (account: { readonly uniqueId: string; readonly email: string }) => Fact<LastUse>; readonly ofKey: (name: string) => Fact<LastUse> }

/** When accounts and keys last authenticated: used then, not in the time observed, or not known, with the reason. */
export function joinActivities(related: Related): JoinedActivities {
  const accounts = parsedRows(related, ACCOUNT_ACTIVITIES, ACCOUNT_ACTIVITY_ROW, activitySchema);
  const byAccount = new Map(accounts.flatMap((activity): [string, Parsed<Activity>][] => [[lastPart(activity.value.fullResourceName), activity], ...(activity.value.activity?.serviceAccount?.serviceAccountId === undefined ? [] : [[activity.value.activity.serviceAccount.serviceAccountId, activity] as [string, Parsed<Activity>]])]));
  // An account is named by its address or by its id there; a key's own id is in both.
  const byKey = new Map(parsedRows(related, KEY_ACTIVITIES, KEY_ACTIVITY_ROW, activitySchema).map((activity) => [lastPart(activity.value.fullResourceName), activity]));
  return {
    ofAccount: ({ uniqueId, email }) => useOf(related, ACCOUNT_ACTIVITIES, byAccount.get(uniqueId) ?? byAccount.get(email)),
    ofKey: (name) => useOf(related, KEY_ACTIVITIES, byKey.get(lastPart(name))),
  };
}

function useOf(related: Related, source: string, activity: Parsed<Activity> | undefined): Fact<LastUse> {
  if (activity === undefined) return notClosed(related, source) ?? unknown('not_reported', 'Policy Analyzer has no line of it: it may be too young, or was never observed');
  const { value: { observationPeriod: period, activity: told }, row: { refs } } = activity;
  const [from, to] = [period?.startTime, period?.endTime].map((text) => (text === undefined ? null : parseInstant(text)));
  const more = { granularity: 'day', note: `observed ${from ?? 'from a time that is not told'} to ${to ?? 'a time that is not told'}`, ...(from === null || from === undefined ? {} : { trackedSince: from }) };
  if (told?.lastAuthenticatedTime === undefined) return known<LastUse>({ none: true, since: from ?? null }, refs, more);
  const at = parseInstant(told.lastAuthenticatedTime);
  return at === null ? unknown('unrecognized', 'the day of use is not one that we can read') : known<LastUse>({ at }, refs, more);
}
