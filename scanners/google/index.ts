// SPDX-License-Identifier: Apache-2.0
import type { Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES, join } from './join.ts';
import { LANES } from './lanes.ts';
import { containerLists } from './organization.ts';
import { readPolicies } from './permissions.ts';
import { FOLDER, ORGANIZATION } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { declares, targetSchema } from './target.ts';

/** Google Cloud: service accounts with their rights, keys and workload identity federation, of the projects of a login or of all of an organization. Loads no SDK until `connect`. */
export const google: Provider = {
  id: 'google',
  title: 'Google Cloud',
  aliases: ['gcp'],
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares,
  parents: containerLists,
  above: [ORGANIZATION, FOLDER],
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Whether an account administers is judged by roles given to it in its project and, where those are in scope, in the folders and the organization above it, against lists that are data of this program. Roles in other projects, on single resources, and rights that lead to administration in several steps are not looked at; deny policies and principal access boundaries are told, and not weighed.',
    'OAuth clients, whose list of secrets returns their values, and keys of other services are not read by this version.',
    'Service agents, which Google makes and runs, are in no list of a project: they show in policies alone.',
    'Projects that no target names are not read and not counted, unless their organization or folder is in scope.',
    'Which of the accounts is the one that this scan acts as is told in the run, and not marked among the rows.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Keys of kind google.service-account-system-key are made, held and rotated by Google. The default accounts that Google makes with a service are management\'s to keep, limit or disable.',
};
