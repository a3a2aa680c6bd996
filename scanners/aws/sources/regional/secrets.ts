// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

export const secretSchema = z.object({
  ARN: z.string(), Name: z.string(), RotationEnabled: z.boolean().optional(), CreatedDate: moment.optional(), LastChangedDate: moment.optional(), LastRotatedDate: moment.optional(), LastAccessedDate: moment.optional(),
  DeletedDate: moment.optional(), NextRotationDate: moment.optional(), OwningService: z.string().optional(), PrimaryRegion: z.string().optional(),
});

/** Secrets by name and dates, those planned for deletion too. Never a value: no list returns one. */
export const secrets = regionalList({
  id: 'aws.secretsmanager.secrets',
  title: 'Secrets in Secrets Manager',
  service: 'secretsmanager', operation: 'ListSecrets', documentation: page('secretsmanager/latest/apireference', 'ListSecrets'),
  lane: 'aws.secretsmanager',
  input: { IncludePlannedDeletion: true, MaxResults: 100 }, probe: { input: { MaxResults: 1 } },
  element: 'SecretList', item: secretSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.secret', key: ({ ARN }) => ARN,
  blindSpots: [
    'The list of secrets may be five minutes old; one made or deleted just before a scan may be shown as it was.',
    'Secrets Manager tells the day (UTC) on which a secret was last read in the region, not who read it; when its value was stored is known only between two of its dates.',
  ],
});
