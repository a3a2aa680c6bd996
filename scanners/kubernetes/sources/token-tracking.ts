// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared, TRACKING } from '../operations.ts';
import { CLUSTER, LANE, observe } from '../shapes.ts';

export const trackingSchema = z.object({ since: z.string().optional() });

/** The day since when the API server marks the use of legacy tokens. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#legacy-serviceaccount-token-tracking-controller */
export const tokenTracking = defineSource({
  id: 'kubernetes.token-tracking',
  title: 'Start of the tracking of token use',
  unitKind: CLUSTER,
  lane: LANE,
  operations: [declared('core', 'ReadTokenTracking', { input: {} })],
  request: () => ({ service: 'core', operation: 'ReadTokenTracking', input: {} }),
  page: { schema: z.object({ kind: z.literal('ConfigMap'), data: trackingSchema.optional() }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('kubernetes.token-tracking', 'token-tracking', body.data ?? {}, context, ['data'])],
  command: () => kubectl('get', 'configmap', TRACKING, '--namespace', 'kube-system', '-o', 'yaml'),
});
