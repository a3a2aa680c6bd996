// SPDX-License-Identifier: Apache-2.0
import type { Coverage, Run, Scope } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';
import type { ObjectRow } from '../model/row.ts';

/** Gathers clusters that a cloud lists, unit after unit, and tells which of them nobody declared. */
export interface ListedClusters { add(objects: readonly ObjectRow[]): void; undeclared(): Coverage['units'] }

/**
 * A cluster that a cloud lists (an object whose detail has `clusterEndpoint`, one address or several) is in scope where a login of this run answered at one of them: a kubeconfig is a declaration. One that is not is a gap in
 * scope, by the cloud's own name for it, unless management left that name out. A cluster without an address is one that the cloud only registers, and cannot be held against anything.
 */
export function listedClusters(run: Pick<Run, 'logins'>, scope: Pick<Scope, 'excluded'>): ListedClusters {
  const reached = new Set(run.logins.flatMap(({ endpoint }) => hostOf(endpoint) ?? []));
  const found = new Map<string, Coverage['units'][number]>();
  return {
    add: (objects) => {
      for (const { id, name, unit, detail: { clusterEndpoint } } of objects) {
        const hosts = [clusterEndpoint].flat().flatMap((address) => (typeof address === 'string' ? (hostOf(address) ?? []) : []));
        const own = `kubernetes:${id}`;
        if (hosts.length === 0 || hosts.some((host) => reached.has(host)) || scope.excluded.some((one) => one.unit === own)) continue;
        found.set(own, { unit: own, name, basis: 'discovered', outcome: 'undeclared', reason: `${unit} lists it, and no target's login answered at its address`, reads: null });
      }
    },
    undeclared: () => [...found.values()].sort((a, b) => byCodeUnit(a.unit, b.unit)),
  };
}

/** Host and port of an address; null where it is none. */
function hostOf(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.host === '' ? null : url.host;
}
