// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { holdsKeys, reportedFor } from '../report-row.ts';
import { accessKeySchema, userOf } from '../rows.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

/** Access keys of one user, by id. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export const accessKeys = defineSource({
  id: 'aws.iam.access-keys',
  title: 'Access keys',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  parent: 'aws.iam.authorization-details',
  after: ['aws.iam.credential-report'],
  operations: [iam('ListAccessKeys', { untestable: "needs a user's name; without one it lists the caller's own keys" })],
  next: (row, related) => {
    const user = userOf(row);
    if (user === null) return null;
    const reported = reportedFor(related, user);
    if (reported !== null && holdsKeys(reported.row) === 'none') return { parent: user.UserId, skip: 'not_needed', reason: 'the credential report shows no key in either slot' };
    return { parent: user.UserId, parameters: { UserName: user.UserName } };
  },
  // Never without UserName: IAM would answer with the caller's own keys.
  request: (seed, page) => ({ service: 'iam', operation: 'ListAccessKeys', input: { UserName: seed.parameters['UserName'] ?? '', MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ AccessKeyMetadata: list(accessKeySchema), ...paging }), count: (body) => items(body.AccessKeyMetadata).length, end: endOf },
  rows: (body, context) => items(body.AccessKeyMetadata).map((key, index) => observe('aws.access-key', key.AccessKeyId, { ...plain(key), UserId: context.parent }, context, ['AccessKeyMetadata', index])),
  command: (parameters) => awsCommand('iam', 'ListAccessKeys', parameters),
  blindSpots: ['Temporary credentials that STS issued are not listed by any API.'],
});
