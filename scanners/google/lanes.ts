// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** Quotas are counted by the project whose quota a login uses, so that all units of a target share a lane. */
export const LANES: readonly Lane[] = [
  { id: 'google.iam', rate: 50, burst: 50, concurrency: 8, scope: 'target', source: 'IAM gives a project 6,000 reads a minute (https://cloud.google.com/iam/quotas): half of 100 a second.' },
  { id: 'google.iam.federation', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'Workload identity federation gives a project 600 reads a minute (https://cloud.google.com/iam/quotas): half of 10 a second.' },
  { id: 'google.iam.deny', rate: 2.5 / 60, burst: 2, concurrency: 1, scope: 'target', source: 'IAM gives a project 5 reads of deny policies a minute (https://cloud.google.com/iam/quotas): half of that.' },
  { id: 'google.iam.boundaries', rate: 2.5 / 60, burst: 2, concurrency: 1, scope: 'target', source: 'IAM gives a project 5 reads of boundaries and their bindings a minute (https://cloud.google.com/iam/quotas): half of that.' },
  { id: 'google.iam.workforce', rate: 1, burst: 2, concurrency: 1, scope: 'target', source: 'Workforce identity federation gives an organization 120 reads a minute (https://cloud.google.com/iam/quotas): half of that.' },
  { id: 'google.orgpolicy', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'The Organization Policy interface publishes no request rate that we know of. 5 a second is our own choice; the lane halves on a throttle.' },
  { id: 'google.resourcemanager', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'Resource Manager gives a project 600 reads a minute (https://cloud.google.com/resource-manager/docs/limits): half of 10 a second.' },
  { id: 'google.apikeys', rate: 2, burst: 4, concurrency: 2, scope: 'target', source: 'API Keys gives a project 240 reads a minute (https://cloud.google.com/api-keys/docs/quotas): half of 4 a second.' },
  { id: 'google.container', rate: 5, burst: 5, concurrency: 2, scope: 'target', source: 'Kubernetes Engine publishes limits of its interface by project (https://cloud.google.com/kubernetes-engine/quotas); 5 a second is our own choice, and the lane halves on a throttle.' },
  { id: 'google.logging', rate: 0.5, burst: 2, concurrency: 1, scope: 'target', source: 'Cloud Logging gives a project 60 lists of entries a minute (https://cloud.google.com/logging/quotas): half of one a second.' },
  { id: 'google.policyanalyzer', rate: 1, burst: 2, concurrency: 2, scope: 'target', source: 'Policy Analyzer publishes no request rate of its activities that we know of. One a second is our own choice; the lane halves on a throttle.' },
  { id: 'google.secretmanager', rate: 5, burst: 10, concurrency: 4, scope: 'target', source: 'Secret Manager gives a project 600 reads a minute beside access to versions (https://cloud.google.com/secret-manager/quotas): half of 10 a second.' },
  { id: 'google.storage', rate: 10, burst: 10, concurrency: 4, scope: 'target', source: 'Cloud Storage publishes no request rate for lists of HMAC keys that we know of. 10 a second is our own choice; the lane halves on a throttle.' },
];
