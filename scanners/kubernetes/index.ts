// SPDX-License-Identifier: Apache-2.0
import type { Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES } from './join-accounts.ts';
import { join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { SOURCES } from './sources.ts';
import { declaredUnits, targetSchema } from './target.ts';

/** Kubernetes: the service accounts, roles and Secrets of one cluster a context. Loads no SDK until `connect`. */
export const kubernetes: Provider = {
  id: 'kubernetes',
  title: 'Kubernetes',
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares: { field: 'clusters', units: declaredUnits },
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Tokens that were issued through the TokenRequest API, those of every pod among them, and client certificates are no objects of a cluster and cannot be listed.',
    'Users and groups have no inventory in a cluster: they are names in bindings, made by whatever logs people in.',
    'Values and keys of Secrets are not read, so when a bootstrap token or a certificate in a Secret ends is unknown.',
    'A kubeconfig is a declaration of clusters, not proof that these are all: clusters that no target names are not read and not counted.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Accounts that the cluster\'s own controllers or its hosting provider made (most of those in kube-system) stand beside management\'s own; nothing in the API tells them apart for certain.',
};
