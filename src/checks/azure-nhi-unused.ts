// SPDX-License-Identifier: Apache-2.0
import { wholeDays } from '../model/instant.ts';
import { days, defineCheck, met, needsReview, notMet } from './define.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Service principals that have not signed in for too long, as a program or for people. https://learn.microsoft.com/en-us/graph/api/resources/serviceprincipalsigninactivity?view=graph-rest-beta */
export const azureNhiUnused = defineCheck({
  id: 'azure-nhi-unused',
  version: 1,
  subject: 'identity',
  kinds: ['azure.service-principal', 'azure.agent-identity'],
  severity: 'medium',
  title: 'Application has not signed in for too long',
  rationale: 'An application that nothing uses keeps its rights and its credentials, and nobody would notice somebody else using them.',
  remediation: 'Switch sign-in off for its service principal, wait, and delete it; a deleted one can be restored for 30 days.',
  limits: 'The report is a beta of Microsoft Graph and does not say how far back it goes: one that is not in it is for a person to judge. Managed identities are not held against it. That others signed in to the application does not count.',
  expected: 'signed in within the last {maxUnusedDays} days',
  applies: inNonHumanPopulation,
  needs: { lastUsed: (identity) => identity.lastUsed },
  parameters: { maxUnusedDays: days(90, 'tool', 'the recommendation of Microsoft Entra to remove unused applications looks at 90 days') },
  evaluate({ lastUsed }, { maxUnusedDays }, asOf) {
    if (!('at' in lastUsed)) return needsReview({ lastUsed: null }, 'no sign-in in the report, which does not say how far back it goes');
    const idle = wholeDays(lastUsed.at, asOf);
    const observed = { lastUsed: lastUsed.at, idleDays: idle };
    return idle > maxUnusedDays ? notMet(observed, `last signed in ${idle} days ago`) : met(observed, `last signed in ${idle} days ago`);
  },
});
