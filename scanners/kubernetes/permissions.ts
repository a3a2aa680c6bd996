// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../../src/model/json.ts';
import type { Depth } from '../../src/model/source.ts';
import { wireOperation, type WireOperation } from './operations.ts';
import { SOURCES } from './sources.ts';

const ORDER: readonly Depth[] = ['bulk', 'standard', 'deep'];

type Right = NonNullable<WireOperation['right']>;
type Policy = { readonly name: string; readonly format: string; readonly text: string; readonly note: string };
const FORMAT = 'Kubernetes ClusterRole (YAML)';

/** The roles to bind the login to: one that reads no Secret, and a second, optional one that lists them. */
export function readPolicies(depth: Depth): readonly Policy[] {
  const operations = SOURCES.filter((source) => ORDER.indexOf(source.depth) <= ORDER.indexOf(depth)).flatMap((source) => source.operations);
  const inNamespace = new Set(operations.map(({ service, operation }) => wireOperation(service, operation)).flatMap(({ within: path, path: whole, right }) => ((path !== null || whole.includes('{namespace}')) && right !== null ? [right.resource] : [])));
  const rights = [wireOperation('core', 'ReadKubeSystem'), ...operations.map(({ service, operation }) => wireOperation(service, operation))].flatMap(({ right }) => (right === null ? [] : [right]));
  const within = (of: boolean): readonly Right[] => rights.filter(({ resource, verb }) => verb === 'list' && (resource === 'secrets') === of && inNamespace.has(resource));
  return [
    { name: 'rollcall-read', format: FORMAT, text: roleText('rollcall-read', rights.filter(({ resource }) => resource !== 'secrets')), note: 'Bind it with a ClusterRoleBinding. It opens no Secret; with it alone, everything about Secrets is unknown.' },
    {
      name: 'rollcall-list-secrets', format: FORMAT, text: roleText('rollcall-list-secrets', rights.filter(({ resource }) => resource === 'secrets')),
      note: 'Optional, and not harmless: RBAC has no right to names alone, so whoever holds a login with this role can read the value of every Secret. Rollcall asks only for tables without objects and for metadata of service account tokens; the role does not hold others to that. Bind it to a login of its own, for the time of the scan.',
    },
    { name: 'rollcall-read-namespace', format: 'Kubernetes Role (YAML)', text: roleText('rollcall-read-namespace', within(false), 'Role'), note: 'In place of the first, for a login that may read some namespaces only: bind it in each with a RoleBinding, and name them under `scope.namespaces` with the cluster under `scope.clusters`. What only the cluster has (cluster roles and their bindings, signing requests, since when the use of tokens is tracked) stays unknown.' },
    { name: 'rollcall-list-secrets-namespace', format: 'Kubernetes Role (YAML)', text: roleText('rollcall-list-secrets-namespace', within(true), 'Role'), note: 'Optional, as the second is, and for the Secrets of the namespaces in which it is bound: whoever holds the login can read the value of each.' },
  ];
}

/** One YAML document, so that both can go to one file. Rules with the same group, verb and names as one. */
function roleText(name: string, rights: readonly Right[], kind: 'ClusterRole' | 'Role' = 'ClusterRole'): string {
  const rules = new Map<string, { right: Right; resources: Set<string> }>();
  for (const right of rights) {
    const key = `${right.group} ${right.verb} ${(right.names ?? []).join(' ')}`;
    const rule = rules.get(key);
    if (rule === undefined) rules.set(key, { right, resources: new Set([right.resource]) });
    else rule.resources.add(right.resource);
  }
  const lines = [...rules.values()].map(({ right, resources }) => {
    const names = right.names === undefined ? '' : `, resourceNames: [${right.names.join(', ')}]`;
    return `- {apiGroups: [${right.group === '' ? '""' : right.group}], resources: [${[...resources].toSorted(byCodeUnit).join(', ')}]${names}, verbs: [${right.verb}]}`;
  });
  return ['---', 'apiVersion: rbac.authorization.k8s.io/v1', `kind: ${kind}`, `metadata: {name: ${name}}`, 'rules:', ...lines, ''].join('\n');
}
