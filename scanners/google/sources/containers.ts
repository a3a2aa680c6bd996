// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { gcloud } from '../command.ts';
import { declared } from '../operations.ts';
import { endOf, FOLDER, observe, ORGANIZATION } from '../shapes.ts';

export const ORGANIZATION_ITSELF = 'google.resourcemanager.organization';
export const FOLDER_ITSELF = 'google.resourcemanager.folder';
export const FOLDERS = 'google.resourcemanager.folders';
export const PROJECTS = 'google.resourcemanager.projects';
const LANE = 'google.resourcemanager';

export const organizationSchema = z.object({ name: z.string(), displayName: z.string().optional(), state: z.string().optional(), createTime: z.string().optional(), directoryCustomerId: z.string().optional() });
/** `parent` names what its rights are inherited from. */
export const folderSchema = z.object({ name: z.string(), parent: z.string().optional(), displayName: z.string().optional(), state: z.string().optional(), createTime: z.string().optional() });
export const listedProjectSchema = z.object({ name: z.string(), projectId: z.string(), parent: z.string().optional(), displayName: z.string().optional(), state: z.string().optional(), createTime: z.string().optional() });

/** The organization itself. https://cloud.google.com/resource-manager/reference/rest/v3/organizations/get */
export const organization = defineSource({
  id: ORGANIZATION_ITSELF,
  title: 'The organization',
  unitKind: ORGANIZATION, lane: LANE,
  operations: [declared('cloudresourcemanager', 'GetOrganization', { input: {} })],
  request: () => ({ service: 'cloudresourcemanager', operation: 'GetOrganization', input: {} }),
  page: { schema: organizationSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('google.organization', body.name, body, context, [])],
  command: () => gcloud('organizations', 'describe', 'ORGANIZATION'),
});

/** A folder itself, and what it hangs from. https://cloud.google.com/resource-manager/reference/rest/v3/folders/get */
export const folder = defineSource({
  id: FOLDER_ITSELF,
  title: 'The folder',
  unitKind: FOLDER, lane: LANE,
  operations: [declared('cloudresourcemanager', 'GetFolder', { input: {} })],
  request: () => ({ service: 'cloudresourcemanager', operation: 'GetFolder', input: {} }),
  page: { schema: folderSchema, count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('google.folder-itself', body.name, body, context, [])],
  command: () => gcloud('resource-manager', 'folders', 'describe', 'FOLDER'),
});

/** Folders directly beneath, deleted ones too. Unlike a search, the list is refused to whom may not read it. https://cloud.google.com/resource-manager/reference/rest/v3/folders/list */
export const folders = defineSource({
  id: FOLDERS,
  title: 'Folders',
  unitKind: [ORGANIZATION, FOLDER], lane: LANE,
  operations: [declared('cloudresourcemanager', 'ListFolders', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'cloudresourcemanager', operation: 'ListFolders', input: { ...page } }),
  page: { schema: z.object({ folders: z.array(folderSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.folders?.length ?? 0, end: endOf },
  rows: (body, context) => (body.folders ?? []).map((item, index) => observe('google.folder', item.name, item, context, ['folders', index])),
  command: () => gcloud('resource-manager', 'folders', 'list', '--organization', 'ORGANIZATION'),
});

/** Projects directly beneath, deleted ones too. https://cloud.google.com/resource-manager/reference/rest/v3/projects/list */
export const projects = defineSource({
  id: PROJECTS,
  title: 'Projects',
  unitKind: [ORGANIZATION, FOLDER], lane: LANE,
  operations: [declared('cloudresourcemanager', 'ListProjects', { input: { pageSize: 1 } })],
  request: (_seed, page) => ({ service: 'cloudresourcemanager', operation: 'ListProjects', input: { ...page } }),
  page: { schema: z.object({ projects: z.array(listedProjectSchema).optional(), nextPageToken: z.string().optional() }), count: (body) => body.projects?.length ?? 0, end: endOf },
  rows: (body, context) => (body.projects ?? []).map((item, index) => observe('google.listed-project', item.name, item, context, ['projects', index])),
  command: () => gcloud('projects', 'list', '--filter', 'parent.id=PARENT'),
});
