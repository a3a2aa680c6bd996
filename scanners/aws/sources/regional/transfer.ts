// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { page, regionalList } from './list.ts';

const REFERENCE = 'transfer/latest/APIReference';
export const transferServerSchema = z.object({ Arn: z.string(), ServerId: z.string(), IdentityProviderType: z.string().optional(), State: z.string().optional() });
export const transferUserSchema = z.object({ Arn: z.string(), UserName: z.string(), Role: z.string().optional(), SshPublicKeyCount: z.number().optional() });

export const transferServers = regionalList({
  id: 'aws.transfer.servers',
  title: 'Transfer Family servers',
  service: 'transfer', operation: 'ListServers', documentation: page(REFERENCE, 'ListServers'),
  lane: 'aws.transfer', depth: 'standard',
  input: { MaxResults: 1000 }, probe: { input: { MaxResults: 1 } },
  element: 'Servers', item: transferServerSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.transfer-server', key: ({ ServerId }) => ServerId,
});

/** Users of a server with the number of their public keys. Only a server that keeps its users itself has such a list. */
export const transferUsers = regionalList({
  id: 'aws.transfer.users',
  title: 'Users of Transfer Family servers',
  service: 'transfer', operation: 'ListUsers', documentation: page(REFERENCE, 'ListUsers'), probe: { untestable: 'needs the id of a server' },
  lane: 'aws.transfer', depth: 'standard', parent: 'aws.transfer.servers',
  next: (row) => {
    const server = row.type === 'observation' ? transferServerSchema.safeParse(row.value) : null;
    if (server?.success !== true) return null;
    const { ServerId: id, IdentityProviderType: kind } = server.data;
    return kind === undefined || kind === 'SERVICE_MANAGED' ? { parent: id, parameters: { ServerId: id } } : { parent: id, skip: 'not_needed', reason: 'the server asks another directory for its users' };
  },
  input: { MaxResults: 1000 },
  element: 'Users', item: transferUserSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.transfer-user', key: ({ Arn }) => Arn, more: (server) => ({ server }),
  blindSpots: ['Public keys of Transfer Family users are counted; when each was put there is not read by this version. Users of a directory that a server asks are not listed.'],
});
