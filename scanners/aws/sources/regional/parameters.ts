// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

export const parameterSchema = z.object({
  Name: z.string(), Type: z.string(), LastModifiedDate: moment.optional(), Version: z.number().optional(),
  Policies: z.array(z.object({ PolicyText: z.string().optional(), PolicyType: z.string().optional() })).optional(),
});

/** Parameters whose value is encrypted. Their values are never asked for. */
export const parameters = regionalList({
  id: 'aws.ssm.parameters',
  title: 'SecureString parameters in Parameter Store',
  service: 'ssm', operation: 'DescribeParameters', documentation: page('systems-manager/latest/APIReference', 'DescribeParameters'),
  lane: 'aws.ssm',
  input: { ParameterFilters: [{ Key: 'Type', Option: 'Equals', Values: ['SecureString'] }], MaxResults: 50 }, probe: { input: { MaxResults: 1 } },
  element: 'Parameters', item: parameterSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.ssm-parameter', key: ({ Name }) => `parameter|${Name}`,
  blindSpots: [
    'Parameter Store does not tell when a parameter was made or last read. Parameters of the types String and StringList are not read, whatever they hold.',
    'Parameters that another account shares are of that account and are not read here.',
  ],
});
