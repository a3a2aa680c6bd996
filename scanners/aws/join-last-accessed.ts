// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, plusDays } from '../../src/model/instant.ts';
import { byCodeUnit, type Json } from '../../src/model/json.ts';
import { endedFor, unknownOf } from '../../src/model/read-facts.ts';
import type { Identity, LastUse } from '../../src/model/row.ts';
import type { Account } from './account.ts';
import { parsedRows } from './rows.ts';
import { LAST_ACCESSED, lastAccessedSchema } from './sources/last-accessed.ts';

/** "At least the last 400 days". https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html */
const TRACKED_DAYS = 400;
/** So many services that were never tried are named; of more there is the number. */
const MOST_NAMED = 50;
const NOTE = 'by the services that it last tried; attempts that were denied count';

type Answers = ReadonlyMap<string, ReturnType<typeof parsedRows<{ readonly Principal: string; readonly Services: readonly { readonly ServiceNamespace: string; readonly LastAuthenticated?: string | undefined; readonly LastAuthenticatedRegion?: string | undefined }[] }>>[number]>;

/** Services that principals last tried, by the principal's id; parsed once an account. */
export function lastAccessedOf(account: Account): Answers {
  return new Map(parsedRows(account.related, LAST_ACCESSED, 'aws.last-accessed', lastAccessedSchema).map((answer) => [answer.value.Principal, answer]));
}

/** A principal's last use: what is known of it, or where nothing is, the last service that it tried. */
export function lastUseOr(better: Fact<LastUse>, account: Account, answers: Answers, id: string): Fact<LastUse> {
  const answer = answers.get(id);
  if (better.status !== 'unknown' || answer === undefined) return better;
  const trackedSince = plusDays(account.context.asOf, -TRACKED_DAYS);
  const more = { granularity: '4 hours', trackedSince, note: NOTE };
  let latest: LastUse | null = null;
  for (const { ServiceNamespace: service, LastAuthenticated: date, LastAuthenticatedRegion: region } of answer.value.Services) {
    if (date === undefined) continue;
    const at = parseInstant(date);
    if (at === null) return unknown('unrecognized', 'the date of an attempt is not one that we can read');
    if (latest === null || ('at' in latest && at > latest.at)) latest = { at, where: region === undefined || region === '' ? service : `${service} in ${region}` };
  }
  return known<LastUse>(latest ?? { none: true, since: trackedSince }, answer.row.refs, more);
}

/** How many services a principal may use, which it never tried, and which it did: only where that was asked for. */
export function servicesTried(account: Account, answers: Answers, id: string): Pick<Identity, 'particulars'> {
  const end = endedFor(account.related, LAST_ACCESSED, id);
  if ((end.state === 'skipped' && end.kind !== 'parent_unread') || end.state === 'not_due') return {};
  const answer = answers.get(id);
  if (answer === undefined) return { particulars: { 'aws.services-tried': unknownOf(account.related, LAST_ACCESSED, id) } };
  const services = answer.value.Services;
  const never = services.filter(({ LastAuthenticated: date }) => date === undefined).map(({ ServiceNamespace: name }) => name).sort(byCodeUnit);
  const tried = services.flatMap(({ ServiceNamespace: service, LastAuthenticated: date }): Json[] => (date === undefined ? [] : [{ service, at: date }]));
  return { particulars: { 'aws.services-tried': known<Json>({ allowed: services.length, tried, neverTried: never.length, neverTriedNames: never.length <= MOST_NAMED ? never : null }, answer.row.refs, { trackedSince: plusDays(account.context.asOf, -TRACKED_DAYS), note: 'attempts that were denied count' }) } };
}
