// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth } from '../../src/model/source.ts';
import { APPLICATIONS_READ, ORGANIZATION_READ } from './operations.ts';
import { SOURCES } from './sources.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/** Microsoft Graph as a resource of every tenant. https://learn.microsoft.com/en-us/graph/permissions-reference */
const GRAPH = '00000003-0000-0000-c000-000000000000';
/** The ids of application permissions (app roles) of Microsoft Graph. https://learn.microsoft.com/en-us/graph/permissions-reference */
const ROLE_IDS: { readonly [permission: string]: string } = { [APPLICATIONS_READ]: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', [ORGANIZATION_READ]: '498476ce-e0fe-48b0-b801-37ba7e2685c6' };

/** What to grant to the application that Rollcall signs in as: as the manifest of its registration has it, and as commands. */
export function readPolicies(depth: Depth): readonly { readonly name: string; readonly format: string; readonly text: string; readonly note: string }[] {
  const asked = new Set(SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth)).flatMap(({ operations }) => operations.map(({ permission }) => permission)));
  const roles = [...asked].toSorted(byCodeUnit).map((permission) => {
    const id = ROLE_IDS[permission];
    if (id === undefined) throw new Error(`no id of the permission ${permission}; add it to ROLE_IDS`);
    return { permission, id };
  });
  const manifest = JSON.stringify([{ resourceAppId: GRAPH, resourceAccess: roles.map(({ id }) => ({ id, type: 'Role' })) }], null, 2);
  const commands = [
    ...roles.map(({ permission, id }) => `az ad app permission add --id "$APP_ID" --api ${GRAPH} --api-permissions ${id}=Role  # ${permission}`),
    'az ad app permission admin-consent --id "$APP_ID"', '',
  ].join('\n');
  return [
    {
      name: 'rollcall-graph-permissions', format: 'requiredResourceAccess of an application registration (JSON)', text: manifest,
      note: `${roles.map(({ permission }) => permission).join(' and ')} of Microsoft Graph, as application permissions with the consent of an administrator. ${APPLICATIONS_READ} reads registrations with the dates of their credentials, their owners by id, and federated credentials; it shows the value of none. ${ORGANIZATION_READ} is for the tenant's name and the proof of its id; without it that read is a gap, and all else is read. None that writes is needed, nor Directory.Read.All: without it owners appear by id.`,
    },
    { name: 'rollcall-graph-grant', format: 'Azure CLI commands', text: commands, note: 'The same as commands; APP_ID is the client id of the application that Rollcall signs in as. The last of them must be run by an administrator of the directory.' },
  ];
}
