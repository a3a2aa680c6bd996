// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, observe, plain } from '../shapes.ts';

export const outboundFederationSchema = z.object({ IssuerIdentifier: z.string(), JwtVendingEnabled: z.string().optional() });

/**
 * Whether principals of the account may get tokens for services outside AWS, and who issues them. Where that is off, IAM refuses to tell
 * with FeatureDisabled, which is the answer. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
 */
export const outboundFederation = defineSource({
  id: 'aws.iam.outbound-federation',
  title: 'Outbound identity federation',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  noneBy: ['FeatureDisabled', 'FeatureDisabledException'],
  operations: [iam('GetOutboundWebIdentityFederationInfo', { input: {} })],
  request: () => ({ service: 'iam', operation: 'GetOutboundWebIdentityFederationInfo', input: {} }),
  page: { schema: outboundFederationSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.outbound-federation', 'outbound-federation', plain(body), context, [])],
  command: (parameters) => awsCommand('iam', 'GetOutboundWebIdentityFederationInfo', parameters),
  blindSpots: ['Tokens that principals got for services outside AWS are in no list: CloudTrail has each, as GetWebIdentityToken.'],
});
