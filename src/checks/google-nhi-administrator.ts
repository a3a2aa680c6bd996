// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Programs that administer a project or more: by a role that changes everything, gives out roles, or makes tokens and keys of other accounts. */
export const googleNhiAdministrator = defineCheck({
  id: 'google-nhi-administrator',
  version: 1,
  subject: 'identity',
  kinds: ['google.service-account', 'google.workload-identity-pool'],
  severity: 'critical',
  title: 'Program administers a project or more',
  rationale: 'Whoever gets one token of it can change everything in the project, or make itself able to; Editor is given to default accounts by Google itself where no policy of the organization stops that.',
  remediation: 'Take the role away and give the predefined roles that the program needs; role recommendations show which permissions it used. Give roles on other accounts on those alone, not on the project.',
  limits: 'Looks at roles given to it in its own project and, where those are in scope, in the folders and the organization above, against lists that this program has. Where a group or the like administers there, of nobody it is known that they do not. Other projects, single resources, deny policies, and chains of several rights are not looked at.',
  expected: 'no role that administers its project, a folder or the organization',
  applies: inNonHumanPopulation,
  needs: { privilege: (identity) => identity.privilege },
  parameters: {},
  evaluate({ privilege }) {
    const observed = { level: privilege.level, via: [...privilege.via] };
    return privilege.level === 'administrator' ? notMet(observed, `it administers through ${privilege.via.join('; ')}`) : met(observed, 'no role that administers');
  },
});
