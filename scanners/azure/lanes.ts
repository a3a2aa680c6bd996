// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** The quotas of Graph that one login meets: its resource units, the reads that bring `keyCredentials`, and reports with audit logs. */
export const LANES: readonly Lane[] = [
  {
    id: 'azure.graph', rate: 80, burst: 80, concurrency: 8, scope: 'target',
    source: 'The directory gives an application 3,500 resource units in 10 seconds in the smallest tenants, and a list costs up to 2 (https://learn.microsoft.com/en-us/graph/throttling-limits): half of 175 lists a second.',
  },
  {
    id: 'azure.graph.key-credentials', rate: 1.25, burst: 5, concurrency: 1, scope: 'target',
    source: 'Reads that select keyCredentials are limited to 150 a minute for a tenant (https://learn.microsoft.com/en-us/graph/api/application-list): half of that.',
  },
  {
    id: 'azure.graph.reports', rate: 0.25, burst: 2, concurrency: 2, scope: 'target',
    source: 'Identity and access reports, audit logs among them, take 5 requests in 10 seconds of an application in a tenant (https://learn.microsoft.com/en-us/graph/throttling-limits): half of that.',
  },
  {
    id: 'azure.arm', rate: 12, burst: 50, concurrency: 4, scope: 'unit',
    source: 'Resource Manager refills 25 reads a second for a principal in a subscription, up to 250 (https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/request-limits-and-throttling): half of the refill.',
  },
  {
    id: 'azure.resource-graph', rate: 1.5, burst: 5, concurrency: 2, scope: 'target',
    source: 'Resource Graph takes 15 queries in 5 seconds of a principal (https://learn.microsoft.com/en-us/azure/governance/resource-graph/concepts/guidance-for-throttled-requests): half of that.',
  },
  {
    id: 'azure.vault', rate: 50, burst: 50, concurrency: 4, scope: 'unit',
    source: 'A key vault takes 4,000 transactions in 10 seconds, and a subscription five times as many (https://learn.microsoft.com/en-us/azure/key-vault/general/service-limits): far below half of one vault, since programs that need its values come first.',
  },
];
