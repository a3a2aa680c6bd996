// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

const REFERENCE = 'access-analyzer/latest/APIReference';
export const analyzerSchema = z.object({ arn: z.string(), name: z.string(), type: z.string(), status: z.string(), createdAt: moment.optional() });
export const findingSchema = z.object({ id: z.string(), resource: z.string().optional(), resourceType: z.string().optional(), resourceOwnerAccount: z.string().optional(), findingType: z.string().optional(), status: z.string().optional(), createdAt: moment.optional(), analyzedAt: moment.optional() });

/** Analyzers of IAM Access Analyzer that are there; none is ever made. */
export const analyzers = regionalList({
  id: 'aws.access-analyzer.analyzers',
  title: 'Analyzers of IAM Access Analyzer',
  service: 'access-analyzer', operation: 'ListAnalyzers', documentation: page(REFERENCE, 'ListAnalyzers'),
  lane: 'aws.access-analyzer', depth: 'standard',
  input: { maxResults: 100 }, probe: { input: { maxResults: 1 } },
  element: 'analyzers', item: analyzerSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.access-analyzer', key: ({ arn }) => arn,
});

/**
 * What each analyzer that works found and nobody has archived or resolved: access from outside, and roles, keys and passwords that nobody uses. At the deepest only, since one of a whole organization
 * may have very many. https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html
 */
export const findings = regionalList({
  id: 'aws.access-analyzer.findings',
  title: 'Findings of IAM Access Analyzer',
  service: 'access-analyzer', operation: 'ListFindingsV2', documentation: page(REFERENCE, 'ListFindingsV2'), probe: { untestable: 'needs the name of an analyzer' },
  lane: 'aws.access-analyzer', depth: 'deep', parent: 'aws.access-analyzer.analyzers',
  next: (row) => {
    const analyzer = row.type === 'observation' ? analyzerSchema.safeParse(row.value) : null;
    if (analyzer?.success !== true) return null;
    const { arn, status } = analyzer.data;
    return status === 'ACTIVE' ? { parent: arn, parameters: { analyzerArn: arn } } : { parent: arn, skip: 'not_needed', reason: 'the analyzer does not work (its status is not ACTIVE)' };
  },
  input: { maxResults: 100, filter: { status: { eq: ['ACTIVE'] } } },
  element: 'findings', item: findingSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.access-analyzer-finding', key: ({ id }) => id, more: (analyzer) => ({ analyzer }),
  blindSpots: ['Of a finding of Access Analyzer the kind and the resource are read, not its details: which key it is about, and when that was last used, each takes a request of its own.'],
});
