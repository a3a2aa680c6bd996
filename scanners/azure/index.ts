// SPDX-License-Identifier: Apache-2.0
import { declaresIn, type Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES } from './classification.ts';
import { join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { SOURCES } from './sources.ts';
import { targetSchema } from './target.ts';

/** Azure: the applications and service principals of one Entra tenant a login. Loads no SDK until `connect`. */
export const azure: Provider = {
  id: 'azure',
  title: 'Azure (Entra ID)',
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares: declaresIn('tenants'),
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Whether an application or service principal administers is judged by roles of the directory and application permissions of Microsoft Graph, whose lists are data of this program; permissions of other resources, roles on Azure resources, and rights that lead to administration in several steps are not looked at.',
    'What a delegated grant allows depends on who is signed in; none is counted as administration.',
    'Federated credentials of managed identities are not read by this version.',
    'Subscriptions and their resources (Key Vault, storage keys, tokens of registries) are not read by this version.',
    'Which of the applications is the one that this scan signs in as is told in the run, and not marked among the rows.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Registrations live in this tenant, whoever made them. Service principals of applications that live in a tenant of Microsoft are run by Microsoft, which answers for them; those of other companies were let in by management, which answers for that.',
};
