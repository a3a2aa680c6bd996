// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import { listRefs, momentOf, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, LastUse } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { madeWithin } from './age.ts';
import { TOKEN_TYPE } from './operations.ts';
import { countOf, firstNotClosed, notClosed, parsedRows, type Parsed } from './read-facts.ts';
import { namespaceOf, rowKey } from './shapes.ts';
import { namespaceSchema } from './sources/namespaces.ts';
import type { ServiceAccount } from './sources/service-accounts.ts';
import { tableSecretSchema, type TableSecret } from './sources/secrets-table.ts';
import { tokenSecretSchema, type TokenSecret } from './sources/token-secrets.ts';
import { trackingSchema } from './sources/token-tracking.ts';

export const TOKENS = 'kubernetes.token-secrets';
export const TABLE = 'kubernetes.secrets-table';
const OWN_TABLE = 'kubernetes.namespace-secrets-table';
// https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
const BOOTSTRAP_TYPE = 'bootstrap.kubernetes.io/token';
const TRACKING = 'kubernetes.token-tracking';
const NAMESPACES = 'kubernetes.namespaces';

export interface JoinedSecrets {
  readonly credentials: readonly Credential[];
  /** How many rows of the tables are of the token type, and how many of all others: known only where every namespace's table closed. */
  readonly tabled: { readonly tokens: Fact<number>; readonly others: Fact<number>; readonly bootstraps: Fact<number> };
  readonly listedTokens: Fact<number>;
  /** How many long-lived tokens a service account has, by its UID. */
  readonly tokensOf: (uid: string) => Fact<number>;
}

/** Secrets as the tables show them, and the long-lived tokens among them with what their own metadata says. */
export function joinSecrets(related: Related, listed: readonly Parsed<ServiceAccount>[]): JoinedSecrets {
  const accounts = new Set(listed.map(({ value }) => value.metadata.uid));
  const generated = generatedNames(related, listed);
  const unit = related.unit.id;
  const tokens = parsedRows(related, TOKENS, 'kubernetes.token-secret', tokenSecretSchema);
  const named = new Set(tokens.map(({ value: { metadata } }) => `${metadata.namespace}/${metadata.name}`));
  const table = [TABLE, OWN_TABLE].flatMap((source) => parsedRows(related, source, 'kubernetes.secret', tableSecretSchema));
  const ofTokens = table.filter(({ value }) => value.type === TOKEN_TYPE);
  const bootstraps = table.filter(({ value }) => value.type === BOOTSTRAP_TYPE);
  const others = table.filter(({ value }) => value.type !== TOKEN_TYPE && value.type !== BOOTSTRAP_TYPE);
  const tracking = trackingOf(related);
  const counts = Map.groupBy(tokens, ({ value }) => value.metadata.annotations?.['kubernetes.io/service-account.uid'] ?? '');
  return {
    credentials: [
      ...tokens.map((token) => tokenCredential(unit, token, tracking, accounts, generated)),
      ...ofTokens.filter(({ value }) => !named.has(`${value.namespace}/${value.name}`)).map((secret) => tabledToken(related, secret)),
      ...bootstraps.map((secret) => bootstrapToken(unit, secret)),
      ...others.map((secret) => secretCredential(unit, secret)),
    ],
    tabled: { tokens: tabledCount(related, ofTokens.length), others: tabledCount(related, others.length), bootstraps: tabledCount(related, bootstraps.length) },
    listedTokens: countOf(related, TOKENS, tokens.length),
    tokensOf: (uid) => countOf(related, TOKENS, counts.get(uid)?.length ?? 0),
  };
}

type Tracking = { readonly since: Instant; readonly refs: readonly PageReference[] } | { readonly unknown: ReturnType<typeof unknown> };

function trackingOf(related: Related): Tracking {
  const row = parsedRows(related, TRACKING, 'kubernetes.token-tracking', trackingSchema)[0];
  const since = row?.value.since === undefined ? null : dayOf(row.value.since);
  if (row === undefined || row.value.since === undefined) return { unknown: unknownOf(related, TRACKING) };
  return since === null ? { unknown: unknown('unrecognized', 'the day since when use is tracked is not one that we can read') } : { since, refs: row.row.refs };
}

/** A day in UTC as its first moment. */
function dayOf(text: string): Instant | null {
  return parseInstant(`${text}T00:00:00Z`);
}

/** Tokens that the cluster generated for their accounts, by `namespace/name`: those that an account's own list of Secrets names. Null where not all accounts were read. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#legacy-serviceaccount-token-cleaner */
function generatedNames(related: Related, accounts: readonly Parsed<ServiceAccount>[]): ReadonlySet<string> | null {
  if (notClosed(related, 'kubernetes.service-accounts') !== null) return null;
  return new Set(accounts.flatMap(({ value: { metadata, secrets } }) => (secrets ?? []).flatMap(({ name }) => (name === undefined ? [] : [`${metadata.namespace}/${name}`]))));
}

function tokenCredential(unit: string, { value: { metadata }, row }: Parsed<TokenSecret>, tracking: Tracking, accounts: ReadonlySet<string>, generated: ReadonlySet<string> | null): Credential {
  const origin = generated === null ? [] : [generated.has(`${metadata.namespace}/${metadata.name}`) ? 'generated by the cluster for its account' : 'made by hand, which the cluster never cleans up'];
  const uid = metadata.annotations?.['kubernetes.io/service-account.uid'];
  const invalid = metadata.labels?.['kubernetes.io/legacy-token-invalid-since'];
  return {
    type: 'credential', key: rowKey(unit, metadata.uid), id: metadata.uid, idBasis: 'provider', kind: 'kubernetes.service-account-token', unit,
    identity: uid !== undefined && accounts.has(uid) ? rowKey(unit, uid) : null, name: `${metadata.namespace}/${metadata.name}`, responsibility: 'entity',
    status: known(invalid === undefined ? 'active' as const : 'inactive' as const, row.refs, noteOf([...(invalid === undefined ? [] : [`invalidated on ${invalid}`]), ...origin])),
    created: momentOf(metadata.creationTimestamp, row.refs), expires: known({ never: true as const }, row.refs), lastUsed: useOf(metadata.labels?.['kubernetes.io/legacy-token-last-used'], tracking, row.refs), audience: null, refs: row.refs,
  };
}

function noteOf(parts: readonly string[]): { readonly note?: string } {
  return parts.length === 0 ? {} : { note: parts.join('; ') };
}

/** The day that the API server last marked; none marked is "none since tracking began", which needs the day that it began. */
function useOf(label: string | undefined, tracking: Tracking, refs: readonly PageReference[]): Fact<LastUse> {
  if (label !== undefined) {
    const at = dayOf(label);
    if (at === null) return unknown('unrecognized', 'the day of use is not one that we can read');
    return known<LastUse>({ at }, refs, { granularity: 'day (UTC)', ...('since' in tracking ? { trackedSince: tracking.since } : {}) });
  }
  if ('unknown' in tracking) return tracking.unknown;
  return known<LastUse>({ none: true, since: tracking.since }, [...refs, ...tracking.refs], { granularity: 'day (UTC)', trackedSince: tracking.since });
}

/** A token that only the table shows: made since the other list was read, or that list did not end well. */
function tabledToken(related: Related, { value, row }: Parsed<TableSecret>): Credential {
  const why = notClosed(related, TOKENS) ?? unknown('incomplete', `the list of tokens does not have it: it came, or the list was read, at another moment`);
  return { ...secretCredential(related.unit.id, { value, row }), kind: 'kubernetes.service-account-token', status: why, expires: known({ never: true as const }, row.refs), lastUsed: why, audience: null };
}

function secretCredential(unit: string, { value, row }: Parsed<TableSecret>): Credential {
  const made = madeWithin(value.age, value.readAt);
  const id = `${value.namespace}/${value.name}`;
  return {
    type: 'credential', key: rowKey(unit, id), id, idBasis: 'name', kind: 'kubernetes.secret', unit, identity: null, name: id, responsibility: 'entity', status: notApplicable('a Secret is there or not; whether what it opens still works is not its own'),
    created: made === null ? unknown('unrecognized', 'the age or the time of the answer is not one that we can read') : known(made, row.refs, { note: `from its age, shown as ${value.age}` }),
    expires: unknown('not_reported', 'the table does not show it'), lastUsed: unknown('no_source', 'the cluster does not note when a Secret is read; audit logs would show it'), audience: value.type, refs: row.refs,
  };
}

/** A token with which a node or a person joins the cluster. Its end stands in its value, which is not read; the cluster deletes those that ended. */
function bootstrapToken(unit: string, secret: Parsed<TableSecret>): Credential {
  return {
    ...secretCredential(unit, secret), kind: 'kubernetes.bootstrap-token', status: known('active' as const, secret.row.refs, { note: 'the cluster deletes those that ended, where its token cleaner runs' }),
    expires: unknown('not_reported', 'its end stands in its value, which is not read'),
  };
}

/** A count over the tables of all namespaces. */
function tabledCount(related: Related, count: number): Fact<number> {
  const own = namespaceOf(related.unit);
  if (own !== null) return notClosed(related, OWN_TABLE, own) ?? known(count, listRefs(related, OWN_TABLE, own));
  const open = notClosed(related, NAMESPACES);
  if (open !== null) return open;
  const namespaces = parsedRows(related, NAMESPACES, 'kubernetes.namespace', namespaceSchema);
  const unread = firstNotClosed(related, TABLE, namespaces.map(({ value }) => value.metadata.name));
  return unread === null ? known(count, namespaces.flatMap(({ row }) => row.refs)) : { ...unread.why, detail: `namespace ${unread.parent}: ${unread.why.detail}` };
}
