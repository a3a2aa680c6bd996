// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../src/model/json.ts';
import { namespaceUnit } from './shapes.ts';

export const authSchema = z.strictObject({
  /** The kubeconfig's current context; in a pod without kubeconfig, the pod's own account. */
  ambient: z.literal(true).optional(),
  /** A context of the kubeconfig. Only a context named here may run the program that its user entry names. */
  context: z.string().min(1).max(512).optional(),
  /** Another file than KUBECONFIG and ~/.kube/config name. */
  kubeconfig: z.string().min(1).max(4096).optional(),
}).refine((auth) => (auth.ambient === undefined) !== (auth.context === undefined), 'name either a context, or ambient: true for the current one');
export type Auth = z.output<typeof authSchema>;

export const scopeSchema = z.strictObject({
  /** A context reaches one cluster; naming the UID of its namespace kube-system makes a login to another one an error. */
  clusters: z.array(z.string().min(1).max(64)).length(1, 'one context reads one cluster: give each cluster its own target').optional(),
  /** For a login that may read these namespaces only: each is a unit of its own, and what only the cluster has is not read. */
  namespaces: z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a name of a namespace')).min(1).max(1000).refine((names) => new Set(names).size === names.length, 'a namespace stands twice').optional(),
});

/** What `rollcall.yaml` may say of a Kubernetes target. */
export const targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }> = z.object({
  auth: authSchema.transform((auth) => z.record(z.string(), z.json()).parse(withoutUndefined(auth))),
  scope: scopeSchema.transform((scope) => z.record(z.string(), z.json()).parse(withoutUndefined(scope))),
});

/** The cluster that a scope names, or of it each namespace that it names. */
export function declaredUnits(scope: JsonObject): readonly string[] {
  const { clusters = [], namespaces } = scopeSchema.parse(scope);
  return namespaces === undefined ? clusters : clusters.flatMap((cluster) => namespaces.map((namespace) => namespaceUnit(cluster, namespace)));
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
