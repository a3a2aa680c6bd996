// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

const REFERENCE = 'grafana/latest/APIReference';
const LANE = 'aws.grafana';

export const workspaceSchema = z.object({ id: z.string(), name: z.string().optional(), created: moment.optional() });
export const grafanaAccountSchema = z.object({ id: z.string(), name: z.string(), isDisabled: z.string().optional(), grafanaRole: z.string().optional() });
export const grafanaTokenSchema = z.object({ id: z.string(), name: z.string(), createdAt: moment.optional(), expiresAt: moment.optional(), lastUsedAt: moment.optional() });

export const grafanaWorkspaces = regionalList({
  id: 'aws.grafana.workspaces',
  title: 'Managed Grafana workspaces',
  service: 'grafana', operation: 'ListWorkspaces', documentation: page(REFERENCE, 'ListWorkspaces'),
  lane: LANE, depth: 'standard',
  input: { maxResults: 100 },
  element: 'workspaces', item: workspaceSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.grafana-workspace', key: ({ id }) => id,
});

/** Accounts of programs in a workspace. */
export const grafanaAccounts = regionalList({
  id: 'aws.grafana.service-accounts',
  title: 'Service accounts of Managed Grafana',
  service: 'grafana', operation: 'ListWorkspaceServiceAccounts', documentation: page(REFERENCE, 'ListWorkspaceServiceAccounts'), probe: { untestable: 'needs the id of a workspace' },
  lane: LANE, depth: 'standard', parent: 'aws.grafana.workspaces',
  next: (row) => (row.type === 'observation' && typeof row.value['id'] === 'string' ? { parent: row.value['id'], parameters: { workspaceId: row.value['id'] } } : null),
  input: { maxResults: 100 },
  element: 'serviceAccounts', item: grafanaAccountSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.grafana-service-account', key: ({ id }, workspace) => `${workspace ?? ''}|${id}`, more: (workspace) => ({ workspace }),
});

/** Their tokens, with end and last use. */
export const grafanaTokens = regionalList({
  id: 'aws.grafana.tokens',
  title: 'Tokens of service accounts of Managed Grafana',
  service: 'grafana', operation: 'ListWorkspaceServiceAccountTokens', documentation: page(REFERENCE, 'ListWorkspaceServiceAccountTokens'), probe: { untestable: 'needs the ids of a workspace and of a service account' },
  lane: LANE, depth: 'standard', parent: 'aws.grafana.service-accounts',
  next: (row) => {
    if (row.type !== 'observation') return null;
    const { id, workspace } = row.value;
    return typeof id === 'string' && typeof workspace === 'string' ? { parent: `${workspace}|${id}`, parameters: { workspaceId: workspace, serviceAccountId: id } } : null;
  },
  input: { maxResults: 100 },
  element: 'serviceAccountTokens', item: grafanaTokenSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.grafana-token', key: ({ id }, account) => `${account ?? ''}|${id}`, more: (account) => ({ account }),
});
