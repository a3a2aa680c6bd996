// SPDX-License-Identifier: Apache-2.0
import { wholeDays } from '../model/instant.ts';
import { SIGNS_FOR_PEOPLE } from './azure-credentials.ts';
import { days, defineCheck, met, needsReview, notMet } from './define.ts';

/** Working passwords and certificates with which nobody signed in for too long. https://learn.microsoft.com/en-us/graph/api/resources/appcredentialsigninactivity?view=graph-rest-beta */
export const azureAppCredentialUnused = defineCheck({
  id: 'azure-app-credential-unused',
  version: 1,
  subject: 'credential',
  kinds: ['azure.application-password', 'azure.application-certificate', 'azure.service-principal-password', 'azure.service-principal-certificate'],
  severity: 'medium',
  title: 'Credential of an application is not used',
  rationale: 'A password or certificate that nothing uses any more still opens the application to whoever finds it.',
  remediation: 'See which credential the application signs in with, and remove the others.',
  limits: 'The report is a beta of Microsoft Graph and does not say how far back it goes: a credential that is not in it and is older than the limit is for a person to judge. Its age counts from the start of its validity, which may be chosen.',
  expected: 'used within the last {maxUnusedDays} days, or younger than that',
  applies: ({ status, audience, responsibility }) => {
    if (responsibility === 'provider') return 'the provider made it and replaces it';
    if (audience === SIGNS_FOR_PEOPLE) return 'it signs tokens for people, and nothing signs in with it';
    return status.status === 'known' && status.value !== 'active' ? `it is ${status.value}` : true;
  },
  needs: { status: (credential) => credential.status, lastUsed: (credential) => credential.lastUsed, created: (credential) => credential.created },
  parameters: { maxUnusedDays: days(90, 'tool', 'the recommendations of Microsoft Entra for unused applications and credentials look at 90 and 30 days; the longer one is taken') },
  evaluate({ lastUsed, created }, { maxUnusedDays }, asOf) {
    if ('at' in lastUsed) {
      const idle = wholeDays(lastUsed.at, asOf);
      const observed = { lastUsed: lastUsed.at, idleDays: idle };
      return idle > maxUnusedDays ? notMet(observed, `last used ${idle} days ago`) : met(observed, `last used ${idle} days ago`);
    }
    const age = created.from === null ? null : wholeDays(created.from, asOf);
    const observed = { lastUsed: null, ageDays: age };
    return age !== null && age <= maxUnusedDays ? met(observed, `not in the report of uses; it is ${age} days old`) : needsReview(observed, 'not in the report of uses, which does not say how far back it goes');
  },
});
