// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Reply, Rights } from '../../src/model/source.ts';
import type { WireOperation } from './operations.ts';

/** Asks which of some permissions the caller has on a project, a folder or an organization. It needs no permission itself, reads nothing, and no scan sends it. */
export const TEST_PERMISSIONS: WireOperation = {
  service: 'cloudresourcemanager', operation: 'TestPermissions', path: '/v3/{resource}:testIamPermissions', body: {}, fields: { permissions: null }, pageSize: null, sdk: null,
  permission: 'none', documentation: 'https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions',
};

/** So many permissions are asked for at once. https://cloud.google.com/iam/docs/testing-permissions */
export const AT_ONCE = 100;

const answerSchema = z.object({ permissions: z.array(z.string()).default([]) });

/** What the answers to it say; where one is no answer, nothing can be said. */
export function rightsOf(replies: readonly Reply[]): Rights {
  const held: string[] = [];
  for (const reply of replies) {
    if (!reply.ok) return { basis: `testIamPermissions ended ${reply.outcome.replaceAll('_', ' ')}${reply.errorCode === null ? '' : ` (${reply.errorCode})`}`, held: null, exact: true };
    const answer = answerSchema.safeParse(reply.body);
    if (!answer.success) return { basis: 'the answer to testIamPermissions is none that we can read', held: null, exact: true };
    held.push(...answer.data.permissions);
  }
  return { basis: "Google's answer to testIamPermissions", held, exact: true };
}
