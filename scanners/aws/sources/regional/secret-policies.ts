// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../../src/model/source.ts';
import { observe, plain, REGION, regionOf } from '../../shapes.ts';
import { page, regionalCommand, regionalOperation } from './list.ts';
import { secretSchema } from './secrets.ts';

/** A secret without a policy of its own answers without the member. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html */
export const secretPolicySchema = z.object({ ARN: z.string(), ResourcePolicy: z.string().optional() });

/** Who may read each secret beside those whom IAM lets: the secret's own policy. */
export const secretPolicies = defineSource({
  id: 'aws.secretsmanager.secret-policies',
  title: 'Policies of secrets',
  unitKind: REGION, lane: 'aws.secretsmanager.policies', depth: 'standard', parent: 'aws.secretsmanager.secrets',
  operations: [regionalOperation({ service: 'secretsmanager', operation: 'GetResourcePolicy', documentation: page('secretsmanager/latest/apireference', 'GetResourcePolicy'), probe: { untestable: 'needs the name of a secret' } })],
  next: (row, { unit }) => {
    if (row.type !== 'observation') return null;
    const { ARN: id, PrimaryRegion: primary, DeletedDate: deleted } = secretSchema.parse(row.value);
    if (primary !== undefined && primary !== regionOf(unit)) return { parent: id, skip: 'not_needed', reason: 'a replica has the policy of its primary' };
    if (deleted !== undefined) return { parent: id, skip: 'not_needed', reason: 'it is planned for deletion: nobody can read it' };
    return { parent: id, parameters: { SecretId: id } };
  },
  request: (seed) => ({ service: 'secretsmanager', operation: 'GetResourcePolicy', input: { SecretId: seed.parameters['SecretId'] ?? '' } }),
  page: { schema: secretPolicySchema, count: ({ ResourcePolicy: policy }) => (policy === undefined ? 0 : 1), end: () => ({ last: true }) },
  rows: (body, context) => (body.ResourcePolicy === undefined ? [] : [observe('aws.secret-policy', `${body.ARN}|policy`, plain(body), context, ['ResourcePolicy'])]),
  command: (parameters, unit) => regionalCommand('secretsmanager', 'GetResourcePolicy', parameters, unit),
});
