// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth } from '../../src/model/source.ts';
import { SOURCES } from './sources.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

type Policy = { readonly name: string; readonly format: string; readonly text: string; readonly note: string };

/** The role to give to the login, and the commands that give it. */
export function readPolicies(depth: Depth): readonly Policy[] {
  const permissions = [...new Set(SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth)).flatMap(({ operations }) => operations.map(({ permission }) => permission)))].toSorted(byCodeUnit);
  return [
    {
      name: 'rollcall-read', format: 'Google Cloud custom role (YAML)', text: stringify({ title: 'Rollcall reader', description: 'Lists service accounts, the dates of their keys, and workload identity federation.', stage: 'GA', includedPermissions: permissions }),
      note: 'Lists and reads nothing else: no key can be made and no token issued with it. A login of Google Cloud cannot be limited to reading by its OAuth scope, so that this role is what limits it.',
    },
    {
      name: 'rollcall-grant', format: 'gcloud commands', text: 'gcloud iam roles create rollcallReader --project "$PROJECT" --file rollcall-read.yaml\ngcloud projects add-iam-policy-binding "$PROJECT" --member "serviceAccount:$READER" --role "projects/$PROJECT/roles/rollcallReader"\n',
      note: 'PROJECT is the project that is read, and READER the address of the service account that reads. For many projects, make the role in the organization and bind it there.',
    },
  ];
}
