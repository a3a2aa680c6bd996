// SPDX-License-Identifier: Apache-2.0
import { declaresIn, type Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES, join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { SOURCES } from './sources.ts';
import { targetSchema } from './target.ts';

/** Google Cloud: service accounts, their keys and workload identity federation of the projects of a login. Loads no SDK until `connect`. */
export const google: Provider = {
  id: 'google',
  title: 'Google Cloud',
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares: declaresIn('projects'),
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Roles that are given in projects, folders and the organization, and with them what an account may do and who may act as it, are not read by this version.',
    'When an account or a key was last used is not read by this version.',
    'API keys, HMAC keys of Cloud Storage, secrets of Secret Manager and OAuth clients are not read by this version.',
    'Service agents, which Google makes and runs, are in no list of a project: they show in policies alone.',
    'Projects that no target names are not read and not counted: the list of an organization\'s projects is not read by this version.',
    'Which of the accounts is the one that this scan acts as is told in the run, and not marked among the rows.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Keys of kind google.service-account-system-key are made, held and rotated by Google. The default accounts that Google makes with a service are management\'s to keep, limit or disable.',
};
