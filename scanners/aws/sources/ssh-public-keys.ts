// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { codeCommitOf } from '../codecommit.ts';
import { awsCommand } from '../command.ts';
import { userOf } from '../rows.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

export const sshKeySchema = z.object({ UserName: z.string(), SSHPublicKeyId: z.string(), Status: z.string(), UploadDate: z.string() });

/** SSH keys of one user, which open CodeCommit and nothing else. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html */
export const sshPublicKeys = defineSource({
  id: 'aws.iam.ssh-public-keys',
  title: 'SSH public keys for CodeCommit',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  parent: 'aws.iam.authorization-details',
  operations: [iam('ListSSHPublicKeys', { untestable: "needs a user's name" })],
  next: (row, related) => {
    const user = userOf(row);
    if (user === null) return null;
    if (related.depth !== 'deep' && codeCommitOf(user, related) === 'none') {
      return { parent: user.UserId, skip: 'not_requested', reason: 'no policy of the user allows any CodeCommit action; read with --deep' };
    }
    return { parent: user.UserId, parameters: { UserName: user.UserName } };
  },
  request: (seed, page) => ({ service: 'iam', operation: 'ListSSHPublicKeys', input: { UserName: seed.parameters['UserName'] ?? '', MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ SSHPublicKeys: list(sshKeySchema), ...paging }), count: (body) => items(body.SSHPublicKeys).length, end: endOf },
  rows: (body, context) => items(body.SSHPublicKeys).map((key, index) => observe('aws.ssh-public-key', key.SSHPublicKeyId, { ...plain(key), UserId: context.parent }, context, ['SSHPublicKeys', index])),
  command: (parameters) => awsCommand('iam', 'ListSSHPublicKeys', parameters),
  blindSpots: [
    'SSH keys of users whose policies allow no CodeCommit action are read only with --deep.',
    'AWS does not tell when an SSH key, a service-specific credential or a signing certificate was last used.',
  ],
});
