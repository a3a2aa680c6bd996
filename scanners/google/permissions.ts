// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth, PermissionDocument } from '../../src/model/source.ts';
import { FOLDER, ORGANIZATION, UNIT } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { terraformOf } from './terraform.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

/** The custom roles that read: of one project, and of an organization with its folders, which alone can hold the rights on those; with the commands that give them, the same as Terraform configuration, and the interfaces that have to be on. */
export function readPolicies(depth: Depth): readonly PermissionDocument[] {
  const role = (title: string, description: string, included: readonly string[]): string => stringify({ title, description, stage: 'GA', includedPermissions: included });
  return [
    {
      name: 'rollcall-read', format: 'Google Cloud custom role (YAML)', text: role('Rollcall reader', 'Lists service accounts, who holds and may use them, the dates of their keys, and workload identity federation.', permissionsOf(depth, [UNIT])),
      note: 'Lists and reads nothing else: no key can be made and no token issued with it. A login of Google Cloud cannot be limited to reading by its OAuth scope, so that this role is what limits it.',
    },
    {
      name: 'rollcall-grant', format: 'gcloud commands', text: 'gcloud iam roles create rollcallReader --project "$PROJECT" --file rollcall-read.yaml\ngcloud projects add-iam-policy-binding "$PROJECT" --member "serviceAccount:$READER" --role "projects/$PROJECT/roles/rollcallReader"\n',
      note: 'PROJECT is the project that is read, and READER the address of the service account that reads. For an organization, use the role of it instead: see --part rollcall-organization.',
    },
    {
      name: 'rollcall-organization', apart: true, format: 'Google Cloud custom role (YAML)', text: role('Rollcall reader of the organization', 'The same in every project, and lists folders and projects with the roles given there.', permissionsOf(depth, [UNIT, FOLDER, ORGANIZATION])),
      note: 'Made and bound in the organization: gcloud iam roles create rollcallReader --organization "$ORGANIZATION" --file rollcall-organization.yaml; gcloud organizations add-iam-policy-binding "$ORGANIZATION" --member "serviceAccount:$READER" --role "organizations/$ORGANIZATION/roles/rollcallReader".',
    },
    {
      name: 'rollcall-project-terraform', apart: true, format: 'Terraform configuration', text: terraformOf('project', 'Rollcall reader', permissionsOf(depth, [UNIT])),
      note: 'The role of a project and its binding, for the provider hashicorp/google.',
    },
    {
      name: 'rollcall-organization-terraform', apart: true, format: 'Terraform configuration', text: terraformOf('organization', 'Rollcall reader of the organization', permissionsOf(depth, [UNIT, FOLDER, ORGANIZATION])),
      note: 'The role of an organization and its binding, for the provider hashicorp/google.',
    },
    {
      name: 'rollcall-interfaces', apart: true, format: 'gcloud commands', text: `gcloud services enable ${servicesOf(depth).join(' ')} --project "$QUOTA_PROJECT"\n`,
      note: 'QUOTA_PROJECT is the project whose quota is used: the one of the service account that reads, or what auth.quotaProject names. An interface that is off there or in a project that is read ends as a gap with the cause api_disabled, never as an empty list.',
    },
  ];
}

/** The hosts that the sources of a depth ask, as Service Usage calls them. https://cloud.google.com/service-usage/docs/enable-disable */
function servicesOf(depth: Depth): readonly string[] {
  const asked = SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth)).flatMap(({ operations }) => operations.map(({ service }) => `${service}.googleapis.com`));
  return [...new Set(asked)].toSorted(byCodeUnit);
}

function permissionsOf(depth: Depth, kinds: readonly string[]): readonly string[] {
  const sources = SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth) && [source.unitKind].flat().some((kind) => kinds.includes(kind)));
  return [...new Set(sources.flatMap(({ operations }) => operations.map(({ permission }) => permission)))].toSorted(byCodeUnit);
}
