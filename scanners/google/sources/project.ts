// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { observe, UNIT } from '../shapes.ts';

export const projectSchema = z.object({ name: z.string(), projectId: z.string(), state: z.string().optional(), createTime: z.string().optional(), displayName: z.string().optional(), parent: z.string().optional() });

/** The project itself: its number, and what it hangs from. https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
export const project = defineSource({
  id: 'google.resourcemanager.project',
  title: 'The project',
  unitKind: UNIT,
  lane: 'google.resourcemanager',
  operations: [declared('cloudresourcemanager', 'GetProject', { input: {} })],
  request: () => ({ service: 'cloudresourcemanager', operation: 'GetProject', input: {} }),
  page: { schema: projectSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('google.project', body.name, body, context, [])],
  command: () => gcloud('projects', 'describe', 'PROJECT'),
});
