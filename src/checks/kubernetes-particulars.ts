// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Fact } from '../model/fact.ts';
import type { Identity } from '../model/row.ts';
import { particular } from './particular.ts';

/** A workload that runs as an account: its kind, `namespace/name`, and whether its pods get a token of the account mounted. */
export const workloadSchema = z.object({ kind: z.string(), name: z.string(), mountsToken: z.boolean() });
export type Workload = z.output<typeof workloadSchema>;

export const POWERS = ['reads_secrets', 'mints_tokens', 'impersonates', 'binds_roles', 'approves_certificates', 'runs_pods'] as const;
/**
 * A right that leads beyond itself. `namespace` null: in the whole cluster. `names`: the only objects it covers; empty for all of them.
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
export const powerSchema = z.object({ power: z.enum(POWERS), namespace: z.string().nullable(), names: z.array(z.string()), via: z.string() });
export type Power = z.output<typeof powerSchema>;

/** A token that a workload asks for in a projected volume. `audience` null: the API server's own. */
export const projectedTokenSchema = z.object({ workload: z.string(), audience: z.string().nullable(), seconds: z.number() });
export type ProjectedToken = z.output<typeof projectedTokenSchema>;

/** Workloads that run as the account: known only where every list of workloads closed. */
export function workloadsOf(identity: Identity): Fact<readonly Workload[]> {
  return particular(identity, 'kubernetes.workloads', z.array(workloadSchema));
}

/** Rights of the account that lead beyond themselves, those of an administrator among them: known only where roles and bindings were read. */
export function powersOf(identity: Identity): Fact<readonly Power[]> {
  return particular(identity, 'kubernetes.powers', z.array(powerSchema));
}

/** Bindings that name the account itself, not a group that it belongs to, as `ClusterRoleBinding name` or `RoleBinding namespace/name`. */
export function bindingsOf(identity: Identity): Fact<readonly string[]> {
  return particular(identity, 'kubernetes.bindings', z.array(z.string()));
}

/** Tokens that workloads which run as the account ask for in projected volumes. */
export function projectedTokensOf(identity: Identity): Fact<readonly ProjectedToken[]> {
  return particular(identity, 'kubernetes.projected-tokens', z.array(projectedTokenSchema));
}
