// SPDX-License-Identifier: Apache-2.0
import { defineCheck, doesNotApply, met, needsReview, notMet } from './define.ts';
import { byReach, few, powerNames } from './kubernetes-accounts.ts';
import { powersOf, type Power } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Powers by which an account becomes another one or gives itself rights. */
const BECOMES: ReadonlySet<Power['power']> = new Set(['mints_tokens', 'impersonates', 'binds_roles', 'approves_certificates']);

/**
 * One request away from being somebody else. High and not critical: in a single namespace the power ends with the accounts and roles there,
 * and each case takes a step that administration itself (k8s-sa-cluster-admin, critical) does not.
 * https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
export const k8sSaMintsOrImpersonates = defineCheck({
  id: 'k8s-sa-mints-or-impersonates',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'high',
  title: 'Service account can become another identity or raise its own rights',
  rationale: 'What it is bound to no longer says what it can do: it makes tokens of other accounts, acts in their name, binds roles that it does not hold or has certificates signed.',
  remediation: 'Take the right away, or limit it by resourceNames to the accounts, roles or signers that the work needs; have pipelines bind roles under a review by people.',
  limits: 'The detour is not followed to its end: what the identities that it can become may do is not looked at. Starting pods is a detour of its own and does not count here. Authorizers and admission rules that stop a request are not read. Controllers of the control plane, in kube-system, hold such rights by their make.',
  expected: 'no right to make tokens of accounts, impersonate, bind or escalate roles, or approve certificates',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege, powers: powersOf },
  parameters: {},
  evaluate({ privilege, powers }) {
    if (privilege.level === 'administrator') return doesNotApply('administers the cluster: k8s-sa-cluster-admin looks at it');
    const { unlimited, limited } = byReach(powers.filter(({ power }) => BECOMES.has(power)));
    const observed = { unlimited: powerNames(unlimited), limited: powerNames(limited) };
    if (unlimited.length > 0) return notMet(observed, few(observed.unlimited));
    if (limited.length > 0) return needsReview(observed, `${few(observed.limited)}: whether those that it names are more than it is itself, a person has to say`);
    return met(observed, 'no role gives it a right to become another identity');
  },
});
