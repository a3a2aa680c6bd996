// SPDX-License-Identifier: Apache-2.0
import { unknown } from '../model/fact.ts';
import { defineCheck, met, notMet } from './define.ts';
import { active } from './listed.ts';

const PASSWORD = 'azure.application-password';
const FEDERATED = 'azure.federated-credential';

/** Applications that can sign in without a secret and keep one all the same. https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation */
export const azureAppPasswordBesideFederation = defineCheck({
  id: 'azure-app-password-beside-federation',
  version: 1,
  subject: 'identity',
  kinds: ['azure.application'],
  severity: 'medium',
  title: 'Application keeps a password beside its federated credential',
  rationale: 'A workload that signs in by federation needs no secret; the one that is left still opens the application to whoever finds a copy.',
  remediation: 'See in the sign-in logs that nothing uses the password any more, and remove it.',
  limits: 'That a password exists is seen, not whether another workload still needs it. Credentials that were added to its service principal are held against another check.',
  expected: 'no working password on an application that has a federated credential',
  applies: (identity) => {
    const federated = identity.credentialCounts[FEDERATED];
    return federated?.status === 'known' && federated.value === 0 ? 'it has no federated credential' : true;
  },
  needs: { passwords: (identity, around) => active(identity, around, PASSWORD), federated: (identity) => identity.credentialCounts[FEDERATED] ?? unknown('no_source', 'nothing in this scan lists its federated credentials') },
  parameters: {},
  evaluate({ passwords, federated }) {
    const observed = { passwords: passwords.length, federatedCredentials: federated };
    return passwords.length === 0 ? met(observed, 'it has no password that works') : notMet(observed, `${passwords.length} ${passwords.length === 1 ? 'password works' : 'passwords work'} beside ${federated} federated ${federated === 1 ? 'credential' : 'credentials'}`);
  },
});
