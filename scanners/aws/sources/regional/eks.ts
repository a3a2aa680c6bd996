// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../../src/model/source.ts';
import { observe, plain, REGION } from '../../shapes.ts';
import { moment, page, regionalCommand, regionalList, regionalOperation } from './list.ts';

const REFERENCE = 'eks/latest/APIReference';
const CLUSTERS = 'aws.eks.clusters';

export const clusterSchema = z.object({
  name: z.string(), arn: z.string(), createdAt: moment.optional(), version: z.string().optional(), status: z.string().optional(), roleArn: z.string().optional(), endpoint: z.string().optional(),
  identity: z.object({ oidc: z.object({ issuer: z.string().optional() }).optional() }).optional(), accessConfig: z.object({ authenticationMode: z.string().optional() }).optional(),
});
export const associationSchema = z.object({ associationId: z.string(), associationArn: z.string().optional(), namespace: z.string(), serviceAccount: z.string() });

/** Names of the clusters in the region, those among them that EKS only registers too. */
export const eksClusters = names(CLUSTERS, 'EKS clusters', 'ListClusters', 'clusters', 'aws.eks-cluster-name', {});

/** Issuer of each cluster, and who decides who may enter it. What only a registered cluster's first answer has, its activation code, is not kept. */
export const eksClusterDetails = defineSource({
  id: 'aws.eks.cluster-details',
  title: 'Details of EKS clusters',
  unitKind: REGION, lane: 'aws.eks', depth: 'standard', parent: CLUSTERS,
  operations: [regionalOperation({ service: 'eks', operation: 'DescribeCluster', documentation: page(REFERENCE, 'DescribeCluster'), probe: { untestable: 'needs the name of a cluster' } })],
  next: (row) => ofCluster(row, 'name'),
  request: (seed) => ({ service: 'eks', operation: 'DescribeCluster', input: { name: seed.parameters['name'] ?? '' } }),
  page: { schema: z.object({ cluster: clusterSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.eks-cluster', body.cluster.arn, plain(body.cluster), context, ['cluster'])],
  command: (parameters, unit) => regionalCommand('eks', 'DescribeCluster', parameters, unit),
  blindSpots: ['What is inside a cluster is read only where the cluster is a target of its own.'],
});

/** Which accounts of a cluster enter roles of AWS by Pod Identity. */
export const eksPodIdentities = regionalList({
  id: 'aws.eks.pod-identities',
  title: 'Pod Identity associations of EKS clusters',
  service: 'eks', operation: 'ListPodIdentityAssociations', documentation: page(REFERENCE, 'ListPodIdentityAssociations'),
  lane: 'aws.eks', depth: 'standard', parent: CLUSTERS, next: (row) => ofCluster(row, 'clusterName'), probe: { untestable: 'needs the name of a cluster' },
  input: { maxResults: 100 },
  element: 'associations', item: associationSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.eks-pod-identity', key: ({ associationId }) => associationId, more: (cluster) => ({ cluster }),
});

export const associationDetailSchema = z.object({ associationId: z.string(), roleArn: z.string().optional(), targetRoleArn: z.string().optional(), createdAt: moment.optional() });

/** Which role an account of a cluster enters by Pod Identity, and which one it goes on to from there. */
export const eksPodIdentityRoles = defineSource({
  id: 'aws.eks.pod-identity-roles',
  title: 'Roles of Pod Identity associations',
  unitKind: REGION, lane: 'aws.eks', depth: 'standard', parent: 'aws.eks.pod-identities',
  operations: [regionalOperation({ service: 'eks', operation: 'DescribePodIdentityAssociation', documentation: page(REFERENCE, 'DescribePodIdentityAssociation'), probe: { untestable: 'needs an association of a cluster' } })],
  next: (row) => {
    const { associationId: id, cluster } = row.type === 'observation' ? row.value : {};
    return typeof id === 'string' && typeof cluster === 'string' ? { parent: id, parameters: { clusterName: cluster, associationId: id } } : null;
  },
  request: (seed) => ({ service: 'eks', operation: 'DescribePodIdentityAssociation', input: { clusterName: seed.parameters['clusterName'] ?? '', associationId: seed.parameters['associationId'] ?? '' } }),
  page: { schema: z.object({ association: associationDetailSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.eks-pod-identity-role', `${body.association.associationId}|role`, plain(body.association), context, ['association'])],
  command: (parameters, unit) => regionalCommand('eks', 'DescribePodIdentityAssociation', parameters, unit),
});

/** Which principals of AWS may enter a cluster. */
export const eksAccessEntries = names('aws.eks.access-entries', 'Access entries of EKS clusters', 'ListAccessEntries', 'accessEntries', 'aws.eks-access-entry', { parent: CLUSTERS, next: (row) => ofCluster(row, 'clusterName') });

function ofCluster(row: Parameters<NonNullable<AnySource['next']>>[0], parameter: string): { readonly parent: string; readonly parameters: { readonly [name: string]: string } } | null {
  const name = row.type === 'observation' ? row.value['name'] : undefined;
  return typeof name === 'string' ? { parent: name, parameters: { [parameter]: name } } : null;
}

/** A list of names alone. */
function names(id: string, title: string, operation: string, element: string, kind: string, follow: Pick<Partial<AnySource>, 'parent' | 'next'>): AnySource {
  const schema = z.object({ [element]: z.array(z.string()), nextToken: z.string().nullish() });
  const listOf = (body: object): readonly string[] => z.array(z.string()).parse(z.record(z.string(), z.unknown()).parse(body)[element]);
  return defineSource({
    id, title, unitKind: REGION, lane: 'aws.eks', depth: 'standard', ...follow,
    operations: [regionalOperation({ service: 'eks', operation, documentation: page(REFERENCE, operation), probe: follow.parent === undefined ? { input: { maxResults: 1 } } : { untestable: 'needs the name of a cluster' } })],
    request: (seed, next) => ({ service: 'eks', operation, input: { maxResults: 100, ...seed.parameters, ...next } }),
    page: { schema, count: (body) => listOf(body).length, end: ({ nextToken: next }) => (typeof next === 'string' && next !== '' ? { next: { nextToken: next } } : { last: true }) },
    rows: (body, context) => listOf(body).map((name, index) => observe(kind, `${kind}|${context.parent ?? ''}|${name}`, { name, ...(context.parent === null ? {} : { cluster: context.parent }) }, context, [element, index])),
    command: (parameters, unit) => regionalCommand('eks', operation, parameters, unit),
  });
}
