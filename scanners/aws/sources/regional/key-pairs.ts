// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../../src/model/source.ts';
import { items, list, observe, plain, REGION } from '../../shapes.ts';
import { moment, page, regionalCommand, regionalList, regionalOperation } from './list.ts';

export const ec2KeyPairSchema = z.object({ keyPairId: z.string(), keyName: z.string().optional(), keyType: z.string().optional(), createTime: z.string().optional() });

/** Key pairs for instances: EC2 keeps the public half only, and its list has no pages. */
export const ec2KeyPairs = defineSource({
  id: 'aws.ec2.key-pairs',
  title: 'EC2 key pairs',
  unitKind: REGION, lane: 'aws.ec2', depth: 'standard',
  operations: [regionalOperation({ service: 'ec2', operation: 'DescribeKeyPairs', documentation: page('AWSEC2/latest/APIReference', 'DescribeKeyPairs'), probe: { input: {} } })],
  request: () => ({ service: 'ec2', operation: 'DescribeKeyPairs', input: { IncludePublicKey: false } }),
  page: { schema: z.object({ keySet: list(ec2KeyPairSchema) }), count: (body) => items(body.keySet).length, end: () => ({ last: true }) },
  rows: (body, context) => items(body.keySet).map((pair, index) => observe('aws.ec2-key-pair', pair.keyPairId, plain(pair), context, ['keySet', index])),
  command: (parameters, unit) => regionalCommand('ec2', 'DescribeKeyPairs', parameters, unit),
  blindSpots: ['On which instances a key pair lets somebody in, and whether somebody put other keys on them, EC2 does not know; nor when a key was used.'],
});

export const lightsailKeyPairSchema = z.object({ name: z.string(), arn: z.string(), createdAt: moment.optional() });

/** The same of Lightsail. */
export const lightsailKeyPairs = regionalList({
  id: 'aws.lightsail.key-pairs',
  title: 'Lightsail key pairs',
  service: 'lightsail', operation: 'GetKeyPairs', documentation: page('lightsail/2016-11-28/api-reference', 'GetKeyPairs'),
  lane: 'aws.lightsail', depth: 'standard',
  input: { includeDefaultKeyPair: true },
  element: 'keyPairs', item: lightsailKeyPairSchema, token: { out: 'nextPageToken', in: 'pageToken' },
  kind: 'aws.lightsail-key-pair', key: ({ arn }) => arn,
  blindSpots: ['Access keys of Lightsail buckets and passwords of Lightsail databases are not read by this version.'],
});
