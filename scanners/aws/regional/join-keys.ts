// SPDX-License-Identifier: Apache-2.0
import { known, unknown } from '../../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../../src/model/instant.ts';
import { momentOf } from '../../../src/model/read-facts.ts';
import type { LastUse } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { credentialProviderSchema, workloadIdentitySchema } from '../sources/regional/agentcore.ts';
import { apiKeySchema } from '../sources/regional/api-keys.ts';
import { activationSchema, connectionSchema, sourceCredentialSchema } from '../sources/regional/connections.ts';
import { ec2KeyPairSchema, lightsailKeyPairSchema } from '../sources/regional/key-pairs.ts';
import { anchorSchema, profileSchema, subjectSchema } from '../sources/regional/roles-anywhere.ts';
import type { RegionalRows } from './join.ts';
import { credentialsOf, objectsOf, switchedOn } from './rows.ts';
import { endsAt } from './times.ts';

const NO_DATE = unknown('not_reported', 'CodeBuild tells no date of it');

/** Keys, tokens and codes that one list each shows: by the kind of row, the source that lists it. */
const LISTS = {
  'aws.ec2-key-pair': 'aws.ec2.key-pairs', 'aws.lightsail-key-pair': 'aws.lightsail.key-pairs', 'aws.apigateway-key': 'aws.apigateway.keys', 'aws.codebuild-source-credential': 'aws.codebuild.source-credentials',
  'aws.eventbridge-connection': 'aws.events.connections', 'aws.ssm-activation': 'aws.ssm.activations', 'aws.rolesanywhere-subject': 'aws.rolesanywhere.subjects', 'aws.agentcore-api-key': 'aws.agentcore.api-key-providers',
  'aws.agentcore-oauth-client': 'aws.agentcore.oauth-providers', 'aws.rolesanywhere-trust-anchor': 'aws.rolesanywhere.trust-anchors', 'aws.rolesanywhere-profile': 'aws.rolesanywhere.profiles', 'aws.agentcore-workload-identity': 'aws.agentcore.workload-identities',
} as const;

/** Key pairs, API keys, tokens of builds and connections, activations, and what comes through IAM Roles Anywhere. */
export function joinKeys(related: Related, asOf: Instant): RegionalRows {
  const kept = <Kind extends keyof typeof LISTS>(kind: Kind): readonly [typeof related, string, Kind] => [related, LISTS[kind], kind];
  const credentials = [
    ...credentialsOf(...kept('aws.ec2-key-pair'), ec2KeyPairSchema, (value, refs) => ({ id: value.keyPairId, name: value.keyName ?? null, created: momentOf(value.createTime, refs), audience: value.keyType ?? null })),
    ...credentialsOf(...kept('aws.lightsail-key-pair'), lightsailKeyPairSchema, (value) => ({ id: value.arn, name: value.name, made: value.createdAt })),
    ...credentialsOf(...kept('aws.apigateway-key'), apiKeySchema, (value, refs) => ({ id: value.id, name: value.name ?? null, made: value.createdDate, status: switchedOn(value.enabled, refs) })),
    ...credentialsOf(...kept('aws.codebuild-source-credential'), sourceCredentialSchema, (value) => ({ id: value.arn, name: null, created: NO_DATE, expires: unknown('not_reported', 'CodeBuild tells no end of it'), audience: value.serverType ?? null })),
    ...credentialsOf(...kept('aws.eventbridge-connection'), connectionSchema, (value, refs) => ({ id: value.ConnectionArn, name: value.Name, made: value.CreationTime, status: connected(value.ConnectionState, refs), audience: value.AuthorizationType ?? null })),
    ...credentialsOf(...kept('aws.ssm-activation'), activationSchema, (value, refs) => {
      const expires = endsAt(value.ExpirationDate, refs, unknown('not_reported', 'the answer has no end'));
      const ended = value.Expired === true || (expires.status === 'known' && 'at' in expires.value && expires.value.at <= asOf);
      return { id: value.ActivationId, name: null, made: value.CreatedDate, expires, status: known(ended ? 'expired' as const : 'active' as const, refs, value.RegistrationsCount === undefined ? {} : { note: `used for ${value.RegistrationsCount} machines` }), audience: value.IamRole ?? null };
    }),
    ...credentialsOf(...kept('aws.rolesanywhere-subject'), subjectSchema, (value, refs) => ({
      id: value.subjectId, name: value.x509Subject ?? null, created: momentOf(value.createdAt, refs), status: switchedOn(value.enabled, refs), expires: unknown('not_reported', 'the end of its certificate is in the certificate, which is not kept'), lastUsed: seen(value.lastSeenAt, refs),
    })),
    ...credentialsOf(...kept('aws.agentcore-api-key'), credentialProviderSchema, (value) => ({ id: value.credentialProviderArn, name: value.name, made: value.createdTime })),
    ...credentialsOf(...kept('aws.agentcore-oauth-client'), credentialProviderSchema, (value) => ({ id: value.credentialProviderArn, name: value.name, made: value.createdTime })),
  ];
  const objects = [
    ...objectsOf(...kept('aws.rolesanywhere-trust-anchor'), anchorSchema, (value) => ({ id: value.trustAnchorId, name: value.name ?? value.trustAnchorId, made: value.createdAt, detail: { enabled: value.enabled, source: value.source?.sourceType } })),
    ...objectsOf(...kept('aws.rolesanywhere-profile'), profileSchema, (value) => ({ id: value.profileId, name: value.name ?? value.profileId, made: value.createdAt, detail: { enabled: value.enabled, roles: value.roleArns, seconds: value.durationSeconds } })),
    ...objectsOf(...kept('aws.agentcore-workload-identity'), workloadIdentitySchema, (value) => ({ id: value.workloadIdentityArn, name: value.name, detail: {} })),
  ];
  const rows = [...credentials, ...objects];
  return { credentials, objects, populations: Object.fromEntries(Object.entries(LISTS).map(([kind, source]) => [kind, countOf(related, source, rows.filter((row) => row.kind === kind).length)])) };
}

/** States of a connection. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Connection.html */
function connected(state: string | undefined, refs: Parameters<typeof switchedOn>[1]): ReturnType<typeof switchedOn> {
  if (state === undefined) return switchedOn(undefined, refs);
  if (['AUTHORIZED', 'ACTIVE'].includes(state)) return switchedOn(true, refs);
  const off = ['CREATING', 'UPDATING', 'DELETING', 'DEAUTHORIZED', 'AUTHORIZING', 'DEAUTHORIZING', 'FAILED_CONNECTIVITY'];
  return off.includes(state) ? known('inactive' as const, refs, { note: `its state is ${state}` }) : unknown('unrecognized', 'the state is none that we know');
}

function seen(text: string | undefined, refs: Parameters<typeof switchedOn>[1]): ReturnType<typeof known<LastUse>> | ReturnType<typeof unknown> {
  if (text === undefined) return unknown('not_reported', 'the answer has no last use');
  const at = parseInstant(text);
  return at === null ? unknown('unrecognized', 'the date of use is not one that we can read') : known<LastUse>({ at }, refs);
}
