// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth, PermissionDocument } from '../../src/model/source.ts';
import { wireOperation } from './operations.ts';
import { GRAPH_APP } from './rights.ts';
import { SOURCES } from './sources.ts';
import { terraformOf } from './terraform.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/** Application permissions (app roles) of Microsoft Graph: their ids, what each unlocks, and what a scan says without it. https://learn.microsoft.com/en-us/graph/permissions-reference */
const PERMISSIONS: { readonly [permission: string]: { readonly id: string; readonly unlocks: string; readonly without: string } } = {
  'Application.Read.All': {
    id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', unlocks: 'application registrations and service principals with the dates of their credentials, owners by id, federated credentials, application permissions and who holds them, deleted applications', without: 'nothing can be read',
  },
  'AuditLog.Read.All': { id: 'b0afded3-3588-46d8-8b3d-9842eff778da', unlocks: 'the reports of last sign-ins; together with Directory.Read.All, the audit log of the directory', without: 'last use and events are gaps, and all else is read' },
  'Directory.Read.All': {
    id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61', unlocks: 'delegated grants, for which Microsoft names no smaller one; names of owners; members of groups that hold roles; the audit log', without: 'delegated grants, members of groups with roles and events are gaps, and owners appear by id. It is broad: it reads people, groups and devices as well',
  },
  'Organization.Read.All': { id: '498476ce-e0fe-48b0-b801-37ba7e2685c6', unlocks: "the tenant's name and the proof of its id", without: 'that read is a gap, and all else is read' },
  'Policy.Read.All': { id: '246dd0d5-5bd0-4def-940b-0421030a5b68', unlocks: 'what the tenant forbids of credentials of applications', without: 'those policies are gaps, and all else is read. It shows all policies of the tenant' },
  'RoleManagement.Read.Directory': { id: '483bed4a-2ad3-4361-a73b-c83ccdbdc53c', unlocks: 'roles of the directory, who holds them and who may take them for a time', without: 'whether a service principal administers the directory is unknown' },
};

/** What to grant to the application that Rollcall signs in as: as the manifest of its registration has it, and as commands. */
export function readPolicies(depth: Depth): readonly PermissionDocument[] {
  const declared = SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth)).flatMap(({ operations }) => operations);
  const wire = declared.map(({ service, operation }) => wireOperation(service, operation));
  const asked = new Set(wire.filter(({ service }) => service === 'graph').flatMap(({ permissions }) => permissions));
  const roles = [...asked].toSorted(byCodeUnit).map((permission) => {
    const found = PERMISSIONS[permission];
    if (found === undefined) throw new Error(`no id of the permission ${permission}; add it to PERMISSIONS`);
    return { permission, ...found };
  });
  const manifest = JSON.stringify([{ resourceAppId: GRAPH_APP, resourceAccess: roles.map(({ id }) => ({ id, type: 'Role' })) }], null, 2);
  const commands = [
    ...roles.map(({ permission, id }) => `az ad app permission add --id "$APP_ID" --api ${GRAPH_APP} --api-permissions ${id}=Role  # ${permission}`),
    'az ad app permission admin-consent --id "$APP_ID"', '',
  ].join('\n');
  const dataActions = wire.filter(({ service }) => service === 'vault').flatMap(({ permissions }) => permissions).toSorted(byCodeUnit);
  const actions = [...new Set(wire.filter(({ service }) => service === 'arm').flatMap(({ permissions }) => permissions))].toSorted(byCodeUnit);
  return [
    {
      name: 'rollcall-graph-permissions', format: 'requiredResourceAccess of an application registration (JSON)', text: manifest,
      note: `Application permissions of Microsoft Graph, with the consent of an administrator. ${roles.map(({ permission, unlocks, without }) => `${permission} reads ${unlocks}; without it ${without}.`).join(' ')} None that writes is needed, and none shows the value of a credential.`,
    },
    { name: 'rollcall-graph-grant', format: 'Azure CLI commands', text: commands, note: 'The same as commands; APP_ID is the client id of the application that Rollcall signs in as. The last of them must be run by an administrator of the directory.' },
    {
      name: 'rollcall-azure-role', format: 'custom role of Azure (JSON)', text: roleOf(actions),
      note: `What is read of subscriptions, all of it on the control plane, which shows no value: keys of accounts by their age, secrets and keys of vaults by their dates, tokens of registries, roles on resources. Without it subscriptions are not read; the directory is. ${NEVER} Azure's own role Reader holds all of these and more.`,
    },
    { name: 'rollcall-vault-grant', format: 'Azure CLI commands', text: VAULT_COMMANDS, note: `Lets the application list secrets, keys and certificates of vaults by name and dates: Azure's own role Key Vault Reader at SCOPE, and for each vault that decides by access policies, List alone (${dataActions.join(', ')}). Without it secrets and keys are those that the control plane lists, their number is not known, and certificates are a gap. Not among them is secrets/getSecret/action, which returns values. A vault whose firewall lets nobody in from here is told as unreachable, whatever is granted.` },
    { name: 'rollcall-azure-grant', format: 'Azure CLI commands', text: AZURE_COMMANDS, note: 'Makes the role from the file and gives it to the application, at a subscription or, for all that are below it, at a management group. SCOPE is /subscriptions/ID or /providers/Microsoft.Management/managementGroups/ID, and must be the one that stands in the file.' },
    { name: 'rollcall-azure-terraform', format: 'Terraform configuration', text: terraformOf(roles.map(({ id, permission }) => ({ id, permission })), actions), apart: true, note: 'All of the above at once, but for vaults that decide by access policies: application permissions, the custom role, and Key Vault Reader. `principal` is the object id of the service principal that Rollcall signs in as. Not applied to a real tenant by us.' },
  ];
}

const NEVER = 'It allows no listKeys, listCredentials or config/list, which return values, and no data actions.';

/** A custom role with these actions. https://learn.microsoft.com/en-us/azure/role-based-access-control/custom-roles */
function roleOf(actions: readonly string[]): string {
  return JSON.stringify({ Name: 'Rollcall reader', IsCustom: true, Description: 'Reads what opens resources, and shows no value', Actions: actions, NotActions: [], DataActions: [], NotDataActions: [], AssignableScopes: ['SCOPE'] }, null, 2);
}

const AZURE_COMMANDS = [
  'az role definition create --role-definition @rollcall-azure-role.json',
  'az role assignment create --assignee "$APP_ID" --role "Rollcall reader" --scope "$SCOPE"', '',
].join('\n');

// https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles/security#key-vault-reader
const VAULT_COMMANDS = [
  'az role assignment create --assignee "$APP_ID" --role "Key Vault Reader" --scope "$SCOPE"',
  '# for a vault that decides by access policies:',
  'az keyvault set-policy --name "$VAULT" --spn "$APP_ID" --secret-permissions list --key-permissions list --certificate-permissions list', '',
].join('\n');
