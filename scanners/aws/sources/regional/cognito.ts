// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

const REFERENCE = 'cognito-user-identity-pools/latest/APIReference';
const LANE = 'aws.cognito-idp';

export const userPoolSchema = z.object({ Id: z.string(), Name: z.string().optional(), CreationDate: moment.optional() });
export const appClientSchema = z.object({ ClientId: z.string(), ClientName: z.string().optional(), UserPoolId: z.string() });
export const clientSecretSchema = z.object({ ClientSecretId: z.string(), ClientSecretCreateDate: moment.optional() });

/** User pools, under which the app clients are. */
export const userPools = regionalList({
  id: 'aws.cognito.user-pools',
  title: 'Cognito user pools',
  service: 'cognito-idp', operation: 'ListUserPools', documentation: page(REFERENCE, 'ListUserPools'),
  lane: LANE, depth: 'standard',
  input: { MaxResults: 60 }, keep: ['MaxResults'],
  element: 'UserPools', item: userPoolSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.cognito-user-pool', key: ({ Id }) => Id,
});

/** Programs that sign in to a pool, by id. Never DescribeUserPoolClient, whose answer has the secret. */
export const appClients = regionalList({
  id: 'aws.cognito.app-clients',
  title: 'Cognito app clients',
  service: 'cognito-idp', operation: 'ListUserPoolClients', documentation: page(REFERENCE, 'ListUserPoolClients'), probe: { untestable: 'needs the id of a user pool' },
  lane: LANE, depth: 'standard', parent: 'aws.cognito.user-pools',
  next: (row) => (row.type === 'observation' && typeof row.value['Id'] === 'string' ? { parent: row.value['Id'], parameters: { UserPoolId: row.value['Id'] } } : null),
  input: { MaxResults: 60 },
  element: 'UserPoolClients', item: appClientSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.cognito-app-client', key: ({ UserPoolId, ClientId }) => `${UserPoolId}|${ClientId}`,
});

/** Secrets of an app client, by id and date. A list gives no value; a member for one is in the shape, and it is dropped. */
export const clientSecrets = regionalList({
  id: 'aws.cognito.client-secrets',
  title: 'Secrets of Cognito app clients',
  service: 'cognito-idp', operation: 'ListUserPoolClientSecrets', documentation: page(REFERENCE, 'ListUserPoolClientSecrets'), probe: { untestable: 'needs the ids of a user pool and of a client' },
  lane: LANE, depth: 'deep', parent: 'aws.cognito.app-clients',
  next: (row) => {
    const client = row.type === 'observation' ? appClientSchema.safeParse(row.value) : null;
    return client?.success === true ? { parent: `${client.data.UserPoolId}|${client.data.ClientId}`, parameters: { UserPoolId: client.data.UserPoolId, ClientId: client.data.ClientId } } : null;
  },
  element: 'ClientSecrets', item: clientSecretSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.cognito-client-secret', key: ({ ClientSecretId }, client) => `${client ?? ''}|${ClientSecretId}`, more: (client) => ({ client }),
});
