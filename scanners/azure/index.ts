// SPDX-License-Identifier: Apache-2.0
import type { Declares, Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES } from './classification.ts';
import { join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { subscriptionUnit } from './shapes.ts';
import { SOURCES } from './sources.ts';
import { scopeSchema, targetSchema } from './target.ts';

/** A tenant, and the subscriptions of it that a scope names. */
const DECLARES: Declares = {
  field: 'tenants',
  units: (scope) => {
    const { tenants = [], subscriptions = [] } = scopeSchema.parse(scope);
    return tenants.flatMap((tenant) => [tenant.toLowerCase(), ...subscriptions.map((id) => subscriptionUnit(tenant.toLowerCase(), id.toLowerCase()))]);
  },
};

/** Azure: one Entra tenant a login, and its subscriptions, each a unit of its own. Loads no SDK until `connect`. */
export const azure: Provider = {
  id: 'azure',
  aliases: ['entra'],
  title: 'Azure (Entra ID and subscriptions)',
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares: DECLARES,
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Whether a program administers is judged by roles of the directory, application permissions of Microsoft Graph, and roles on subscriptions, management groups or all of them, against lists that are data of this program. Permissions of other resources, deny assignments, and rights that lead to administration in several steps are not looked at.',
    'What a delegated grant allows depends on who is signed in; none is counted as administration.',
    'Keys of functions, settings of App Service (whose publishing passwords are told by what they open), connection strings and whatever else Azure shows only together with its value are not read: that they exist is not known from here.',
    'Service Bus, Event Hubs, Batch, Search, AI services and other resources with keys of their own are not read by this version.',
    'Which of the applications is the one that this scan signs in as is told in the run, and not marked among the rows.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Registrations live in this tenant, whoever made them. Service principals of applications that live in a tenant of Microsoft are run by Microsoft, which answers for them; those of other tenants, of ours or of other companies, were let in by management, which answers for that.',
};
