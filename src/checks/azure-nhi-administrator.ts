// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Programs that administer the directory: by a role of it, or by an application permission that gives out roles or enters other applications. */
export const azureNhiAdministrator = defineCheck({
  id: 'azure-nhi-administrator',
  version: 1,
  subject: 'identity',
  kinds: ['azure.service-principal', 'azure.managed-identity', 'azure.agent-identity', 'azure.agent-blueprint-principal'],
  severity: 'critical',
  title: 'Program administers the directory',
  rationale: 'Whoever holds one credential of it can make itself administrator of the tenant, and nobody is asked for a second factor.',
  remediation: 'Take the role or permission away, or replace it by one that does what the program needs: read rights, a role over one application, Application.ReadWrite.OwnedBy.',
  limits: 'Looks at roles of the directory, held directly or through a group, and at application permissions of Microsoft Graph, against lists that this program has. Roles on Azure resources, roles that could be taken for a time, and chains of several rights are not looked at.',
  expected: 'no role and no application permission that administers the directory',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege },
  parameters: {},
  evaluate({ privilege }) {
    const observed = { level: privilege.level, via: [...privilege.via] };
    return privilege.level === 'administrator' ? notMet(observed, `it administers the directory through ${privilege.via.join('; ')}`) : met(observed, 'no right that administers the directory');
  },
});
