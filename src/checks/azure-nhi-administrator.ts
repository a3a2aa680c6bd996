// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Programs that administer: by a role of the directory, by an application permission that gives out roles or enters other applications, or by a wide role on Azure resources. */
export const azureNhiAdministrator = defineCheck({
  id: 'azure-nhi-administrator',
  version: 2,
  subject: 'identity',
  kinds: ['azure.service-principal', 'azure.managed-identity', 'azure.agent-identity', 'azure.agent-blueprint-principal'],
  severity: 'critical',
  title: 'Program administers the tenant or a subscription',
  rationale: 'Whoever holds one credential of it can make itself administrator of the tenant, or change everything in a subscription, and nobody is asked for a second factor.',
  remediation: 'Take the role or permission away, or replace it by one that does what the program needs: read rights, a role over one application or resource group, Application.ReadWrite.OwnedBy.',
  limits: 'Looks at roles of the directory, application permissions of Microsoft Graph, and roles on subscriptions, management groups or all of them that the login sees, held directly or through a group, against lists that this program has and what custom roles allow. Deny assignments and chains of several rights are not weighed.',
  expected: 'no role and no application permission that administers the directory, a subscription or more',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege },
  parameters: {},
  evaluate({ privilege }) {
    const observed = { level: privilege.level, via: [...privilege.via] };
    return privilege.level === 'administrator' ? notMet(observed, `it administers through ${privilege.via.join('; ')}`) : met(observed, 'no right that administers');
  },
});
