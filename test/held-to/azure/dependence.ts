// SPDX-License-Identifier: Apache-2.0
import { azureId } from '../../../fixtures/company/azure/objects.ts';
import { both, check, either, not, nothing, type Dependence, type Test } from '../dependence.ts';

const counts = (...kinds: readonly string[]): Dependence => ({ decided: nothing, elsewhere: nothing, kinds: kinds.map((kind) => `azure.${kind}`) });

/** Applications whose owner stands in the owners file. */
const IN_FILE = ['shared-key', 'rollcall-reader'] as const;
const of = (name: string): Test => ({ subject }) => subject.endsWith(`/${azureId('application', name)}`);
const TAGGED = of('harbor-deploy');

/** Written from https://learn.microsoft.com/en-us/graph/api/resources/application. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // The tenant's name, and a number to hold the list against.
  ListOrganization: counts(),
  CountApplications: counts(),
  // The applications with their credentials; what hangs from one is asked for by its id.
  ListApplications: { ...counts('application', 'application-password', 'application-certificate', 'federated-credential'), decided: () => true },
  // Who answers for one, where the owners file does not say it; a tag is looked at last.
  ListApplicationOwners: { ...counts(), decided: both(check('nhi-owner-missing'), not(either(TAGGED, ...IN_FILE.map(of)))), elsewhere: both(check('nhi-owner-missing'), TAGGED) },
  ListFederatedCredentials: { ...counts('federated-credential'), decided: check('azure-app-password-beside-federation'), elsewhere: nothing },
};
