// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, items, list, observe, plain } from '../shapes.ts';

export const samlProviderSchema = z.object({ Arn: z.string(), CreateDate: z.string().optional(), ValidUntil: z.string().optional() });

/** SAML providers that roles may trust; one answer holds them all. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html */
export const samlProviders = defineSource({
  id: 'aws.iam.saml-providers',
  title: 'SAML providers',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  after: ['aws.iam.account-summary'],
  operations: [iam('ListSAMLProviders', { input: {} })],
  request: () => ({ service: 'iam', operation: 'ListSAMLProviders', input: {} }),
  page: { schema: z.object({ SAMLProviderList: list(samlProviderSchema) }), count: (body) => items(body.SAMLProviderList).length, end: () => ({ last: true }) },
  rows: (body, context) => items(body.SAMLProviderList).map((provider, index) => observe('aws.saml-provider', provider.Arn, plain(provider), context, ['SAMLProviderList', index])),
  command: () => awsCommand('iam', 'ListSAMLProviders', {}),
  blindSpots: ['Private keys that a SAML provider holds for encrypted assertions are not read.'],
});
