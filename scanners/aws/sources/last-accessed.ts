// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { SourceRow } from '../../../src/model/row.ts';
import { defineSource, type End, type Seed, type SkipReason } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

export const LAST_ACCESSED = 'aws.iam.last-accessed';
/** How long to wait before asking for a report again; one of a principal takes a second or two. */
const POLL_MS = 2000;

export const serviceAccessSchema = z.object({ ServiceNamespace: z.string(), LastAuthenticated: z.string().optional(), LastAuthenticatedRegion: z.string().optional() });
const reportSchema = z.object({ JobStatus: z.string(), JobCompletionDate: z.string().optional(), ServicesLastAccessed: list(serviceAccessSchema).optional(), IsTruncated: paging.IsTruncated, Error: z.object({ Code: z.string().optional() }).optional() });
const jobSchema = z.object({ JobId: z.string().min(1) });
export const lastAccessedSchema = z.object({ Principal: z.string(), Services: z.array(serviceAccessSchema) });

/**
 * When each user and role last tried each service that its policies allow: a report that IAM is asked to make and then asked for, both by the same session, as one read. Attempts that were denied count.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
export const lastAccessed = defineSource({
  id: LAST_ACCESSED,
  title: 'Services that each principal last tried',
  unitKind: ACCOUNT,
  lane: 'aws.iam.last-accessed',
  depth: 'deep',
  parent: 'aws.iam.authorization-details',
  // The report is asked for, is mostly not there at once, and is asked for again.
  requestsPerRead: 3,
  operations: [iam('GenerateServiceLastAccessedDetails', { untestable: 'needs the ARN of a principal' }), iam('GetServiceLastAccessedDetails', { untestable: 'needs the id of a report' })],
  next: principalOf,
  request: (seed, page) => (page['JobId'] === undefined
    ? { service: 'iam', operation: 'GenerateServiceLastAccessedDetails', input: { Arn: seed.parameters['Arn'] ?? '', Granularity: 'SERVICE_LEVEL' } }
    : { service: 'iam', operation: 'GetServiceLastAccessedDetails', input: { MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.union([jobSchema, reportSchema]), count: (body) => ('JobId' in body ? 1 : items(body.ServicesLastAccessed).length), end: (body) => ('JobId' in body ? { next: { JobId: body.JobId } } : endOf(body)) },
  rows: (body, context) => ('JobId' in body || body.JobStatus !== 'COMPLETED' ? []
    : [observe('aws.last-accessed', `${context.parent ?? ''}|last-accessed`, { Principal: context.parent, Services: items(body.ServicesLastAccessed).map((service): Json => plain(service)) }, context, ['ServicesLastAccessed'])]),
  command,
  blindSpots: [
    'What IAM knows of tried services goes back 400 days, in regions that are newer less far, and shows up within four hours. Attempts that were denied count like others; that a service was tried says nothing of whether it was let in.',
    'Services that only a resource policy, a permissions boundary or an organization policy bears on are not told apart: only the policies of the principal itself count.',
  ],
});

function principalOf(row: SourceRow): Seed | (SkipReason & { readonly parent: string }) | null {
  if (row.type !== 'observation' || (row.kind !== 'aws.user' && row.kind !== 'aws.role')) return null;
  const { Arn: arn, Path: path } = row.value;
  const id = row.value[row.kind === 'aws.user' ? 'UserId' : 'RoleId'];
  if (typeof id !== 'string' || typeof arn !== 'string') return null;
  if (!arn.startsWith('arn:')) return { parent: id, skip: 'parent_unread', reason: 'its ARN held what looks like a secret and was removed' };
  if (typeof path === 'string' && path.startsWith('/aws-service-role/')) return { parent: id, skip: 'not_needed', reason: 'AWS made it for a service of its own, which alone uses it' };
  return { parent: id, parameters: { Arn: arn } };
}

function endOf({ JobStatus: status, ServicesLastAccessed: services, IsTruncated: truncated, Error: error }: z.output<typeof reportSchema>): End {
  if (status === 'IN_PROGRESS') return { again: { afterMs: POLL_MS } };
  if (status === 'FAILED') return { missing: `the report could not be made${error?.Code === undefined ? '' : ` (${error.Code})`}` };
  if (status !== 'COMPLETED') return { missing: 'JobStatus is none of IN_PROGRESS, COMPLETED and FAILED' };
  if (services === undefined) return { missing: 'ServicesLastAccessed is not there' };
  // A page has a thousand services, and AWS has half as many.
  return truncated === 'false' ? { last: true } : { missing: truncated === undefined ? 'IsTruncated is not there' : 'there are more services than one page has' };
}

/** A report's id is good for its session only: whoever looks it up makes a new one. */
function command({ Arn: arn, Granularity: granularity, JobId: job }: JsonObject): string {
  return job === undefined ? awsCommand('iam', 'GenerateServiceLastAccessedDetails', { Arn: arn ?? '', Granularity: granularity ?? '' }) : awsCommand('iam', 'GetServiceLastAccessedDetails', { JobId: job });
}
