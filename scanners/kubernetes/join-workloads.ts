// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact, type Unknown } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { listRefs, momentOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { ObjectRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { notClosed, parsedRows, type Parsed } from './read-facts.ts';
import { rowKey } from './shapes.ts';
import type { ServiceAccount } from './sources/service-accounts.ts';
import { WORKLOAD_SOURCES, workloadRowSchema, type WorkloadRow } from './sources/workloads.ts';

export const WORKLOAD = 'kubernetes.workload';

interface Workload {
  readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string; readonly created: Fact<ObjectRow['created'] extends Fact<infer T> ? T : never>;
  /** By account name: whether pods of the workload get its token mounted. */
  readonly accounts: Map<string, boolean>;
  readonly tokens: { readonly account: string; readonly audience: string | null; readonly seconds: number }[];
  readonly secrets: Set<string>;
  readonly imagePullSecrets: Set<string>;
  readonly refs: PageReference[];
}

export interface JoinedWorkloads {
  readonly objects: readonly ObjectRow[];
  readonly population: Fact<number>;
  /** What runs as an account, and the tokens that it asks for, as the particulars of its row. */
  readonly of: (namespace: string, account: string) => { readonly workloads: Fact<readonly { readonly kind: string; readonly name: string; readonly mountsToken: boolean }[]>; readonly tokens: Fact<readonly { readonly workload: string; readonly audience: string | null; readonly seconds: number }[]> };
}

/** Workloads, each once: pods stand under what made them, where that was listed. */
export function joinWorkloads(related: Related, accounts: readonly Parsed<ServiceAccount>[]): JoinedWorkloads {
  const rows = WORKLOAD_SOURCES.flatMap((source) => parsedRows(related, source, WORKLOAD, workloadRowSchema));
  const automount = new Map(accounts.map(({ value: { metadata, automountServiceAccountToken } }) => [`${metadata.namespace}/${metadata.name}`, automountServiceAccountToken ?? true]));
  const workloads = gather(rows, automount);
  const byAccount = Map.groupBy(workloads.flatMap((workload) => [...workload.accounts].map(([account, mountsToken]) => ({ account: `${workload.namespace}/${account}`, mountsToken, workload }))), ({ account }) => account);
  const open = WORKLOAD_SOURCES.map((source) => notClosed(related, source)).find((each) => each !== null) ?? null;
  const lists = WORKLOAD_SOURCES.flatMap((source) => listRefs(related, source));
  return {
    objects: workloads.map((workload) => objectOf(related.unit.id, workload)),
    population: open ?? known(workloads.length, lists),
    of: (namespace, account) => {
      if (open !== null) return { workloads: open, tokens: open };
      const used = byAccount.get(`${namespace}/${account}`) ?? [];
      const refs = used.length === 0 ? lists : used.flatMap(({ workload }) => workload.refs);
      return {
        workloads: known(used.map(({ mountsToken, workload: { kind, namespace: where, name } }) => ({ kind, name: `${where}/${name}`, mountsToken })), refs),
        tokens: known(used.flatMap(({ workload }) => workload.tokens.filter((token) => token.account === account).map(({ audience, seconds }) => ({ workload: `${workload.kind} ${workload.namespace}/${workload.name}`, audience, seconds }))), refs),
      };
    },
  };
}

function gather(rows: readonly Parsed<WorkloadRow>[], automount: ReadonlyMap<string, boolean>): readonly Workload[] {
  const workloads = new Map<string, Workload>();
  const listed = new Map(rows.filter(({ value }) => value.kind !== 'Pod').map(({ value }) => [value.uid, value]));
  const byName = new Map(rows.filter(({ value }) => value.kind === 'Deployment').map(({ value }) => [`${value.namespace}/${value.name}`, value]));
  for (const { value, row } of rows) {
    // What has ended runs as nobody.
    if (value.kind === 'Pod' && (value.phase === 'Succeeded' || value.phase === 'Failed')) continue;
    const top = topOf(value, listed, byName);
    const workload = workloads.get(top.uid) ?? { kind: top.kind, namespace: value.namespace, name: top.name, uid: top.uid, created: top.created === null ? MADE_ELSEWHERE : momentOf(top.created, row.refs), accounts: new Map<string, boolean>(), tokens: [], secrets: new Set<string>(), imagePullSecrets: new Set<string>(), refs: [] };
    workloads.set(top.uid, workload);
    // The API server fills the name in for pods; where a template names none, it will be this one.
    const account = value.account ?? 'default';
    const ownTokens = value.tokens.some(({ audience }) => audience === null);
    // Into a pod the API server has written the volume of the token; for what makes pods, its own setting goes before the account's.
    const mounts = value.kind === 'Pod' ? ownTokens : (value.automount ?? automount.get(`${value.namespace}/${account}`) ?? true) || ownTokens;
    workload.accounts.set(account, (workload.accounts.get(account) ?? false) || mounts);
    for (const token of value.tokens) if (!workload.tokens.some((each) => each.account === account && each.audience === token.audience && each.seconds === token.seconds)) workload.tokens.push({ account, ...token });
    for (const secret of value.secrets) workload.secrets.add(secret);
    for (const secret of value.imagePullSecrets) workload.imagePullSecrets.add(secret);
    // One pod shows what a thousand of the same owner show.
    if (workload.refs.length < MOST_REFS) workload.refs.push(...row.refs);
  }
  return [...workloads.values()];
}

const MOST_REFS = 5;
const MADE_ELSEWHERE: Unknown = unknown('no_source', 'what made these pods is of a kind that is not listed');

interface Top { readonly kind: string; readonly name: string; readonly uid: string; readonly created: string | null }

/** What a pod or job stands under: the last of its controllers that is known. A replica set is known by its Deployment's name and the hash of the template. */
function topOf(row: WorkloadRow, listed: ReadonlyMap<string, WorkloadRow>, deployments: ReadonlyMap<string, WorkloadRow>, seen: ReadonlySet<string> = new Set()): Top {
  const { owner } = row;
  // Whoever may write an object may name any owner, itself among them: a circle ends where it was entered.
  const below = new Set([...seen, row.uid]);
  if (owner === null || below.has(owner.uid)) return row;
  const above = listed.get(owner.uid);
  if (above !== undefined) return topOf(above, listed, deployments, below);
  if (owner.kind === 'ReplicaSet' && row.hash !== null && owner.name.endsWith(`-${row.hash}`)) {
    const deployment = deployments.get(`${row.namespace}/${owner.name.slice(0, -row.hash.length - 1)}`);
    if (deployment !== undefined && !below.has(deployment.uid)) return topOf(deployment, listed, deployments, below);
  }
  return { kind: owner.kind, name: owner.name, uid: owner.uid, created: null };
}

function objectOf(unit: string, { kind, namespace, name, uid, created, accounts, tokens, secrets, imagePullSecrets, refs }: Workload): ObjectRow {
  const sorted = (values: ReadonlySet<string>): string[] => [...values].toSorted(byCodeUnit);
  return {
    type: 'object', key: rowKey(unit, uid), id: uid, kind: WORKLOAD, unit, name: `${namespace}/${name}`, created, expires: notApplicable('it has no end'),
    detail: {
      workload: kind, accounts: [...accounts].map(([account, mountsToken]) => ({ account: `${namespace}/${account}`, mountsToken })), tokens: tokens.map(({ audience, seconds }) => ({ audience, seconds })),
      secrets: sorted(secrets), imagePullSecrets: sorted(imagePullSecrets),
    }, refs,
  };
}
