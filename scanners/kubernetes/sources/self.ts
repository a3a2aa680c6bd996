// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { EITHER, LANE, observe } from '../shapes.ts';

export const userSchema = z.object({ username: z.string(), uid: z.string().optional(), groups: z.array(z.string()).optional() });

/** Who reads, as the cluster sees it. Every authenticated user may ask. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/ */
export const self = defineSource({
  id: 'kubernetes.self',
  title: 'The user that this scan acts as',
  unitKind: EITHER,
  lane: LANE,
  operations: [declared('authentication.k8s.io', 'CreateSelfSubjectReview', { input: {} })],
  request: () => ({ service: 'authentication.k8s.io', operation: 'CreateSelfSubjectReview', input: {} }),
  page: { schema: z.object({ kind: z.literal('SelfSubjectReview'), status: z.object({ userInfo: userSchema }) }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('kubernetes.self', `self|${body.status.userInfo.username}`, body.status.userInfo, context, ['status', 'userInfo'])],
  command: () => kubectl('auth', 'whoami', '-o', 'yaml'),
});
