// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type End, type Operation, type Related, type Seed, type SkipReason } from '../../../../src/model/source.ts';
import type { SourceRow } from '../../../../src/model/row.ts';
import { parsedRows } from '../../rows.ts';
import { observe, plain, REGION } from '../../shapes.ts';
import { moment, page, regionalCommand, regionalOperation } from './list.ts';

const LANE = 'aws.kms';
const REFERENCE = 'kms/latest/APIReference';
const KEYS = 'aws.kms.keys';
const ALIASES = 'aws.kms.aliases';
const DETAILS = 'aws.kms.key-details';

export const keySchema = z.object({ KeyId: z.string(), KeyArn: z.string() });
export const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string().optional() });
export const keyDetailSchema = z.object({
  KeyId: z.string(), CreationDate: moment.optional(), KeyState: z.string().optional(), DeletionDate: moment.optional(), ValidTo: moment.optional(), Origin: z.string().optional(), KeyManager: z.string().optional(), KeySpec: z.string().optional(),
  MultiRegion: z.boolean().optional(),
});
export const pastRotationSchema = z.object({ RotationDate: moment, RotationType: z.string().optional() });
export const rotationSchema = z.object({ KeyRotationEnabled: z.boolean(), RotationPeriodInDays: z.number().optional(), NextRotationDate: moment.optional() });

/** Keys of the region by id; those that AWS manages for a service among them. */
export const kmsKeys = list(KEYS, 'KMS keys', 'ListKeys', z.object({ Keys: z.array(keySchema) }), 'Keys', 'aws.kms-key', (key: z.output<typeof keySchema>) => key.KeyId);

/** Names of keys: `alias/aws/…` is one that AWS gave to a key of its own. */
export const kmsAliases = list(ALIASES, 'Names of KMS keys', 'ListAliases', z.object({ Aliases: z.array(aliasSchema) }), 'Aliases', 'aws.kms-alias', (alias: z.output<typeof aliasSchema>) => alias.AliasName);

/** State, origin and dates of each key that AWS does not manage. Each key's own policy decides whether we may ask: one that refuses is that key's unknown and nobody else's. */
export const kmsKeyDetails = defineSource({
  id: DETAILS,
  title: 'State and dates of KMS keys',
  unitKind: REGION, lane: LANE, depth: 'standard', parent: KEYS, after: [ALIASES],
  operations: [operation('DescribeKey', { untestable: 'needs the id of a key' })],
  next: (row, related) => (row.type !== 'observation' ? null : ofKey(row.value['KeyId'], (id) => (awsManaged(related).has(id) ? { parent: id, skip: 'not_needed', reason: 'AWS gave it an alias of its own (alias/aws/…): AWS makes, rotates and disables it' } : { parent: id, parameters: { KeyId: id } }))),
  request: (seed) => ({ service: 'kms', operation: 'DescribeKey', input: { KeyId: seed.parameters['KeyId'] ?? '' } }),
  page: { schema: z.object({ KeyMetadata: keyDetailSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.kms-key-detail', `${body.KeyMetadata.KeyId}|detail`, plain(body.KeyMetadata), context, ['KeyMetadata'])],
  command: (parameters, unit) => regionalCommand('kms', 'DescribeKey', parameters, unit),
});

/** Whether and when those rotate by themselves that can: symmetric, with material that KMS made. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
export const kmsRotation = defineSource({
  id: 'aws.kms.key-rotation',
  title: 'Rotation of KMS keys',
  unitKind: REGION, lane: LANE, depth: 'standard', parent: DETAILS,
  operations: [operation('GetKeyRotationStatus', { untestable: 'needs the id of a key' })],
  next: rotatable,
  request: (seed) => ({ service: 'kms', operation: 'GetKeyRotationStatus', input: { KeyId: seed.parameters['KeyId'] ?? '' } }),
  page: { schema: rotationSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.kms-key-rotation', `${context.parent ?? ''}|rotation`, { ...plain(body), KeyId: context.parent }, context, [])],
  command: (parameters, unit) => regionalCommand('kms', 'GetKeyRotationStatus', parameters, unit),
});

/** When their material was last replaced, by itself or on demand. */
export const kmsRotations = defineSource({
  id: 'aws.kms.key-rotations',
  title: 'Past rotations of KMS keys',
  unitKind: REGION, lane: LANE, depth: 'standard', parent: DETAILS,
  operations: [operation('ListKeyRotations', { untestable: 'needs the id of a key' })],
  next: rotatable,
  request: (seed, next) => ({ service: 'kms', operation: 'ListKeyRotations', input: { KeyId: seed.parameters['KeyId'] ?? '', Limit: 1000, ...next } }),
  page: { schema: z.object({ Rotations: z.array(pastRotationSchema), Truncated: z.boolean().optional(), NextMarker: z.string().optional() }), count: (body) => body.Rotations.length, end: endOf },
  rows: (body, context) => body.Rotations.map((rotation, index) => observe('aws.kms-key-past-rotation', `${context.parent ?? ''}|rotation|${rotation.RotationDate}`, { ...plain(rotation), KeyId: context.parent }, context, ['Rotations', index])),
  command: (parameters, unit) => regionalCommand('kms', 'ListKeyRotations', parameters, unit),
});

function rotatable(row: SourceRow): Seed | (SkipReason & { readonly parent: string }) | null {
  if (row.type !== 'observation') return null;
  const { KeyId: id, KeyManager: manager, KeySpec: spec, Origin: origin, KeyState: state } = keyDetailSchema.parse(row.value);
  if (manager === 'AWS') return { parent: id, skip: 'not_needed', reason: 'AWS manages it and rotates it every year' };
  if (spec !== 'SYMMETRIC_DEFAULT' || origin !== 'AWS_KMS') return { parent: id, skip: 'not_needed', reason: 'keys of this kind or origin do not rotate by themselves' };
  if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') return { parent: id, skip: 'not_needed', reason: 'it is planned for deletion and does not rotate any more' };
  return { parent: id, parameters: { KeyId: id } };
}

/** Keys to which AWS gave an alias of its own; nobody else can. https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html */
export function awsManaged(related: Related): ReadonlySet<string> {
  return new Set(parsedRows(related, ALIASES, 'aws.kms-alias', aliasSchema).flatMap(({ value }) => (value.AliasName.startsWith('alias/aws/') && value.TargetKeyId !== undefined ? [value.TargetKeyId] : [])));
}

function ofKey(id: unknown, then: (id: string) => Seed | (SkipReason & { readonly parent: string })): ReturnType<typeof then> | null {
  return typeof id === 'string' ? then(id) : null;
}

function list<Item extends object>(id: string, title: string, name: string, items: z.ZodType<{ [element: string]: Item[] }>, element: string, kind: string, key: (item: Item) => string): AnySource {
  const schema = items.and(z.object({ Truncated: z.boolean().optional(), NextMarker: z.string().optional() }));
  const listOf = (body: { readonly [member: string]: unknown }): readonly Item[] => items.parse(body)[element] ?? [];
  return defineSource({
    id, title, unitKind: REGION, lane: LANE,
    operations: [operation(name, { input: { Limit: 1 } })],
    request: (_seed, next) => ({ service: 'kms', operation: name, input: { Limit: 1000, ...next } }),
    page: {
      schema, count: (body) => listOf(body).length,
      end: endOf,
    },
    rows: (body, context) => listOf(body).map((item, index) => observe(kind, key(item), plain(item), context, [element, index])),
    command: (parameters, unit) => regionalCommand('kms', name, parameters, unit),
  });
}

/** KMS has an end marker of its own: `Truncated`, with `NextMarker` where it is true. */
function endOf({ Truncated: truncated, NextMarker: marker }: { readonly Truncated?: boolean | undefined; readonly NextMarker?: string | undefined }): End {
  if (truncated === undefined) return { missing: 'Truncated is not there' };
  if (!truncated) return { last: true };
  return marker === undefined || marker === '' ? { missing: 'Truncated is true, but NextMarker is not there' } : { next: { Marker: marker } };
}

function operation(name: string, probe: Operation['probe']): Operation {
  return regionalOperation({ service: 'kms', operation: name, documentation: page(REFERENCE, name), probe });
}
