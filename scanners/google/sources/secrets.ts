// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, observe, UNIT } from '../shapes.ts';
import { lastPart } from './workload-identity.ts';

export const SECRETS = 'google.secretmanager.secrets';
export const VERSIONS = 'google.secretmanager.versions';
const LANE = 'google.secretmanager';
export const secretSchema = z.object({
  name: z.string(), createTime: z.string().optional(), expireTime: z.string().optional(), rotation: z.object({ nextRotationTime: z.string().optional(), rotationPeriod: z.string().optional() }).optional(),
  replication: z.object({ automatic: z.object({}).optional(), userManaged: z.object({ replicas: z.array(z.object({ location: z.string().optional() })).optional() }).optional() }).optional(),
});
export const versionSchema = z.object({ name: z.string(), createTime: z.string().optional(), destroyTime: z.string().optional(), scheduledDestroyTime: z.string().optional(), state: z.string().optional() });
export const versionRowSchema = versionSchema.extend({ secret: z.string() });
/** How many the provider counts, beside the list. */
export const totalSchema = z.object({ total: z.number() });

/** Secrets by name and dates. A value is in no answer but that of access, which is never sent. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
export const secrets = defineSource({
  id: SECRETS,
  title: 'Secrets in Secret Manager',
  unitKind: UNIT, lane: LANE, depth: 'standard',
  operations: [declared('secretmanager', 'ListSecrets', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'secretmanager', operation: 'ListSecrets', input: { ...page } }),
  page: { schema: z.object({ secrets: z.array(secretSchema).optional(), totalSize: z.number().optional(), nextPageToken: z.string().optional() }), count: (body) => body.secrets?.length ?? 0, end: endOf },
  rows: (body, context) => (body.secrets ?? []).map((secret, index) => observe('google.secret', secret.name, { ...secret, ...(body.totalSize === undefined ? {} : { total: body.totalSize }) }, context, ['secrets', index])),
  command: () => gcloud('secrets', 'list', '--project', 'PROJECT'),
  blindSpots: ['Who read a secret and when is in audit logs of data access only, which are off where nobody switched them on.', 'Regional secrets of Secret Manager, which each location keeps for itself, are not read by this version.'],
});

/** Versions of each secret: when its value was stored, and which can be read. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
export const secretVersions = defineSource({
  id: VERSIONS,
  title: 'Versions of secrets',
  unitKind: UNIT, lane: LANE, depth: 'standard', parent: SECRETS,
  operations: [declared('secretmanager', 'ListSecretVersions', { untestable: 'needs the name of a secret' })],
  next: (row) => {
    if (row.type !== 'observation' || row.kind !== 'google.secret') return null;
    const secret = lastPart(secretSchema.parse(row.value).name);
    return { parent: secret, parameters: { secret } };
  },
  request: ({ parameters }, page) => ({ service: 'secretmanager', operation: 'ListSecretVersions', input: { ...parameters, ...page } }),
  page: { schema: z.object({ versions: z.array(versionSchema).optional(), totalSize: z.number().optional(), nextPageToken: z.string().optional() }), count: (body) => body.versions?.length ?? 0, end: endOf },
  rows: (body, context) => (body.versions ?? []).map((version, index) => observe('google.secret-version', version.name, { secret: context.parent ?? '', ...version }, context, ['versions', index])),
  command: ({ secret }) => gcloud('secrets', 'versions', 'list', typeof secret === 'string' ? secret : '', '--project', 'PROJECT'),
});
