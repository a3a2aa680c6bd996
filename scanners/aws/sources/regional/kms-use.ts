// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Operation, type Related, type Seed, type SkipReason } from '../../../../src/model/source.ts';
import type { SourceRow } from '../../../../src/model/row.ts';
import { observe, plain, REGION } from '../../shapes.ts';
import { awsManaged } from './kms.ts';
import { moment, page, regionalCommand, regionalOperation } from './list.ts';

const KEYS = 'aws.kms.keys';
const ALIASES = 'aws.kms.aliases';

export const keyUseSchema = z.object({ KeyId: z.string(), KeyCreationDate: moment.optional(), TrackingStartDate: moment.optional(), KeyLastUsage: z.object({ Operation: z.string().optional(), Timestamp: moment.optional() }).optional() });
export const keyPolicySchema = z.object({ Policy: z.string() });

/** When each key of management's own was last used, as far back as KMS tracks it. The key's policy decides whether we may ask. */
export const kmsKeyUse = ofEachKey({ id: 'aws.kms.key-last-usage', title: 'Last use of KMS keys', operation: 'GetKeyLastUsage', lane: 'aws.kms.last-usage', schema: keyUseSchema, kind: 'aws.kms-key-use', input: {}, pointer: [] });

/** Who may use each key of management's own: its policy, of which every key has one, by the name `default`. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
export const kmsKeyPolicies = ofEachKey({ id: 'aws.kms.key-policies', title: 'Policies of KMS keys', operation: 'GetKeyPolicy', lane: 'aws.kms', schema: keyPolicySchema, kind: 'aws.kms-key-policy', input: { PolicyName: 'default' }, pointer: ['Policy'], blindSpots: ['Grants of KMS keys let principals use a key beside its policy; they are not read by this version.'] });

interface OfEachKey<Body extends object> { readonly id: string; readonly title: string; readonly operation: string; readonly lane: string; readonly schema: z.ZodType<Body>; readonly kind: string; readonly input: { readonly [name: string]: string }; readonly pointer: readonly string[]; readonly blindSpots?: readonly string[] }

function ofEachKey<Body extends object>({ id, title, operation, lane, schema, kind, input, pointer, blindSpots = [] }: OfEachKey<Body>): AnySource {
  return defineSource<Body>({
    id, title, unitKind: REGION, lane, depth: 'standard', parent: KEYS, after: [ALIASES], blindSpots,
    operations: [untestable(operation)],
    next: notOfAws,
    request: (seed) => ({ service: 'kms', operation, input: { KeyId: seed.parameters['KeyId'] ?? '', ...input } }),
    page: { schema, count: () => 1, end: () => ({ last: true }) },
    rows: (body, context) => [observe(kind, `${context.parent ?? ''}|${kind}`, { ...plain(body), KeyId: context.parent }, context, pointer)],
    command: (parameters, unit) => regionalCommand('kms', operation, parameters, unit),
  });
}

function notOfAws(row: SourceRow, related: Related): Seed | (SkipReason & { readonly parent: string }) | null {
  const id = row.type === 'observation' ? row.value['KeyId'] : undefined;
  if (typeof id !== 'string') return null;
  return awsManaged(related).has(id) ? { parent: id, skip: 'not_needed', reason: 'AWS gave it an alias of its own (alias/aws/…): AWS decides who uses it' } : { parent: id, parameters: { KeyId: id } };
}

function untestable(name: string): Operation {
  return regionalOperation({ service: 'kms', operation: name, documentation: page('kms/latest/APIReference', name), probe: { untestable: 'needs the id of a key' } });
}
