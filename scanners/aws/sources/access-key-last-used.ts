// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { keyOf, keysOfUser, userById } from '../rows.ts';
import { reportedFor, tiedSlot } from '../report-row.ts';
import { ACCOUNT, iam, observe, plain } from '../shapes.ts';

export const lastUsedSchema = z.object({
  UserName: z.string().optional(),
  AccessKeyLastUsed: z.object({ LastUsedDate: z.string().optional(), ServiceName: z.string(), Region: z.string() }),
});

/** Last use of one key, where the credential report cannot be tied to it surely. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export const accessKeyLastUsed = defineSource({
  id: 'aws.iam.access-key-last-used',
  title: 'Last use of access keys',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  parent: 'aws.iam.access-keys',
  after: ['aws.iam.authorization-details', 'aws.iam.credential-report'],
  operations: [iam('GetAccessKeyLastUsed', { untestable: 'needs the id of a key' })],
  next: (row, related) => {
    const key = keyOf(row);
    if (key === null) return null;
    const user = userById(related, key.UserId);
    const reported = user === null ? null : reportedFor(related, user);
    const closed = related.ended('aws.iam.access-keys', key.UserId).state === 'complete';
    if (reported !== null && closed && tiedSlot(reported, keysOfUser(related, key.UserId)) !== null) {
      return { parent: key.AccessKeyId, skip: 'not_needed', reason: "the credential report's only slot is surely this key and tells its last use" };
    }
    return { parent: key.AccessKeyId, parameters: { AccessKeyId: key.AccessKeyId } };
  },
  request: (seed) => ({ service: 'iam', operation: 'GetAccessKeyLastUsed', input: { AccessKeyId: seed.parameters['AccessKeyId'] ?? '' } }),
  page: { schema: lastUsedSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.access-key-last-used', `${context.parent ?? ''}|last-used`, { ...plain(body), AccessKeyId: context.parent }, context, ['AccessKeyLastUsed'])],
  command: (parameters) => awsCommand('iam', 'GetAccessKeyLastUsed', parameters),
  blindSpots: ['Use of access keys is known since 2015-04-22 and to within 15 minutes; only the most recent use is kept.'],
});
