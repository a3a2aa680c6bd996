// SPDX-License-Identifier: Apache-2.0
import { notApplicable, type Fact } from '../../src/model/fact.ts';
import { countOf, momentOf, parsedRows } from '../../src/model/read-facts.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { ListedUnit, ParentList, Related, UnitInventory } from '../../src/model/source.ts';
import { joinLimits } from './join-limits.ts';
import { FOLDER, ORGANIZATION, rowKey, UNIT, unitOfResource } from './shapes.ts';
import { FOLDERS, folderSchema, FOLDER_ITSELF, listedProjectSchema, ORGANIZATION_ITSELF, organizationSchema, PROJECTS } from './sources/containers.ts';
import { declares, scopeSchema } from './target.ts';

/** How an organization's rows, and a folder's, list folders and projects. What is to be deleted is listed and not read: nothing in it can act any more. */
export const containerLists: readonly ParentList[] = [ORGANIZATION, FOLDER].map((unitKind): ParentList => ({
  unitKind, children: 'folders and projects', sources: [FOLDERS, PROJECTS], pageByPage: true,
  units: (related) => [
    ...parsedRows(related, FOLDERS, 'google.folder', folderSchema).map(({ value }): ListedUnit => ({ id: unitOfResource(value.name), nativeId: value.name, kind: FOLDER, name: value.displayName ?? null, closed: closedOf(value.state) })),
    ...parsedRows(related, PROJECTS, 'google.listed-project', listedProjectSchema).map(({ value }): ListedUnit => ({ id: `google:${value.projectId}`, nativeId: value.projectId, kind: UNIT, name: value.displayName ?? null, closed: closedOf(value.state) })),
  ],
  ended: (related) => [FOLDERS, PROJECTS].map((source) => related.ended(source)).find(({ state }) => state !== 'complete') ?? related.ended(PROJECTS),
  // Folders are ways to projects: they are walked, whichever of the projects are declared.
  isDeclared: (scope, { kind, nativeId }) => kind === FOLDER || declares.everything?.(scope) === true || (scopeSchema.safeParse(scope).data?.projects ?? []).includes(nativeId),
}));

/** A state in which nothing is read; a list that tells none is tried. https://cloud.google.com/resource-manager/reference/rest/v3/projects#State */
function closedOf(state: string | undefined): string | null {
  return state === undefined || state === 'ACTIVE' ? null : state;
}

/** Kinds of projects alone. */
const OF_PROJECTS = notApplicable('it is of a project, each of which is a unit of its own');

/** Rows of an organization or a folder: itself, and what lies directly beneath it. It has no principals of its own. `kinds`: those of projects, which are not missing here. */
export function joinContainer(related: Related, kinds: readonly string[]): UnitInventory {
  const unit = related.unit.id;
  const object = (row: { readonly refs: ObjectRow['refs'] }, native: Pick<ObjectRow, 'id' | 'kind' | 'name'>, created: string | undefined, detail: ObjectRow['detail']): ObjectRow => (
    { type: 'object', key: rowKey(unit, `${native.kind}|${native.id}`), ...native, unit, created: momentOf(created, row.refs), expires: notApplicable('things of this kind do not expire'), detail, refs: row.refs });
  const itself = [
    ...parsedRows(related, ORGANIZATION_ITSELF, 'google.organization', organizationSchema).map(({ value, row }) => object(row, { id: value.name, kind: 'google.organization', name: value.displayName ?? value.name }, value.createTime, { state: value.state ?? null, directoryCustomer: value.directoryCustomerId ?? null })),
    ...parsedRows(related, FOLDER_ITSELF, 'google.folder-itself', folderSchema).map(({ value, row }) => object(row, { id: value.name, kind: 'google.folder-itself', name: value.displayName ?? value.name }, value.createTime, { state: value.state ?? null, parent: value.parent ?? null })),
  ];
  const folders = parsedRows(related, FOLDERS, 'google.folder', folderSchema).map(({ value, row }) => object(row, { id: value.name, kind: 'google.folder', name: value.displayName ?? value.name }, value.createTime, { state: value.state ?? null }));
  const projects = parsedRows(related, PROJECTS, 'google.listed-project', listedProjectSchema).map(({ value, row }) => object(row, { id: value.name, kind: 'google.listed-project', name: value.projectId }, value.createTime, { state: value.state ?? null }));
  const limits = joinLimits(related);
  const populations: { [kind: string]: Fact<number> } = Object.fromEntries(kinds.map((kind) => [kind, OF_PROJECTS]));
  return {
    identityKinds: [], identities: [], credentials: [], grants: [], trusts: [], objects: [...itself, ...folders, ...projects, ...limits.objects],
    populations: { ...populations, ...limits.populations, 'google.folder': countOf(related, FOLDERS, folders.length), 'google.listed-project': countOf(related, PROJECTS, projects.length) }, controlTotals: [], unplaced: [],
  };
}
