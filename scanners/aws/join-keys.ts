// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { noLaterThan, parseInstant, type Instant } from '../../src/model/instant.ts';
import { endedFor, listRefs, momentOf, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, LastUse } from '../../src/model/row.ts';
import { REPORT, reportOf, rootId, rootKey, type Account } from './account.ts';
import type { KeyStories } from './join-key-events.ts';
import { statusOf } from './read-facts.ts';
import { holdsKeys, isTrue, keySlots, slotState, tiedSlot, type KeySlot, type Reported } from './report-row.ts';
import { parsedRows, type KeyRow, type Parsed } from './rows.ts';
import { rowKey } from './shapes.ts';
import { lastUsedSchema } from './sources/access-key-last-used.ts';
import type { UserDetail } from './sources/authorization-details.ts';

const LIST = 'aws.iam.access-keys';
const LAST_USED = 'aws.iam.access-key-last-used';

/** AWS has kept the last use of access keys since this day. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export const KEYS_TRACKED_SINCE = '2015-04-22T00:00:00.000Z' as Instant;
const USE = { granularity: '15 minutes', trackedSince: KEYS_TRACKED_SINCE } as const;

export interface Held { readonly credentials: readonly Credential[]; readonly count: Fact<number> }
type LastUses = ReadonlyMap<string, { readonly value: { readonly AccessKeyLastUsed: { readonly LastUsedDate?: string | undefined; readonly ServiceName: string; readonly Region: string } }; readonly refs: readonly PageReference[] }>;

/** Answers of GetAccessKeyLastUsed by key id, parsed once an account. */
export function lastUsesOf(account: Account): LastUses {
  const schema = lastUsedSchema.extend({ AccessKeyId: lastUsedSchema.shape.UserName.unwrap() });
  return new Map(parsedRows(account.related, LAST_USED, 'aws.access-key-last-used', schema).map(({ value, row }) => [value.AccessKeyId, { value, refs: row.refs }]));
}

/**
 * Access keys of one user: by id where they were listed; by slot of the credential report where ids were not asked for or could
 * not be read. The count is known only where the list closed, or where the report shows that there is none.
 */
export function keysOf(account: Account, user: Parsed<UserDetail>, lastUses: LastUses, stories: KeyStories): Held {
  const { related } = account;
  const id = user.value.UserId;
  const identity = user.row.key;
  const reported = reportOf(account, user.value);
  const end = endedFor(related, LIST, id);
  const listed = account.keysByUser.get(id) ?? [];
  const closed = end.state === 'complete';
  const credentials = listed.map((key) => ({ ...listedKey(account, key, identity, closed ? reported : null, listed, lastUses), ...stories.of(key.value.AccessKeyId) }));
  if (closed) return { credentials, count: known(listed.length, listRefs(related, LIST, id)) };
  if (end.state === 'skipped' && end.kind === 'not_needed' && reported !== null && holdsKeys(reported.row) === 'none') return { credentials: [], count: known(0, reported.refs, { asOf: reported.generated }) };
  if (end.state === 'skipped' && end.kind === 'not_requested') return slotsOf(account, { id, identity, responsibilityRefs: user.row.refs }, reported, null);
  const failed = unknownOf(related, LIST, id);
  // The report still shows that keys are there; without their list it does not settle what a key's list would.
  const slots = listed.length > 0 ? [] : slotsOf(account, { id, identity, responsibilityRefs: user.row.refs }, reported, failed).credentials;
  return { credentials: [...credentials, ...slots], count: failed };
}

/** Root's access keys, which only the report shows, by slot. */
export function rootKeysOf(account: Account, reported: Reported | null): Held {
  return slotsOf(account, { id: rootId(account), identity: rootKey(account), responsibilityRefs: [] }, reported, null);
}

interface Owner { readonly id: string; readonly identity: string; readonly responsibilityRefs: readonly PageReference[] }

function slotsOf(account: Account, owner: Owner, reported: Reported | null, listFailed: Unknown | null): Held {
  if (reported === null) return { credentials: [], count: notInReport(account) };
  const { generated, refs } = reported;
  const credentials = keySlots(reported.row).filter((slot) => slotState(slot.active, slot.lastRotated) === 'filled').map((slot): Credential => {
    const rotated = parseInstant(slot.lastRotated);
    const id = `${owner.id}|slot${slot.number}`;
    return {
      type: 'credential', key: rowKey(account.unit.id, id), id, idBasis: 'name|slot', kind: 'aws.access-key', unit: account.unit.id, identity: owner.identity, name: null, responsibility: 'entity',
      status: slotStatus(slot.active, refs, generated),
      // "Created or last changed": the key is at least that old. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
      created: rotated === null ? unknown('not_reported', 'the report has no date for this slot') : known(noLaterThan(rotated), refs, { asOf: generated, note: 'the report tells when the key was created or last changed' }),
      expires: known({ never: true as const }, refs),
      lastUsed: listFailed ?? slotLastUse(reported, slot), audience: null, refs,
    };
  });
  const state = holdsKeys(reported.row);
  const clear = keySlots(reported.row).every((slot) => slotState(slot.active, slot.lastRotated) !== 'unclear') && state !== 'unclear';
  return { credentials, count: listFailed ?? (clear ? known(credentials.length, refs, { asOf: generated }) : unknown('unrecognized', "the credential report's key slots cannot be read")) };
}

function listedKey(account: Account, key: Parsed<KeyRow>, identity: string, reported: Reported | null, all: readonly Parsed<KeyRow>[], lastUses: LastUses): Credential {
  const { value, row } = key;
  const { refs } = row;
  return {
    type: 'credential', key: row.key, id: value.AccessKeyId, idBasis: 'provider', kind: 'aws.access-key', unit: account.unit.id, identity, name: null, responsibility: 'entity',
    status: statusOf(value.Status, refs), created: momentOf(value.CreateDate, refs), expires: known({ never: true as const }, refs),
    lastUsed: listedLastUse(account, value.AccessKeyId, reported, all, lastUses), audience: null, refs,
  };
}

function listedLastUse(account: Account, id: string, reported: Reported | null, all: readonly Parsed<KeyRow>[], lastUses: LastUses): Fact<LastUse> {
  const end = endedFor(account.related, LAST_USED, id);
  const answer = lastUses.get(id);
  if (end.state === 'complete' && answer !== undefined) {
    const { LastUsedDate, ServiceName, Region } = answer.value.AccessKeyLastUsed;
    if (LastUsedDate !== undefined) return used(LastUsedDate, ServiceName, Region, answer.refs, USE);
    // No date and the service "N/A": never used since tracking began. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
    return ServiceName === 'N/A' ? known<LastUse>({ none: true, since: KEYS_TRACKED_SINCE }, answer.refs, USE) : unknown('unrecognized', 'a service without a date of use', end.calls);
  }
  const slot = end.state === 'skipped' && end.kind === 'not_needed' && reported !== null ? tiedSlot(reported, all.map(({ value }) => value)) : null;
  return slot === null || reported === null ? unknownOf(account.related, LAST_USED, id) : slotLastUse(reported, slot);
}

/** Last use as a slot of the report tells it, as of the report. */
export function slotLastUse(reported: Reported, slot: KeySlot): Fact<LastUse> {
  const more = { ...USE, asOf: reported.generated };
  if (slot.lastUsedDate === 'N/A') return known<LastUse>({ none: true, since: KEYS_TRACKED_SINCE }, reported.refs, more);
  return used(slot.lastUsedDate, slot.lastUsedService, slot.lastUsedRegion, reported.refs, more);
}

function used(date: string, service: string, region: string, refs: readonly PageReference[], more: { readonly granularity: string; readonly trackedSince: Instant; readonly asOf?: Instant }): Fact<LastUse> {
  const at = parseInstant(date);
  if (at === null) return unknown('unrecognized', 'the date of use is not one that we can read');
  const where = [service, region].filter((part) => part !== 'N/A' && part !== '').join(' in ');
  return known<LastUse>(where === '' ? { at } : { at, where }, refs, more);
}

/** A slot's status: FALSE with a date is a key that was switched off. */
export function slotStatus(active: string, refs: readonly PageReference[], asOf: Instant): Credential['status'] {
  return known(isTrue(active) ? 'active' as const : 'inactive' as const, refs, { asOf });
}

/** Why the report does not say it of somebody: it could not be read, or was made before. */
export function notInReport(account: Account): Unknown {
  const end = account.related.ended(REPORT);
  return end.state === 'complete' ? unknown('not_reported', 'the credential report has no row for it; it was made before, or is of an earlier holder of the name', end.calls) : unknownOf(account.related, REPORT);
}
