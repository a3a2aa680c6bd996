// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { notAdministrator, placeOf, powersOf, type Power } from './kubernetes-particulars.ts';

const WORDS = { mints_tokens: 'makes tokens of service accounts', impersonates: 'impersonates', binds_roles: 'binds or raises roles', approves_certificates: 'approves certificates' } as const;
type Detour = keyof typeof WORDS;

/** Rights with which an account becomes another, and so may hold that other's rights. */
export const k8sSaMintsOrImpersonates = defineCheck({
  id: 'k8s-sa-mints-or-impersonates',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'critical',
  title: 'Service account can become another identity',
  rationale: 'Who makes tokens, impersonates, binds roles or approves certificates holds the rights of whomever it becomes, an administrator for one, and the audit log then names another.',
  remediation: 'Take the right away, or limit it with resourceNames to the accounts and roles that the workload is made for; give it to one account that runs one controller and nothing else.',
  limits: 'Looks at RBAC, where it stands. Who could be become, and what those hold, is not followed; making pods that run as other accounts of the namespace is a further way, which is not counted here because most deployers have it.',
  expected: 'no right to make tokens, impersonate, bind or raise roles, or approve certificates',
  applies: notAdministrator('this is part of that, see k8s-sa-cluster-admin'),
  needs: { privilege: (identity) => identity.privilege, powers: powersOf },
  parameters: {},
  evaluate({ powers }) {
    const detours = powers.filter((power): power is Power & { readonly power: Detour } => power.power in WORDS);
    const open = detours.filter(({ names }) => names.length === 0);
    const observed = { powers: detours.map((power) => ({ power: power.power, where: placeOf(power), names: [...power.names], via: power.via })) };
    if (open.length > 0) return notMet(observed, open.map((power) => `${WORDS[power.power]} in ${placeOf(power)}, by ${power.via}`).join('; '));
    if (detours.length > 0) return needsReview(observed, `limited to names: ${detours.map((power) => `${WORDS[power.power]} (${power.names.join(', ')}) in ${placeOf(power)}`).join('; ')}; whether those are harmless has to be judged`);
    return met(observed, 'none of these rights');
  },
});
