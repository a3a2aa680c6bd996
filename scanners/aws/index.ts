// SPDX-License-Identifier: Apache-2.0
import type { Provider } from '../../src/model/source.ts';
import { CLASSIFICATION_RULES } from './classification.ts';
import { join } from './join.ts';
import { LANES } from './lanes.ts';
import { readPolicies } from './permissions.ts';
import { SOURCES } from './sources.ts';
import { organizationList } from './organization.ts';
import { regionList } from './regional/regions.ts';
import { declares, targetSchema } from './target.ts';

/** AWS: the IAM of accounts, the login's own or all of its organization, and what each of their regions keeps. Loads no SDK until `connect`. */
export const aws: Provider = {
  id: 'aws',
  title: 'AWS',
  sources: SOURCES,
  lanes: LANES,
  targetSchema,
  declares,
  parents: [organizationList, regionList],
  connect: async (target, options) => {
    const { connect } = await import('./client.ts');
    return await connect(target, options);
  },
  join,
  permissions: readPolicies,
  blindSpots: [
    'Variables of functions, containers and builds are looked at only where a scope opts in, since the answers carry their values. Values in user data, in commands, in build specifications and in parameters of other types than SecureString are not looked at, whatever they hold.',
    'Credentials that services keep for themselves (AppSync API keys, passwords of databases outside Secrets Manager, Redshift, ElastiCache, MSK, Amazon MQ, CodeConnections and others) are not listed by this version.',
    'IAM Identity Center and Cognito identity pools keep identities outside IAM; they are not read by this version.',
    'Service control policies and resource control policies of the organization limit what a principal may do; they are not read by this version.',
  ],
  classificationRules: CLASSIFICATION_RULES,
  responsibilityNote: 'Service-linked roles (path /aws-service-role/) are made and run by AWS; management decides only whether the service is used. Every other identity is management\'s.',
};
