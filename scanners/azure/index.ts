// SPDX-License-Identifier: Apache-2.0
import { declaresIn, type Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES } from './join-applications.ts';
import { join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { SOURCES } from './sources.ts';
import { targetSchema } from './target.ts';

/** Azure: the application registrations of one Entra tenant a login. Loads no SDK until `connect`. */
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
    'Service principals are not read by this version: those of other companies\' applications, and credentials that were added to a service principal and not to its application, among them.',
    'Managed identities and agent identities are not read by this version.',
    'When an application or a credential was last used is not read by this version.',
    'What an application may do (app roles, delegated grants, directory roles, roles on resources) is not read by this version.',
    'Subscriptions and their resources (Key Vault, storage keys, tokens of registries) are not read by this version.',
    'Which of the applications is the one that this scan signs in as is told in the run, and not marked among the rows.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'The list holds registrations that live in this tenant, whoever made them; applications of Microsoft and of other companies live in theirs.',
};
