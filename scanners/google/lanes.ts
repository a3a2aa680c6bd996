// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** Quotas are counted by the project whose quota a login uses, so that all units of a target share a lane. */
export const LANES: readonly Lane[] = [
  { id: 'google.iam', rate: 50, burst: 50, concurrency: 8, scope: 'target', source: 'IAM gives a project 6,000 reads a minute (https://cloud.google.com/iam/quotas): half of 100 a second.' },
  { id: 'google.iam.federation', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'Workload identity federation gives a project 600 reads a minute (https://cloud.google.com/iam/quotas): half of 10 a second.' },
  { id: 'google.resourcemanager', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'Resource Manager gives a project 600 reads a minute (https://cloud.google.com/resource-manager/docs/limits): half of 10 a second.' },
];
