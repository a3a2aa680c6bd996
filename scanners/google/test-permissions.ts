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
const AT_ONCE = 100;

const answerSchema = z.object({ permissions: z.array(z.string()).default([]) });

/**
 * Which of some permissions the caller has. `test` asks for some of them on one resource. A question with a permission that Google does not know on resources of the kind is refused as a whole: then each is
 * asked for alone, and nothing is said of one that is refused again.
 */
export async function heldOf(permissions: readonly string[], test: (some: readonly string[]) => Promise<Reply>): Promise<Rights> {
  const held: string[] = [];
  const asked: string[] = [];
  const waiting: (readonly string[])[] = [];
  for (let first = 0; first < permissions.length; first += AT_ONCE) waiting.push(permissions.slice(first, first + AT_ONCE));
  for (let some = waiting.shift(); some !== undefined; some = waiting.shift()) {
    const reply = await test(some);
    if (reply.ok) {
      const answer = answerSchema.safeParse(reply.body);
      if (!answer.success) return { basis: 'the answer to testIamPermissions is none that we can read', held: null, exact: true };
      held.push(...answer.data.permissions);
      asked.push(...some);
    } else if (reply.outcome !== 'rejected') return { basis: `testIamPermissions ended ${reply.outcome.replaceAll('_', ' ')}${reply.errorCode === null ? '' : ` (${reply.errorCode})`}`, held: null, exact: true };
    else if (some.length > 1) waiting.push(...some.map((one) => [one]));
  }
  return { basis: "Google's answer to testIamPermissions", held, exact: true, asked };
}
