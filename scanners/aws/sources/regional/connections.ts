// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

export const sourceCredentialSchema = z.object({ arn: z.string(), serverType: z.string().optional(), authType: z.string().optional() });

/** Tokens with which builds fetch their source, by ARN. */
export const sourceCredentials = regionalList({
  id: 'aws.codebuild.source-credentials',
  title: 'Source credentials of CodeBuild',
  service: 'codebuild', operation: 'ListSourceCredentials', documentation: page('codebuild/latest/APIReference', 'ListSourceCredentials'),
  lane: 'aws.codebuild', depth: 'standard',
  element: 'sourceCredentialsInfos', item: sourceCredentialSchema,
  kind: 'aws.codebuild-source-credential', key: ({ arn }) => arn,
  blindSpots: ['CodeBuild tells no date of its source credentials.'],
});

export const connectionSchema = z.object({ ConnectionArn: z.string(), Name: z.string(), ConnectionState: z.string().optional(), AuthorizationType: z.string().optional(), CreationTime: moment.optional(), LastModifiedTime: moment.optional() });

/** What EventBridge uses to call addresses outside. The secret itself is in Secrets Manager, owned by EventBridge. */
export const connections = regionalList({
  id: 'aws.events.connections',
  title: 'Connections of EventBridge',
  service: 'events', operation: 'ListConnections', documentation: page('eventbridge/latest/APIReference', 'ListConnections'),
  lane: 'aws.events', depth: 'standard',
  input: { Limit: 100 },
  element: 'Connections', item: connectionSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.eventbridge-connection', key: ({ ConnectionArn }) => ConnectionArn,
});

export const activationSchema = z.object({ ActivationId: z.string(), IamRole: z.string().optional(), RegistrationsCount: z.number().optional(), RegistrationLimit: z.number().optional(), ExpirationDate: moment.optional(), Expired: z.boolean().optional(), CreatedDate: moment.optional() });

/** Codes with which machines outside AWS join Systems Manager, by id; the code itself is shown once, when it is made. */
export const activations = regionalList({
  id: 'aws.ssm.activations',
  title: 'Activations of Systems Manager',
  service: 'ssm', operation: 'DescribeActivations', documentation: page('systems-manager/latest/APIReference', 'DescribeActivations'),
  lane: 'aws.ssm', depth: 'standard',
  input: { MaxResults: 50 },
  element: 'ActivationList', item: activationSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.ssm-activation', key: ({ ActivationId }) => ActivationId,
});
