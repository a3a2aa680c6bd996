// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { observe, UNIT } from '../shapes.ts';

export const CLUSTERS = 'google.container.clusters';
const text = z.string().optional();
/** Addresses of a control plane: those by number, and the one by name. */
export const clusterSchema = z.object({
  name: z.string(), selfLink: z.string(), location: text, status: text, createTime: text, currentMasterVersion: text, endpoint: text,
  privateClusterConfig: z.object({ privateEndpoint: text, publicEndpoint: text }).optional(), controlPlaneEndpointsConfig: z.object({ dnsEndpointConfig: z.object({ endpoint: text }).optional() }).optional(),
  workloadIdentityConfig: z.object({ workloadPool: text }).optional(),
});

/** Clusters of Kubernetes Engine in every location. Where one did not answer, it is named, and the list is not whole. https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list */
export const clusters = defineSource({
  id: CLUSTERS,
  title: 'Clusters of Kubernetes Engine',
  unitKind: UNIT, lane: 'google.container', depth: 'standard',
  operations: [declared('container', 'ListClusters', { input: {} })],
  request: () => ({ service: 'container', operation: 'ListClusters', input: {} }),
  page: { schema: z.object({ clusters: z.array(clusterSchema).optional(), missingZones: z.array(z.string()).optional() }), count: (body) => body.clusters?.length ?? 0, end: () => ({ last: true }) },
  rows: (body, context) => [
    ...(body.clusters ?? []).map((cluster, index) => observe('google.cluster', cluster.selfLink, cluster, context, ['clusters', index])),
    ...(body.missingZones ?? []).map((location, index) => observe('google.missing-location', `missing|${location}`, { location }, context, ['missingZones', index])),
  ],
  command: () => gcloud('container', 'clusters', 'list', '--project', 'PROJECT'),
  blindSpots: ['What is inside a cluster is read only where the cluster is a target of its own.'],
});
