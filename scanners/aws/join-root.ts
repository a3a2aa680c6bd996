// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant } from '../../src/model/instant.ts';
import { momentOf, unknownOf } from '../../src/model/read-facts.ts';
import type { CallId, PageReference } from '../../src/model/reference.ts';
import type { Credential, Identity, LastUse } from '../../src/model/row.ts';
import { isCaller, REPORT, rootId, rootKey, rootReport, type Account } from './account.ts';
import { classifyRoot } from './classification.ts';
import { certificateSlots } from './join-credentials.ts';
import { notInReport, rootKeysOf, slotLastUse } from './join-keys.ts';
import { OWNERSHIP } from './join-users.ts';
import { keySlots, slotState, type Reported } from './report-row.ts';
import { parsedRows } from './rows.ts';

export const SUMMARY = 'aws.iam.account-summary';
const summarySchema = z.object({ AccountAccessKeysPresent: z.string().optional() });

/** Root, which every account has: from its row in the report and the account's own counts. */
export function joinRoot(account: Account): { readonly identity: Identity; readonly credentials: readonly Credential[] } {
  const { unit } = account;
  const reported = rootReport(account);
  const keys = rootKeysOf(account, reported);
  const certificates = reported === null ? { credentials: [], count: notInReport(account) } : certificateSlots(account, reported, rootId(account), rootKey(account));
  const count = rootKeyCount(account, reported, keys.count);
  const summary = parsedRows(account.related, SUMMARY, 'aws.account-summary', summarySchema)[0];
  const refs = [...new Set<PageReference>([...(reported?.refs ?? []), ...(summary?.row.refs ?? []), ...(account.caller?.refs ?? [])])];
  const address = reported?.row.arn ?? `arn:${/^arn:([a-z0-9-]+):/.exec(account.caller?.arn ?? '')?.[1] ?? 'aws'}:iam::${unit.nativeId}:root`;
  const nothingRead = unknownOf(account.related, REPORT);
  const identity: Identity = {
    type: 'identity', key: rootKey(account), id: rootId(account), idBasis: 'account|root', kind: 'aws.root', unit: unit.id, name: 'root', address, responsibility: 'entity',
    classification: classifyRoot(count, refs), created: reported === null ? notInReport(account) : momentOf(reported.row.user_creation_time, reported.refs), lastUsed: lastUseOf(account, reported),
    interactiveLogin: refs.length === 0 ? nothingRead : known(true, refs, { note: 'root can sign in, or regain its password by e-mail, unless the organization removed its credentials' }),
    privilege: refs.length === 0 ? nothingRead : known({ level: 'administrator' as const, via: ['root'] }, refs), tags: refs.length === 0 ? nothingRead : notApplicable('root has no tags'), ...OWNERSHIP,
    credentialCounts: { 'aws.access-key': count, 'aws.signing-certificate': certificates.count }, self: isCaller(account, { id: unit.nativeId, arn: address }), refs: reported?.refs ?? summary?.row.refs ?? account.caller?.refs ?? [],
  };
  return { identity, credentials: [...keys.credentials, ...certificates.credentials] };
}

/**
 * How many access keys root has. That there is one, either source may say; that there is none needs both, as far as both could
 * be read. Where they disagree (a key made or removed since the report), neither is taken.
 */
function rootKeyCount(account: Account, reported: Reported | null, slots: Fact<number>): Fact<number> {
  const summary = parsedRows(account.related, SUMMARY, 'aws.account-summary', summarySchema)[0];
  const present = summary?.value.AccountAccessKeysPresent;
  const reportClosed = account.related.ended(REPORT).state === 'complete';
  if (summary === undefined || present === undefined) {
    if (slots.status !== 'known' || slots.value > 0) return slots;
    return unknownOf(account.related, SUMMARY);
  }
  const total = known(Number(present), summary.row.refs, { note: "the account's own count" });
  if (slots.status === 'known') {
    if ((slots.value > 0) === (total.value > 0)) return known(slots.value, [...slots.refs, ...total.refs], slots.asOf === undefined ? {} : { asOf: slots.asOf });
    return unknown('conflict', `the credential report shows ${slots.value} access keys of root, the account summary ${total.value}`, [...callsOf(account, REPORT), ...callsOf(account, SUMMARY)]);
  }
  // A report without a row for root leaves the summary as the only one who speaks.
  return total.value > 0 || (reportClosed && reported === null) ? total : slots;
}

function callsOf(account: Account, source: string): readonly CallId[] {
  const end = account.related.ended(source);
  return end.state === 'complete' || end.state === 'failed' ? end.calls : [];
}

function lastUseOf(account: Account, reported: Reported | null): Fact<LastUse> {
  if (reported === null) return notInReport(account);
  const password = parseInstant(reported.row.password_last_used);
  const uses: Fact<LastUse>[] = keySlots(reported.row).filter((slot) => slotState(slot.active, slot.lastRotated) !== 'none').map((slot) => slotLastUse(reported, slot));
  if (password !== null) uses.push(known<LastUse>({ at: password, where: 'console' }, reported.refs));
  const moments = uses.flatMap((fact) => (fact.status === 'known' && 'at' in fact.value ? [fact.value] : [])).toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const [latest] = moments;
  if (latest !== undefined) return known<LastUse>(latest, reported.refs, { asOf: reported.generated, granularity: '15 minutes' });
  if (uses.some((fact) => fact.status === 'unknown') || !['N/A', 'no_information', 'not_supported'].includes(reported.row.password_last_used)) return unknown('unrecognized', 'the credential report has a date of use that we cannot read');
  return known<LastUse>({ none: true, since: null }, reported.refs, { asOf: reported.generated });
}
