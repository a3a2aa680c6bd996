// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, unknown, type Fact } from '../../../src/model/fact.ts';
import type { Instant } from '../../../src/model/instant.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, LastUse } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { parsedRows } from '../rows.ts';
import { analyzerSchema, findingSchema } from '../sources/regional/access-analyzer.ts';
import { appClientSchema, clientSecretSchema, userPoolSchema } from '../sources/regional/cognito.ts';
import { associationDetailSchema, associationSchema, clusterSchema } from '../sources/regional/eks.ts';
import { certificateOf, iotDescriptionSchema } from '../sources/regional/iot.ts';
import { grafanaAccountSchema, grafanaTokenSchema, workspaceSchema } from '../sources/regional/grafana.ts';
import { transferServerSchema, transferUserSchema } from '../sources/regional/transfer.ts';
import { certificateStatus } from './join-certificates.ts';
import type { RegionalRows } from './join.ts';
import { countThrough, credentialsOf, objectsOf } from './rows.ts';
import { endsAt, instantAt } from './times.ts';

const nameSchema = z.object({ name: z.string() });
const inCluster = z.object({ name: z.string(), cluster: z.string() });

/** What hangs below something else in a region: clusters, user pools, workspaces, servers, analyzers. */
export function joinBelow(related: Related, asOf: Instant): RegionalRows {
  const parts = [clusters(related), userPools(related), workspaces(related, asOf), servers(related), analyzersOf(related), devices(related, asOf)];
  return {
    credentials: parts.flatMap(({ credentials }) => credentials), objects: parts.flatMap(({ objects }) => objects),
    populations: Object.assign({ 'aws.iot-certificate': iotCertificates(related) }, ...parts.map(({ populations }) => populations)),
  };
}

function clusters(related: Related): RegionalRows {
  const [list, details] = ['aws.eks.clusters', 'aws.eks.cluster-details'];
  const names = parsedRows(related, list, 'aws.eks-cluster-name', nameSchema).map(({ value }) => value.name);
  const roles = new Map(parsedRows(related, 'aws.eks.pod-identity-roles', 'aws.eks-pod-identity-role', associationDetailSchema).map((role) => [role.value.associationId, role]));
  const objects = [
    ...objectsOf(related, details, 'aws.eks-cluster', clusterSchema, (value) => ({ id: value.arn, name: value.name, made: value.createdAt, detail: { issuer: value.identity?.oidc?.issuer, authenticationMode: value.accessConfig?.authenticationMode, version: value.version, status: value.status, role: value.roleArn, clusterEndpoint: value.endpoint } })),
    ...objectsOf(related, 'aws.eks.pod-identities', 'aws.eks-pod-identity', associationSchema.extend({ cluster: z.string() }), (value) => {
      const role = roles.get(value.associationId)?.value;
      return { id: value.associationId, name: `${value.namespace}/${value.serviceAccount}`, made: role?.createdAt, detail: { cluster: value.cluster, namespace: value.namespace, serviceAccount: value.serviceAccount, role: role?.roleArn, targetRole: role?.targetRoleArn } };
    }),
    ...objectsOf(related, 'aws.eks.access-entries', 'aws.eks-access-entry', inCluster, (value) => ({ id: `${value.cluster}|${value.name}`, name: value.name, detail: { cluster: value.cluster, principal: value.name } })),
  ];
  const of = (kind: string, source: string): Fact<number> => countThrough(related, [{ source: list, parents: [null] }, { source, parents: names }], objects.filter((row) => row.kind === kind).length);
  return { credentials: [], objects, populations: { 'aws.eks-cluster': of('aws.eks-cluster', details), 'aws.eks-pod-identity': of('aws.eks-pod-identity', 'aws.eks.pod-identities'), 'aws.eks-access-entry': of('aws.eks-access-entry', 'aws.eks.access-entries') } };
}

function userPools(related: Related): RegionalRows {
  const [list, below, secrets] = ['aws.cognito.user-pools', 'aws.cognito.app-clients', 'aws.cognito.client-secrets'];
  const pools = objectsOf(related, list, 'aws.cognito-user-pool', userPoolSchema, (value) => ({ id: value.Id, name: value.Name ?? value.Id, made: value.CreationDate, detail: {} }));
  const clients = objectsOf(related, below, 'aws.cognito-app-client', appClientSchema, (value) => ({ id: `${value.UserPoolId}|${value.ClientId}`, name: value.ClientName ?? value.ClientId, detail: { userPool: value.UserPoolId, client: value.ClientId } }));
  const credentials = credentialsOf(related, secrets, 'aws.cognito-client-secret', clientSecretSchema.extend({ client: z.string() }), (value) => ({ id: `${value.client}|${value.ClientSecretId}`, name: value.client, made: value.ClientSecretCreateDate }));
  const chain = [{ source: list, parents: [null] }, { source: below, parents: pools.map(({ id }) => id) }];
  return {
    credentials, objects: [...pools, ...clients],
    populations: { 'aws.cognito-user-pool': countOf(related, list, pools.length), 'aws.cognito-app-client': countThrough(related, chain, clients.length), 'aws.cognito-client-secret': countThrough(related, [...chain, { source: secrets, parents: clients.map(({ id }) => id) }], credentials.length) },
  };
}

function workspaces(related: Related, asOf: Instant): RegionalRows {
  const [list, below, tokens] = ['aws.grafana.workspaces', 'aws.grafana.service-accounts', 'aws.grafana.tokens'];
  const found = objectsOf(related, list, 'aws.grafana-workspace', workspaceSchema, (value) => ({ id: value.id, name: value.name ?? value.id, made: value.created, detail: {} }));
  const accounts = objectsOf(related, below, 'aws.grafana-service-account', grafanaAccountSchema.extend({ workspace: z.string() }), (value) => ({ id: `${value.workspace}|${value.id}`, name: value.name, detail: { workspace: value.workspace, role: value.grafanaRole, disabled: value.isDisabled } }));
  const credentials = credentialsOf(related, tokens, 'aws.grafana-token', grafanaTokenSchema.extend({ account: z.string() }), (value, refs) => {
    const expires = endsAt(value.expiresAt, refs, unknown('not_reported', 'the answer has no end'));
    return { id: `${value.account}|${value.id}`, name: value.name, made: value.createdAt, expires, status: statusBy(expires, asOf, refs), lastUsed: usedAt(value, refs), audience: value.account };
  });
  const chain = [{ source: list, parents: [null] }, { source: below, parents: found.map(({ id }) => id) }];
  return {
    credentials, objects: [...found, ...accounts],
    populations: { 'aws.grafana-workspace': countOf(related, list, found.length), 'aws.grafana-service-account': countThrough(related, chain, accounts.length), 'aws.grafana-token': countThrough(related, [...chain, { source: tokens, parents: accounts.map(({ id }) => id) }], credentials.length) },
  };
}

function statusBy(expires: Credential['expires'], asOf: Instant, refs: readonly PageReference[]): Credential['status'] {
  if (expires.status !== 'known') return unknown('not_reported', 'Grafana has no status of a token, and its end is not known');
  return known('at' in expires.value && expires.value.at <= asOf ? 'expired' as const : 'active' as const, refs, { note: 'from its end; Grafana has no status for it' });
}

/** A token without a last use was not used since it was made. https://docs.aws.amazon.com/grafana/latest/APIReference/API_ServiceAccountTokenSummary.html */
function usedAt({ lastUsedAt: used, createdAt: made }: z.output<typeof grafanaTokenSchema>, refs: readonly PageReference[]): Fact<LastUse> {
  if (used === undefined) return known<LastUse>({ none: true, since: made === undefined ? null : instantAt(made) }, refs);
  const at = instantAt(used);
  return at === null ? unknown('unrecognized', 'the date of use is not one that we can read') : known<LastUse>({ at }, refs);
}

function servers(related: Related): RegionalRows {
  const [list, below] = ['aws.transfer.servers', 'aws.transfer.users'];
  const found = objectsOf(related, list, 'aws.transfer-server', transferServerSchema, (value) => ({ id: value.ServerId, name: value.ServerId, detail: { users: value.IdentityProviderType, state: value.State } }));
  const users = objectsOf(related, below, 'aws.transfer-user', transferUserSchema.extend({ server: z.string() }), (value) => ({ id: value.Arn, name: value.UserName, detail: { server: value.server, role: value.Role, publicKeys: value.SshPublicKeyCount } }));
  return { credentials: [], objects: [...found, ...users], populations: { 'aws.transfer-server': countOf(related, list, found.length), 'aws.transfer-user': countThrough(related, [{ source: list, parents: [null] }, { source: below, parents: found.map(({ id }) => id) }], users.length) } };
}

function analyzersOf(related: Related): RegionalRows {
  const [list, below] = ['aws.access-analyzer.analyzers', 'aws.access-analyzer.findings'];
  const found = objectsOf(related, list, 'aws.access-analyzer', analyzerSchema, (value) => ({ id: value.arn, name: value.name, made: value.createdAt, detail: { type: value.type, status: value.status } }));
  const findings = objectsOf(related, below, 'aws.access-analyzer-finding', findingSchema.extend({ analyzer: z.string() }), (value) => ({
    id: value.id, name: value.resource ?? value.id, made: value.createdAt, detail: { analyzer: value.analyzer, type: value.findingType, resourceType: value.resourceType, account: value.resourceOwnerAccount, status: value.status },
  }));
  return { credentials: [], objects: [...found, ...findings], populations: { 'aws.access-analyzer': countOf(related, list, found.length), 'aws.access-analyzer-finding': countThrough(related, [{ source: list, parents: [null] }, { source: below, parents: found.map(({ id }) => id) }], findings.length) } };
}

/** Certificates of devices that an audit found to be ending, with their ends. */
function devices(related: Related, asOf: Instant): RegionalRows {
  const [list, below] = ['aws.iot.expiring-certificates', 'aws.iot.certificate-details'];
  const found = new Set(parsedRows(related, list, 'aws.iot-finding', z.unknown()).flatMap(({ value }) => certificateOf(value) ?? []));
  const credentials = credentialsOf(related, below, 'aws.iot-expiring-certificate', iotDescriptionSchema, (value, refs) => {
    const expires = endsAt(value.validity?.notAfter, refs, unknown('not_reported', 'the answer has no end of validity'));
    return { id: value.certificateArn ?? value.certificateId, name: null, made: value.creationDate, expires, status: certificateStatus(value.status, 'ACTIVE', expires, asOf, refs), lastUsed: unknown('no_source', 'IoT does not tell when a device last connected with it') };
  });
  return { credentials, objects: [], populations: { 'aws.iot-expiring-certificate': countThrough(related, [{ source: list, parents: [null] }, { source: below, parents: [...found] }], credentials.length) } };
}

function iotCertificates(related: Related): Fact<number> {
  return countOf(related, 'aws.iot.certificates', parsedRows(related, 'aws.iot.certificates', 'aws.iot-certificate', z.object({})).length);
}
