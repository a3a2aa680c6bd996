// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import { exactly, type Instant, type When } from '../../../src/model/instant.ts';
import { listRefs, unknownOf } from '../../../src/model/read-facts.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, LastUse } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { parsedRows, type Parsed } from '../rows.ts';
import { aliasSchema, awsManaged, keyDetailSchema, keySchema, pastRotationSchema, rotationSchema } from '../sources/regional/kms.ts';
import { keyUseSchema } from '../sources/regional/kms-use.ts';
import type { RegionalRows } from './join.ts';
import { endsAt, instantAt, madeAt } from './times.ts';

const KEYS = 'aws.kms.keys';
const DETAILS = 'aws.kms.key-details';
const PAST = 'aws.kms.key-rotations';
const OF_AWS = notApplicable('AWS makes, rotates and disables it');
const USE = 'aws.kms.key-last-usage';

type Detail = z.output<typeof keyDetailSchema>;

/** KMS keys: those of AWS by their alias or their manager, all others with state and age of the material in force. A key whose policy refuses us is listed and unknown. */
export function joinKms(related: Related, asOf: Instant): RegionalRows {
  const details = new Map(parsedRows(related, DETAILS, 'aws.kms-key-detail', keyDetailSchema).map((detail) => [detail.value.KeyId, detail]));
  const names = new Map(parsedRows(related, 'aws.kms.aliases', 'aws.kms-alias', aliasSchema).flatMap(({ value, row }) => (value.TargetKeyId === undefined ? [] : [[value.TargetKeyId, { name: value.AliasName, refs: row.refs }] as const])));
  const uses = new Map(parsedRows(related, USE, 'aws.kms-key-use', keyUseSchema).map((use) => [use.value.KeyId, use]));
  const managed = awsManaged(related);
  const credentials = parsedRows(related, KEYS, 'aws.kms-key', keySchema).map(({ value, row }): Credential => {
    const { KeyId: id } = value;
    const detail = details.get(id);
    const alias = names.get(id);
    const ofAws = managed.has(id) || detail?.value.KeyManager === 'AWS';
    const refs = [...row.refs, ...(alias?.refs ?? []), ...(detail?.row.refs ?? [])];
    const base = { type: 'credential' as const, key: row.key, id, idBasis: 'provider', kind: 'aws.kms-key', unit: related.unit.id, identity: null, name: alias?.name ?? null, responsibility: ofAws ? 'provider' as const : 'entity' as const, refs };
    if (ofAws) return { ...base, status: OF_AWS, created: OF_AWS, expires: OF_AWS, lastUsed: OF_AWS, audience: null };
    const lastUsed = lastUseOf(related, id, uses.get(id));
    if (detail === undefined) {
      const open = unknownOf(related, DETAILS, id);
      return { ...base, status: open, created: open, expires: open, lastUsed, audience: null };
    }
    return { ...base, status: statusOf(detail.value, refs), created: materialOf(related, detail, asOf), expires: endsAt(detail.value.ValidTo, refs, known({ never: true as const }, refs, rotationNote(related, id))), lastUsed, audience: detail.value.KeySpec ?? null };
  });
  return { credentials, objects: [], populations: { 'aws.kms-key': countOf(related, KEYS, credentials.length) } };
}

/** The last successful use that KMS tracked; none is "never" only since tracking began, or since the key was made where that was later. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html */
function lastUseOf(related: Related, id: string, use: Parsed<z.output<typeof keyUseSchema>> | undefined): Fact<LastUse> {
  if (use === undefined) return unknownOf(related, USE, id);
  const { value: { KeyLastUsage: last, TrackingStartDate: tracking, KeyCreationDate: made }, row: { refs } } = use;
  const tracked = tracking === undefined ? null : instantAt(tracking);
  if (last?.Timestamp === undefined) {
    const begun = made === undefined ? null : instantAt(made);
    return known<LastUse>({ none: true, since: tracked !== null && begun !== null && begun > tracked ? begun : tracked }, refs, tracked === null ? {} : { trackedSince: tracked });
  }
  const at = instantAt(last.Timestamp);
  if (at === null) return unknown('unrecognized', 'the date of use is not one that we can read');
  return known<LastUse>(last.Operation === undefined ? { at } : { at, where: last.Operation }, refs, tracked === null ? {} : { trackedSince: tracked });
}

/** States of a key. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
function statusOf({ KeyState: state, DeletionDate: deletion }: Detail, refs: readonly PageReference[]): Credential['status'] {
  if (state === 'Enabled') return known('active' as const, refs);
  if (state === undefined) return unknown('not_reported', 'the answer has no state');
  if (['Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'PendingImport', 'Unavailable', 'Creating', 'Updating'].includes(state)) {
    const at = deletion === undefined ? null : instantAt(deletion);
    return known('inactive' as const, refs, { note: at === null ? `its state is ${state}` : `its state is ${state}; it is deleted on ${at}` });
  }
  return unknown('unrecognized', 'the state is none that we know');
}

/** When the material in force was made: at the last rotation, or with the key. */
function materialOf(related: Related, { value, row }: Parsed<Detail>, asOf: Instant): Fact<When> {
  if (value.Origin === 'EXTERNAL') return unknown('not_reported', 'its material was imported; when, the answer does not say');
  const made = madeAt(value.CreationDate, row.refs);
  const end = related.ended(PAST, value.KeyId);
  if (made.status !== 'known' || (end.state === 'skipped' && end.kind === 'not_needed')) return made;
  if (end.state !== 'complete') return unknownOf(related, PAST, value.KeyId);
  const rotations = parsedRows(related, PAST, 'aws.kms-key-past-rotation', pastRotationSchema).filter(({ row: own }) => own.value['KeyId'] === value.KeyId);
  const moments = rotations.map(({ value: { RotationDate: date } }) => instantAt(date));
  if (moments.includes(null)) return unknown('unrecognized', 'the date of a rotation is not one that we can read');
  const last = moments.filter((at): at is Instant => at !== null && at <= asOf).toSorted().at(-1);
  const refs = [...row.refs, ...rotations.flatMap(({ row: own }) => own.refs), ...(rotations.length === 0 ? listRefs(related, PAST, value.KeyId) : [])];
  return last === undefined ? { ...made, refs } : known(exactly(last), refs, { note: 'the last rotation' });
}

function rotationNote(related: Related, id: string): { readonly note?: string } {
  const row = parsedRows(related, 'aws.kms.key-rotation', 'aws.kms-key-rotation', rotationSchema).find(({ row: own }) => own.value['KeyId'] === id);
  if (row === undefined) return {};
  const { KeyRotationEnabled: on, RotationPeriodInDays: days } = row.value;
  return { note: on ? `it rotates by itself${days === undefined ? '' : ` every ${days} days`}` : 'it does not rotate by itself' };
}
