// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { countOf, momentOf, parsedRows } from '../../src/model/read-facts.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { rowKey } from './shapes.ts';
import { CLUSTERS, clusterSchema } from './sources/clusters.ts';

const CLUSTER = 'google.cluster';

/** Clusters with every address at which one may be reached, so that each is held against the Kubernetes targets; how many is known only where every location answered. */
export function joinClusters(related: Related): { readonly objects: readonly ObjectRow[]; readonly count: Fact<number> } {
  const unit = related.unit.id;
  const objects = parsedRows(related, CLUSTERS, CLUSTER, clusterSchema).map(({ value, row }): ObjectRow => {
    const addresses = [value.endpoint, value.privateClusterConfig?.publicEndpoint, value.privateClusterConfig?.privateEndpoint, value.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint];
    const clusterEndpoint = [...new Set(addresses.flatMap((address) => (address === undefined || address === '' ? [] : [`https://${address}`])))];
    return {
      type: 'object', key: rowKey(unit, value.selfLink), id: value.selfLink, kind: CLUSTER, unit, name: value.name, created: momentOf(value.createTime, row.refs), expires: notApplicable('a cluster does not end by itself'),
      detail: { clusterEndpoint, location: value.location ?? null, status: value.status ?? null, version: value.currentMasterVersion ?? null, workloadPool: value.workloadIdentityConfig?.workloadPool ?? null }, refs: row.refs,
    };
  });
  const silent = parsedRows(related, CLUSTERS, 'google.missing-location', z.object({ location: z.string() })).map(({ value }) => value.location);
  return { objects, count: silent.length === 0 ? countOf(related, CLUSTERS, objects.length) : unknown('incomplete', `${silent.join(', ')} did not answer`) };
}
