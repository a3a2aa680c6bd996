// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, items, list, observe, plain } from '../shapes.ts';

/** OpenID Connect providers that roles may trust; one answer holds them all. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export const oidcProviders = defineSource({
  id: 'aws.iam.oidc-providers',
  title: 'OpenID Connect providers',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  after: ['aws.iam.account-summary'],
  operations: [iam('ListOpenIDConnectProviders', { input: {} })],
  request: () => ({ service: 'iam', operation: 'ListOpenIDConnectProviders', input: {} }),
  page: { schema: z.object({ OpenIDConnectProviderList: list(z.object({ Arn: z.string() })) }), count: (body) => items(body.OpenIDConnectProviderList).length, end: () => ({ last: true }) },
  rows: (body, context) => items(body.OpenIDConnectProviderList).map((provider, index) => observe('aws.oidc-provider', provider.Arn, plain(provider), context, ['OpenIDConnectProviderList', index])),
  command: () => awsCommand('iam', 'ListOpenIDConnectProviders', {}),
});
