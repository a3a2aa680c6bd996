// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, mapFact, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import type { Json } from '../../src/model/json.ts';
import { listRefs, momentOf } from '../../src/model/read-facts.ts';
import type { Grant, Identity } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import type { JoinedWorkloads } from './join-workloads.ts';
import { particularsOf, readRights, rightsOf } from './rbac.ts';
import { parsedRows } from './read-facts.ts';
import { rowKey } from './shapes.ts';
import { userSchema } from './sources/self.ts';
import { serviceAccountSchema, type ServiceAccount } from './sources/service-accounts.ts';

export const ACCOUNTS = 'kubernetes.service-accounts';
const NO_SOURCE = unknown('no_source', 'neither the owners file nor a label or annotation was looked at yet');

/** In words, for reports: how each class is decided. A declaration in the owners file goes before it. */
export const CLASSIFICATION_RULES: readonly string[] = ['Service account: non-human, since nothing but a token makes one act. A token that a person holds is not told apart from one that a workload holds.'];

export interface JoinedAccounts { readonly identities: readonly Identity[]; readonly grants: readonly Grant[] }

/** Service accounts with what they are bound to and what runs as them. `tokens`: how many long-lived tokens each has, by its UID. */
export function joinAccounts(related: Related, tokens: (uid: string) => Fact<number>, workloads: JoinedWorkloads): JoinedAccounts {
  const rights = readRights(related);
  const self = parsedRows(related, 'kubernetes.self', 'kubernetes.self', userSchema)[0]?.value.username ?? null;
  // What "bound to nothing that administers" stands on: the whole list of bindings.
  const bindings = listRefs(related, 'kubernetes.cluster-role-bindings');
  const identities: Identity[] = [];
  const grants: Grant[] = [];
  for (const { value, row } of parsedRows(related, ACCOUNTS, 'kubernetes.service-account', serviceAccountSchema)) {
    const { metadata } = value;
    const address = `system:serviceaccount:${metadata.namespace}:${metadata.name}`;
    const key = rowKey(related.unit.id, metadata.uid);
    const held = rightsOf(rights, { key, unit: related.unit.id, namespace: metadata.namespace, name: metadata.name, refs: [...row.refs, ...bindings] });
    grants.push(...held.grants);
    const particulars = particularsOf(rights, { namespace: metadata.namespace, name: metadata.name, refs: row.refs });
    const used = workloads.of(metadata.namespace, metadata.name);
    identities.push({
      type: 'identity', key, id: metadata.uid, idBasis: 'provider', kind: 'kubernetes.service-account', unit: related.unit.id, name: `${metadata.namespace}/${metadata.name}`, address, responsibility: 'entity',
      classification: { class: 'non-human', basis: 'rule', rule: 'a service account', refs: row.refs },
      created: momentOf(metadata.creationTimestamp, row.refs), lastUsed: unknown('no_source', 'the cluster notes the use of tokens that are kept in Secrets, and of no other; audit logs would show it'),
      interactiveLogin: notApplicable('a service account has no password'), privilege: held.privilege, tags: known(tagsOf(value), row.refs), owner: NO_SOURCE, purpose: NO_SOURCE, review: NO_SOURCE,
      credentialCounts: { 'kubernetes.service-account-token': tokens(metadata.uid) },
      particulars: {
        'kubernetes.automount': known(value.automountServiceAccountToken ?? true, row.refs), 'kubernetes.bindings': json(particulars.bindings), 'kubernetes.powers': json(particulars.powers),
        'kubernetes.workloads': json(used.workloads), 'kubernetes.projected-tokens': json(used.tokens), 'kubernetes.image-pull-secrets': known((value.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []), row.refs), 'kubernetes.cloud-identities': known(cloudIdentitiesOf(value), row.refs),
      },
      self: self === address, refs: row.refs,
    });
  }
  return { identities, grants };
}

/** Annotations, and over them labels, of the names that are read. */
function tagsOf({ metadata: { labels, annotations } }: ServiceAccount): { readonly [key: string]: string } {
  return Object.fromEntries([...Object.entries(annotations ?? {}), ...Object.entries(labels ?? {})].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Identities of clouds that the account's annotations name. Whether the cloud lets the account become them stands in the cloud's own trust, not here.
 * https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html, https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity,
 * https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
 */
function cloudIdentitiesOf({ metadata: { annotations = {} } }: ServiceAccount): { readonly cloud: string; readonly identity: string; readonly tenant?: string }[] {
  const { 'eks.amazonaws.com/role-arn': role, 'iam.gke.io/gcp-service-account': account, 'azure.workload.identity/client-id': client, 'azure.workload.identity/tenant-id': tenant } = annotations;
  return [
    ...(role === undefined ? [] : [{ cloud: 'aws', identity: role }]), ...(account === undefined ? [] : [{ cloud: 'google', identity: account }]),
    ...(client === undefined ? [] : [{ cloud: 'azure', identity: client, ...(tenant === undefined ? {} : { tenant }) }]),
  ];
}

/** A fact as rows keep it. */
function json<T>(fact: Fact<T>): Fact<Json> {
  return mapFact(fact, (value) => z.json().parse(value));
}
