// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { Reply, Request } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { subscriptionUnit } from './shapes.ts';
import { armPage } from './sources/arm/list.ts';
import { subscriptionSchema } from './sources/arm/tenant.ts';

const pageSchema = armPage(subscriptionSchema);
/** https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/azure-subscription-service-limits: far more pages than a tenant has. */
const MOST_PAGES = 500;

/**
 * The subscriptions of a tenant that Azure lists for the login, as units; only those that are named where `wanted` names any. What keeps
 * the list from being read is told by the scan itself, which reads it again as one of its sources.
 */
export async function subscriptionsOf(ask: (request: Request) => Promise<Reply>, tenant: Unit, wanted: readonly string[] | undefined): Promise<readonly Unit[]> {
  const named = wanted === undefined ? null : new Set(wanted.map((id) => id.toLowerCase()));
  const found = new Map<string, Unit>();
  let input: JsonObject = {};
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const reply = await ask({ service: 'arm', operation: 'ListSubscriptions', input });
    const body = reply.ok ? pageSchema.safeParse(reply.body) : null;
    if (body?.success !== true) break;
    for (const { subscriptionId, displayName, state, tenantId } of body.data.value) {
      const id = subscriptionId.toLowerCase();
      // One of another tenant, which a guest may see, and one that is gone are none of this tenant's to read.
      if (state === 'Deleted' || (tenantId !== null && tenantId !== undefined && tenantId.toLowerCase() !== tenant.nativeId) || named?.has(id) === false) continue;
      const nativeId = subscriptionUnit(tenant.nativeId, id);
      found.set(id, { id: `azure:${nativeId}`, provider: 'azure', kind: 'subscription', nativeId, name: displayName ?? null, target: tenant.target, basis: named === null ? 'discovered' : 'declared' });
    }
    const { nextLink } = body.data;
    if (nextLink === undefined || nextLink === null || nextLink === '') break;
    input = { nextLink };
  }
  return [...found.values()];
}
