// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, observe } from '../shapes.ts';

/** Who reads: the principal that Rollcall itself acts as. Needs no permission. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const callerIdentity = defineSource({
  id: 'aws.sts.caller-identity',
  title: 'The principal that this scan acts as',
  unitKind: ACCOUNT,
  lane: 'aws.sts',
  operations: [{
    service: 'sts', operation: 'GetCallerIdentity', permission: 'sts:GetCallerIdentity',
    documentation: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html', probe: { input: {} },
  }],
  request: () => ({ service: 'sts', operation: 'GetCallerIdentity', input: {} }),
  page: { schema: z.object({ Account: z.string(), Arn: z.string(), UserId: z.string() }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.caller', body.UserId, { ...body, ...(context.providerTime === null ? {} : { At: context.providerTime }) }, context, [])],
  command: () => awsCommand('sts', 'GetCallerIdentity', {}),
});
