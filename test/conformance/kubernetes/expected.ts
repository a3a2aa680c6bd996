// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Bundle, SeenRow } from './scan.ts';

const object = z.object({ namespace: z.string().optional(), name: z.string(), uid: z.string(), created: z.string(), detail: z.record(z.string(), z.unknown()).default({}) });
/** One object as the API server told it to the seeder. */
export type Seeded = z.output<typeof object>;

/** What the seeder read back. */
export const seededSchema = z.object({ marker: z.string(), trackedSince: z.string(), resources: z.record(z.string(), z.array(object)) });
export type SeededCluster = z.output<typeof seededSchema>;

const TOKEN = 'kubernetes.io/service-account-token';
const BOOTSTRAP = 'bootstrap.kubernetes.io/token';
export const WORKLOADS: readonly string[] = ['pods', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'];

/** A kind of row, and the objects of which each gives one. A kind that the inventory holds and that has no line here is a difference. */
interface Line {
  readonly kind: string;
  readonly resources: readonly string[];
  readonly only?: (seeded: Seeded) => boolean;
  /** The id of its row, where that is not the object's UID. */
  readonly id?: (seeded: Seeded) => string;
  /** Null: its name and beginning are not the object's own. */
  readonly name?: null;
  /** Its table has no column of its age, so that its beginning is unknown. */
  readonly ageless?: true;
  readonly secret?: true;
}

/** Name with its namespace, as rows have it. */
export function fullName({ namespace, name }: Seeded): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function custom(kind: string, resource: string, group: string, more: Partial<Line> = {}): Line {
  return { ...more, kind, resources: [resource], id: ({ namespace = '', name }) => `${resource}.${group}|${namespace}|${name}` };
}

const ofType = (type: string) => ({ detail }: Seeded): boolean => detail['type'] === type;

const LINES: readonly Line[] = [
  { kind: 'kubernetes.namespace', resources: ['namespaces'] },
  { kind: 'kubernetes.service-account', resources: ['serviceaccounts'] },
  { kind: 'kubernetes.role', resources: ['roles'] },
  { kind: 'kubernetes.cluster-role', resources: ['clusterroles'] },
  { kind: 'kubernetes.role-binding', resources: ['rolebindings'] },
  { kind: 'kubernetes.cluster-role-binding', resources: ['clusterrolebindings'] },
  { kind: 'kubernetes.workload', resources: WORKLOADS },
  { kind: 'kubernetes.certificate-signing-request', resources: ['certificatesigningrequests'] },
  { kind: 'kubernetes.client-certificate', resources: ['certificatesigningrequests'], only: ({ detail }) => detail['notAfter'] !== undefined && detail['signer'] === 'kubernetes.io/kube-apiserver-client', id: ({ uid }) => `${uid}|certificate`, name: null },
  custom('kubernetes.cert-manager-certificate', 'certificates', 'cert-manager.io'),
  custom('kubernetes.external-secret', 'externalsecrets', 'external-secrets.io', { ageless: true }),
  custom('kubernetes.secret-store', 'secretstores', 'external-secrets.io'),
  custom('kubernetes.cluster-secret-store', 'clustersecretstores', 'external-secrets.io'),
  { kind: 'kubernetes.service-account-token', resources: ['secrets'], only: ofType(TOKEN), secret: true },
  { kind: 'kubernetes.bootstrap-token', resources: ['secrets'], only: ofType(BOOTSTRAP), id: fullName, secret: true },
  { kind: 'kubernetes.secret', resources: ['secrets'], only: ({ detail }) => detail['type'] !== TOKEN && detail['type'] !== BOOTSTRAP, id: fullName, secret: true },
];
/** What is said of the login itself, and is no object of the cluster. */
const OF_THE_LOGIN: ReadonlySet<string> = new Set(['kubernetes.own-access']);

/** What a login can list: everything, all but Secrets, or one namespace. */
export type Reach = 'cluster' | 'without secrets' | { readonly namespace: string };

/** Every difference in which objects were listed, under which id and name, and since when they are there. */
export function listDifferences({ rows }: Bundle, { resources }: SeededCluster, reach: Reach): readonly string[] {
  const found: string[] = [];
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  for (const kind of byKind.keys()) if (!LINES.some((line) => line.kind === kind) && !OF_THE_LOGIN.has(kind)) found.push(`${kind}: rows of a kind that this comparison has no line for`);
  for (const { kind, resources: from, only = () => true, id = (seeded: Seeded) => seeded.uid, name, ageless, secret } of LINES) {
    const all = from.flatMap((resource) => resources[resource] ?? []).filter(only);
    if (all.length === 0) found.push(`${kind}: nothing was seeded, so nothing is shown`);
    const within = typeof reach === 'object' ? all.filter(({ namespace }) => namespace === reach.namespace) : reach === 'without secrets' && secret === true ? [] : all;
    const listed = new Map((byKind.get(kind) ?? []).map((row) => [row.id, row]));
    if (listed.size !== (byKind.get(kind) ?? []).length) found.push(`${kind}: one id twice`);
    for (const each of within) {
      const row = listed.get(id(each));
      listed.delete(id(each));
      if (row === undefined) found.push(`${kind}: ${fullName(each)} is there and was not listed`);
      else if (name === null) continue;
      else if (row.name !== fullName(each)) found.push(`${kind}: ${fullName(each)} is listed as ${row.name}`);
      else if (ageless === true ? row.created.status !== 'unknown' : !createdFits(row, each.created)) found.push(`${kind}: ${fullName(each)} was made at ${each.created}, listed with ${JSON.stringify(row.created)}`);
    }
    for (const row of listed.values()) found.push(`${kind}: ${row.name} was listed and is not there`);
  }
  return found;
}

/** The moment itself, or an interval around it. */
function createdFits({ created }: SeenRow, moment: string): boolean {
  const { status, value } = created;
  const at = new Date(moment).toISOString();
  return status === 'known' && value !== undefined && value.from !== null && value.from <= at && at <= value.to;
}

/** Differences in what is said of Secrets and tokens: type, number of keys, account, status and day of last use. */
export function secretDifferences({ rows, tables }: Bundle, { resources, trackedSince }: SeededCluster): readonly string[] {
  const found: string[] = [];
  const byName = new Map(rows.filter(({ kind }) => kind === 'kubernetes.secret' || kind === 'kubernetes.service-account-token' || kind === 'kubernetes.bootstrap-token').map((row) => [row.name, row]));
  const accounts = new Map(rows.filter(({ kind }) => kind === 'kubernetes.service-account').map((row) => [row.key, row]));
  const since = `${trackedSince}T00:00:00.000Z`;
  const held = new Map<string, number>();
  let used = 0;
  for (const secret of resources['secrets'] ?? []) {
    const { type, keys, account, accountUid, lastUsed, invalidSince } = secret.detail;
    const name = fullName(secret);
    const row = byName.get(name);
    const table = tables.get(name);
    if (table?.type !== type || table?.keys !== keys) found.push(`${name}: ${String(type)} of ${String(keys)} keys, listed as ${table?.type ?? 'nothing'} of ${table?.keys ?? 0}`);
    if (row === undefined) continue; // told above
    if (type !== TOKEN) {
      if (row.audience !== type) found.push(`${name}: type ${String(type)}, listed as ${row.audience ?? 'none'}`);
      continue;
    }
    held.set(String(accountUid), (held.get(String(accountUid)) ?? 0) + 1);
    const holder = accounts.get(row.identity ?? '');
    if (holder?.id !== accountUid) found.push(`${name}: a token of ${String(account)}, listed under ${holder?.name ?? 'nobody'}`);
    const status = invalidSince === '' ? 'active' : 'inactive';
    if (row.status?.value !== status) found.push(`${name}: ${status}, listed as ${JSON.stringify(row.status)}`);
    const use = lastUsed === '' ? { none: true, since } : { at: `${String(lastUsed)}T00:00:00.000Z` };
    if (lastUsed !== '') used += 1;
    if (JSON.stringify(row.lastUsed?.value) !== JSON.stringify(use)) found.push(`${name}: used ${JSON.stringify(use)}, listed as ${JSON.stringify(row.lastUsed)}`);
  }
  for (const [, { id, name, credentialCounts }] of accounts) {
    const count = credentialCounts?.['kubernetes.service-account-token'];
    if (count?.status !== 'known' || count.value !== (held.get(id) ?? 0)) found.push(`${name}: ${held.get(id) ?? 0} tokens, listed with ${JSON.stringify(count)}`);
  }
  if (used === 0) found.push('the API server marked no token as used, so the days of use are not shown');
  return found;
}

const subjects = z.array(z.looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() })).nullish();

/** Differences in which bindings name which account itself; what comes through groups is the authorizer's to say. */
export function grantDifferences({ rows, grants }: Bundle, { resources }: SeededCluster): readonly string[] {
  const accounts = new Map(rows.filter(({ kind }) => kind === 'kubernetes.service-account').map((row) => [row.key, row]));
  const names = new Set([...accounts.values()].map(({ name }) => name));
  const wanted = new Set<string>();
  for (const [resource, words] of [['clusterrolebindings', 'ClusterRoleBinding'], ['rolebindings', 'RoleBinding']] as const) {
    for (const binding of resources[resource] ?? []) {
      for (const { kind, name, namespace } of subjects.parse(binding.detail['subjects']) ?? []) {
        const account = `${namespace ?? ''}/${name}`;
        if (kind === 'ServiceAccount' && names.has(account)) wanted.add(`${account}: ${String(binding.detail['role'])} via ${words} ${fullName(binding)}`);
      }
    }
  }
  const listed = new Set(grants.filter(({ via }) => !via.includes(', through group ')).map(({ identity, policy, via }) => `${accounts.get(identity)?.name ?? identity}: ${policy} via ${via}`));
  return [...wanted.difference(listed)].map((text) => `${text}: bound and not listed`).concat([...listed.difference(wanted)].map((text) => `${text}: listed and not bound`));
}
