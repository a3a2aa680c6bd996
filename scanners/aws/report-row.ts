// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { reportRowSchema, type ReportRow } from './sources/credential-report.ts';

const observedSchema = z.object({ ...reportRowSchema.shape, GeneratedTime: z.string() });

/** A row of the credential report with the report's own time. */
export interface Reported { readonly row: ReportRow; readonly generated: Instant; readonly refs: readonly PageReference[] }

/** One of the two key slots of a row. */
export interface KeySlot { readonly number: 1 | 2; readonly active: string; readonly lastRotated: string; readonly lastUsedDate: string; readonly lastUsedRegion: string; readonly lastUsedService: string }

/** A row of the report, where the row is one. */
export function reportedOf(row: SourceRow): Reported | null {
  if (row.type !== 'observation' || row.kind !== 'aws.report-row') return null;
  const { GeneratedTime, ...value } = observedSchema.parse(row.value);
  const generated = parseInstant(GeneratedTime);
  return generated === null ? null : { row: value, generated, refs: row.refs };
}

/** The report's row of a user: same ARN and same creation time, since a name, and so an ARN, can be given again to another user. */
export function reportedFor(related: Related, user: { readonly Arn: string; readonly CreateDate: string }): Reported | null {
  for (const row of related.rows('aws.iam.credential-report')) {
    if (row.type !== 'observation' || row.value['arn'] !== user.Arn) continue;
    const reported = reportedOf(row);
    if (reported !== null && isRowOf(reported, user)) return reported;
  }
  return null;
}

/** Whether a row of the report is this user's. */
export function isRowOf(reported: Reported, user: { readonly Arn: string; readonly CreateDate: string }): boolean {
  return reported.row.arn === user.Arn && sameSecond(reported.row.user_creation_time, user.CreateDate);
}

export function keySlots(row: ReportRow): readonly KeySlot[] {
  return [
    { number: 1, active: row.access_key_1_active, lastRotated: row.access_key_1_last_rotated, lastUsedDate: row.access_key_1_last_used_date, lastUsedRegion: row.access_key_1_last_used_region, lastUsedService: row.access_key_1_last_used_service },
    { number: 2, active: row.access_key_2_active, lastRotated: row.access_key_2_last_rotated, lastUsedDate: row.access_key_2_last_used_date, lastUsedRegion: row.access_key_2_last_used_region, lastUsedService: row.access_key_2_last_used_service },
  ];
}

/** Whether a slot holds a key: a date or an active mark shows one, only `FALSE` with `N/A` shows none; anything else does not say. */
export function slotState(active: string, lastRotated: string): 'filled' | 'none' | 'unclear' {
  if (isTrue(active) || parseInstant(lastRotated) !== null) return 'filled';
  return isFalse(active) && lastRotated === 'N/A' ? 'none' : 'unclear';
}

/** Whether a row shows access keys. Additional credentials beyond the two slots make it unclear. */
export function holdsKeys(row: ReportRow): 'some' | 'none' | 'unclear' {
  return together(keySlots(row).map((slot) => slotState(slot.active, slot.lastRotated)), row);
}

/** Whether a row shows signing certificates. */
export function holdsCertificates(row: ReportRow): 'some' | 'none' | 'unclear' {
  return together([slotState(row.cert_1_active, row.cert_1_last_rotated), slotState(row.cert_2_active, row.cert_2_last_rotated)], row);
}

/**
 * The slot that is surely the one listed key, or null. The report has no key ids; a slot is tied to one only where a single key
 * is listed, a single slot is filled, its `last_rotated` is the key's CreateDate to the second (a change of status would have
 * moved it), and the key was there when the report was made.
 */
export function tiedSlot(reported: Reported, keys: readonly { readonly CreateDate: string }[]): KeySlot | null {
  const [key] = keys;
  if (keys.length !== 1 || key === undefined || moreThanSlots(reported.row)) return null;
  const states = keySlots(reported.row).map((slot) => ({ slot, state: slotState(slot.active, slot.lastRotated) }));
  const filled = states.filter(({ state }) => state === 'filled');
  const only = filled[0]?.slot;
  if (only === undefined || filled.length !== 1 || states.some(({ state }) => state === 'unclear')) return null;
  const created = parseInstant(key.CreateDate);
  return created !== null && created <= reported.generated && sameSecond(only.lastRotated, key.CreateDate) ? only : null;
}

/** `true` in either case: AWS writes TRUE and true for the same thing in different places. */
export function isTrue(text: string): boolean {
  return text.toLowerCase() === 'true';
}
export function isFalse(text: string): boolean {
  return text.toLowerCase() === 'false';
}

/** Whether the row says that there is more than its columns show. The User Guide describes the column as a count. */
function moreThanSlots(row: ReportRow): boolean {
  return row.additional_credentials_info !== undefined && !['', '0', 'N/A'].includes(row.additional_credentials_info);
}

function together(states: readonly ('filled' | 'none' | 'unclear')[], row: ReportRow): 'some' | 'none' | 'unclear' {
  if (states.includes('filled')) return 'some';
  return states.includes('unclear') || moreThanSlots(row) ? 'unclear' : 'none';
}

function sameSecond(a: string, b: string): boolean {
  const first = parseInstant(a);
  const second = parseInstant(b);
  return first !== null && second !== null && first.slice(0, 19) === second.slice(0, 19);
}
