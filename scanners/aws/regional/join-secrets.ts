// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import { parseInstant, type Instant, type When } from '../../../src/model/instant.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, LastUse, ObjectRow } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { parsedRows, type Parsed } from '../rows.ts';
import { regionOf } from '../shapes.ts';
import { parameterSchema } from '../sources/regional/parameters.ts';
import { secretSchema } from '../sources/regional/secrets.ts';
import type { RegionalRows } from './join.ts';
import { instantAt, madeAt } from './times.ts';

const SECRETS = 'aws.secretsmanager.secrets';
const PARAMETERS = 'aws.ssm.parameters';
type Secret = z.output<typeof secretSchema>;

/** Stored secrets: those of Secrets Manager, and encrypted parameters. A replica is of the secret in its primary region and is counted apart, so that each secret stands once. */
export function joinSecrets(related: Related, asOf: Instant): RegionalRows {
  const region = regionOf(related.unit);
  const listed = parsedRows(related, SECRETS, 'aws.secret', secretSchema);
  const isReplica = ({ value: { PrimaryRegion: primary } }: Parsed<Secret>): boolean => primary !== undefined && primary !== region;
  const secrets = listed.filter((secret) => !isReplica(secret)).map((secret) => secretOf(related.unit.id, secret));
  const replicas = listed.filter(isReplica).map((secret) => replicaOf(related.unit.id, secret));
  const parameters = parsedRows(related, PARAMETERS, 'aws.ssm-parameter', parameterSchema).filter(({ value }) => value.Type === 'SecureString').map((parameter) => parameterOf(related.unit.id, parameter, asOf));
  return {
    credentials: [...secrets, ...parameters], objects: replicas,
    populations: { 'aws.secret': countOf(related, SECRETS, secrets.length), 'aws.secret-replica': countOf(related, SECRETS, replicas.length), 'aws.ssm-secure-string': countOf(related, PARAMETERS, parameters.length) },
  };
}

function secretOf(unit: string, { value, row }: Parsed<Secret>): Credential {
  const { refs } = row;
  return {
    type: 'credential', key: row.key, id: value.ARN, idBasis: 'provider', kind: 'aws.secret', unit, identity: null, name: value.Name, responsibility: 'entity',
    status: value.DeletedDate === undefined ? known('active' as const, refs) : known('inactive' as const, refs, { note: 'planned for deletion: nobody can read it, and it can be restored until then' }),
    created: storedWithin(value, refs),
    expires: known({ never: true as const }, refs, value.RotationEnabled === true ? { note: 'its value has no end of its own and is rotated' } : {}), lastUsed: readOn(value, refs), audience: value.OwningService ?? null, refs,
  };
}

/** When the value in force was stored: not before the secret was made or last rotated, and not after its last change of any kind, a tag's too. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html */
function storedWithin({ CreatedDate: made, LastRotatedDate: rotated, LastChangedDate: changed }: Secret, refs: readonly PageReference[]): Fact<When> {
  const [madeOn, rotatedOn, changedOn] = [made, rotated, changed].map((moment) => (moment === undefined ? null : instantAt(moment)));
  if (madeOn === null || madeOn === undefined) return made === undefined ? unknown('not_reported', 'the answer has no such date') : unknown('unrecognized', 'the date is not one that we can read');
  const from = later(madeOn, rotatedOn);
  return known({ from, to: later(from, changedOn) }, refs, { note: 'the value in force was stored between its making or last rotation and its last change' });
}

function later(one: Instant, other: Instant | null | undefined): Instant {
  return other !== null && other !== undefined && other > one ? other : one;
}

/** The day of the last read in this region. Secrets Manager leaves it out where there was none since the secret was made. */
function readOn({ LastAccessedDate: read, CreatedDate: made }: Secret, refs: readonly PageReference[]): Fact<LastUse> {
  if (read === undefined) return known<LastUse>({ none: true, since: made === undefined ? null : instantAt(made) }, refs, { granularity: 'day (UTC)', note: 'in this region' });
  const at = instantAt(read);
  return at === null ? unknown('unrecognized', 'the day of use is not one that we can read') : known<LastUse>({ at }, refs, { granularity: 'day (UTC)', note: 'in this region' });
}

function replicaOf(unit: string, { value, row }: Parsed<Secret>): ObjectRow {
  return { type: 'object', key: row.key, id: value.ARN, kind: 'aws.secret-replica', unit, name: value.Name, created: madeAt(value.CreatedDate, row.refs), expires: notApplicable('it follows its primary'), detail: { primaryRegion: value.PrimaryRegion ?? null }, refs: row.refs };
}

function parameterOf(unit: string, { value, row }: Parsed<z.output<typeof parameterSchema>>, asOf: Instant): Credential {
  const { refs } = row;
  const expires = expiryOf(value, refs);
  const ended = expires.status === 'known' && 'at' in expires.value && expires.value.at <= asOf;
  return {
    type: 'credential', key: row.key, id: value.Name, idBasis: 'name', kind: 'aws.ssm-secure-string', unit, identity: null, name: value.Name, responsibility: 'entity',
    status: known(ended ? 'expired' as const : 'active' as const, refs), created: madeAt(value.LastModifiedDate, refs), expires,
    lastUsed: unknown('no_source', 'Parameter Store does not note when a parameter is read; CloudTrail would show it'), audience: null, refs,
  };
}

const expirationSchema = z.object({ Attributes: z.object({ Timestamp: z.string() }) });

/** The end that an Expiration policy sets. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html */
function expiryOf({ Policies: policies = [] }: z.output<typeof parameterSchema>, refs: readonly PageReference[]): Credential['expires'] {
  const policy = policies.find(({ PolicyType: type }) => type === 'Expiration');
  if (policy === undefined) return known({ never: true as const }, refs);
  const at = timestampIn(policy.PolicyText ?? '');
  return at === null ? unknown('unrecognized', 'its Expiration policy is not one that we can read') : known({ at }, refs);
}

function timestampIn(text: string): Instant | null {
  try {
    const parsed = expirationSchema.safeParse(JSON.parse(text));
    return parsed.success ? parseInstant(parsed.data.Attributes.Timestamp) : null;
  } catch {
    // No JSON: told as unrecognized by the caller.
    return null;
  }
}
