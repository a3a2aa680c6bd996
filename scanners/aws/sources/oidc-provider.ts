// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, list, observe, plain } from '../shapes.ts';

export const oidcProviderSchema = z.object({ Url: z.string(), ClientIDList: list(z.string()), ThumbprintList: list(z.string()).optional(), CreateDate: z.string().optional() });

/** Address and audiences of one OpenID Connect provider. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html */
export const oidcProvider = defineSource({
  id: 'aws.iam.oidc-provider',
  title: 'Details of OpenID Connect providers',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  parent: 'aws.iam.oidc-providers',
  operations: [iam('GetOpenIDConnectProvider', { untestable: "needs a provider's ARN" })],
  next: (row) => {
    const arn = row.type === 'observation' ? row.value['Arn'] : undefined;
    return typeof arn === 'string' ? { parent: arn, parameters: { OpenIDConnectProviderArn: arn } } : null;
  },
  request: (seed) => ({ service: 'iam', operation: 'GetOpenIDConnectProvider', input: { OpenIDConnectProviderArn: seed.parameters['OpenIDConnectProviderArn'] ?? '' } }),
  page: { schema: oidcProviderSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.oidc-provider-detail', `${context.parent ?? ''}|detail`, { ...plain(body), Arn: context.parent }, context, [])],
  command: (parameters) => awsCommand('iam', 'GetOpenIDConnectProvider', parameters),
});
