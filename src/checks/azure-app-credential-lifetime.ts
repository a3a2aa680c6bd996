// SPDX-License-Identifier: Apache-2.0
import { wholeDays } from '../model/instant.ts';
import { cannotSay, days, defineCheck, met, notMet } from './define.ts';

/** Passwords and certificates of application registrations whose end lies too far from their start. The API takes any end: https://learn.microsoft.com/en-us/graph/api/application-addpassword */
export const azureAppCredentialLifetime = defineCheck({
  id: 'azure-app-credential-lifetime',
  version: 1,
  subject: 'credential',
  kinds: ['azure.application-password', 'azure.application-certificate'],
  severity: 'high',
  title: 'Credential of an application lasts too long',
  rationale: 'A client secret or certificate works from anywhere until its end; one that lasts for years outlives whoever made it and every copy that was forgotten.',
  remediation: 'Use a federated credential or a managed identity; where a secret must be, make a shorter one, change over, and remove the old one.',
  limits: 'Looks at credentials of application registrations; those that were added to a service principal are held against another check. The start of validity may be chosen by whoever adds a credential.',
  expected: 'valid for at most {maxLifetimeDays} days from its start',
  applies: (credential) => (credential.status.status === 'known' && credential.status.value === 'inactive' ? 'it does not work at the time of the scan' : true),
  needs: { created: (credential) => credential.created, expires: (credential) => credential.expires },
  parameters: { maxLifetimeDays: days(365, 'tool', 'no standard names a number; Microsoft advises to renew client secrets every six months, and its portal makes none for more than two years') },
  evaluate({ created, expires }, { maxLifetimeDays }, asOf) {
    if ('never' in expires) return notMet({ expires: 'never' }, 'it has no end');
    const least = wholeDays(created.to, expires.at);
    const observed = { lifetimeDays: least, expires: expires.at };
    if (expires.at <= asOf) return met(observed, 'it has ended');
    if (least > maxLifetimeDays) return notMet(observed, `it lasts ${least} days`);
    if (created.from === null || wholeDays(created.from, expires.at) > maxLifetimeDays) return cannotSay(observed, 'when it began is known only as a bound');
    return met(observed, `it lasts ${least} days`);
  },
});
