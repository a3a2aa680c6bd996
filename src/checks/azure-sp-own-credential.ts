// SPDX-License-Identifier: Apache-2.0
import { workingKeys } from './azure-credentials.ts';
import { defineCheck, met, notMet } from './define.ts';

/** Credentials that stand on a service principal and not on its application, whose owners do not see them there. https://learn.microsoft.com/en-us/graph/api/serviceprincipal-addpassword */
export const azureSpOwnCredential = defineCheck({
  id: 'azure-sp-own-credential',
  version: 1,
  subject: 'identity',
  kinds: ['azure.service-principal'],
  severity: 'high',
  title: 'Service principal has a credential that its application does not show',
  rationale: 'Credentials are looked after on the application. One that was added to the service principal works as well and is on no page that its owners see; on an application of another company, or of Microsoft, it lets somebody act as that application.',
  remediation: 'Find out who added it, from the audit log where that still reaches; move its user to a credential of the application or to a federated one, and remove it.',
  limits: 'What signs tokens for people in single sign-on is told apart by its type and dates, and left out. Why a credential is there is not seen: some programs add one by design.',
  expected: 'no working password or certificate on the service principal itself',
  applies: () => true,
  needs: { passwords: (identity, around) => workingKeys(identity, around, 'azure.service-principal-password'), certificates: (identity, around) => workingKeys(identity, around, 'azure.service-principal-certificate') },
  parameters: {},
  evaluate({ passwords, certificates }) {
    const observed = { passwords: passwords.length, certificates: certificates.length };
    const count = passwords.length + certificates.length;
    return count === 0 ? met(observed, 'it has none of its own that works') : notMet(observed, `${count} of its own ${count === 1 ? 'works' : 'work'}`);
  },
});
