// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant, type When } from '../../src/model/instant.ts';
import { countBelow, countOf, listRefs, momentOf, parsedRows, unknownOf, notClosed, type Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential } from '../../src/model/row.ts';
import type { ControlTotal, Related } from '../../src/model/source.ts';
import type { z } from 'zod';
import { API_KEYS, apiKeySchema } from './sources/api-keys.ts';
import { HMAC_KEYS, hmacKeySchema } from './sources/hmac-keys.ts';
import { SECRETS, secretSchema, totalSchema, VERSIONS, versionRowSchema } from './sources/secrets.ts';
import { lastPart } from './sources/workload-identity.ts';
import { rowKey } from './shapes.ts';

export interface JoinedStored { readonly credentials: readonly Credential[]; readonly populations: { readonly [kind: string]: Fact<number> }; readonly controlTotals: readonly ControlTotal[] }
const SHOWN_NOWHERE = unknown('no_source', 'no list of Google Cloud tells when it was last used');

/** API keys, HMAC keys and stored secrets of a project. `accounts`: keys of its accounts by address, for what is bound to one. */
export function joinStored(related: Related, accounts: ReadonlyMap<string, string>, asOf: Instant): JoinedStored {
  const unit = related.unit.id;
  const base = (row: { readonly refs: readonly PageReference[] }, id: string): Pick<Credential, 'type' | 'key' | 'id' | 'idBasis' | 'unit' | 'responsibility' | 'lastUsed' | 'refs'> => ({ type: 'credential', key: rowKey(unit, id), id, idBasis: 'provider', unit, responsibility: 'entity', lastUsed: SHOWN_NOWHERE, refs: row.refs });
  const never = (refs: readonly PageReference[]): Credential['expires'] => known({ never: true as const }, refs);
  const apiKeys = parsedRows(related, API_KEYS, 'google.api-key', apiKeySchema).map(({ value, row }): Credential => ({
    ...base(row, value.name), kind: 'google.api-key', identity: accounts.get(value.serviceAccountEmail ?? '') ?? null, name: value.displayName ?? null, created: momentOf(value.createTime, row.refs), expires: never(row.refs), audience: targetsOf(value),
    status: value.deleteTime === undefined ? known('active' as const, row.refs, callersOf(value)) : known('inactive' as const, row.refs, { note: 'deleted; it can be restored for 30 days' }),
  }));
  const hmacKeys = parsedRows(related, HMAC_KEYS, 'google.hmac-key', hmacKeySchema).map(({ value, row }): Credential => ({
    ...base(row, value.accessId), kind: 'google.hmac-key', identity: accounts.get(value.serviceAccountEmail ?? '') ?? null, name: value.serviceAccountEmail ?? null, created: momentOf(value.timeCreated, row.refs), expires: never(row.refs), audience: null,
    status: value.state === 'ACTIVE' ? known('active' as const, row.refs) : value.state === 'INACTIVE' || value.state === 'DELETED' ? known('inactive' as const, row.refs, { note: `its state is ${value.state}` }) : unknown('unrecognized', 'the state is none that we know'),
  }));
  const versions = Map.groupBy(parsedRows(related, VERSIONS, 'google.secret-version', versionRowSchema), ({ value }) => value.secret);
  const listed = parsedRows(related, SECRETS, 'google.secret', secretSchema);
  const secrets = listed.map((secret): Credential => {
    const { value, row } = secret;
    const name = lastPart(value.name);
    const { created, status, refs } = valueOf(related, name, versions.get(name) ?? []);
    const end = value.expireTime === undefined ? null : parseInstant(value.expireTime);
    const expires: Credential['expires'] = value.expireTime === undefined ? known({ never: true as const }, row.refs, value.rotation === undefined ? {} : { note: 'a rotation is announced by a schedule, which replaces nothing by itself' }) : end === null ? unknown('unrecognized', 'the end is not one that we can read') : known({ at: end }, row.refs);
    return { ...base({ refs: [...row.refs, ...refs] }, value.name), kind: 'google.secret', identity: null, name, created, expires, audience: null, status: expires.status === 'known' && 'at' in expires.value && expires.value.at <= asOf ? known('expired' as const, row.refs) : status };
  });
  const credentials = [...apiKeys, ...hmacKeys, ...secrets];
  return {
    credentials,
    populations: {
      'google.api-key': countOf(related, API_KEYS, apiKeys.length), 'google.hmac-key': countOf(related, HMAC_KEYS, hmacKeys.length), 'google.secret': countOf(related, SECRETS, secrets.length),
      'google.secret-version': countBelow(related, SECRETS, VERSIONS, listed.map(({ value }) => lastPart(value.name)), [...versions.values()].flat().length),
    },
    controlTotals: totalOf(related, secrets.length),
  };
}

/** When the value in force was stored: with the newest version that can be read. Without one, there is nothing to read. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#State */
function valueOf(related: Related, secret: string, versions: readonly Parsed<z.output<typeof versionRowSchema>>[]): { readonly created: Fact<When>; readonly status: Credential['status']; readonly refs: readonly PageReference[] } {
  const open = notClosed(related, VERSIONS, secret);
  if (open !== null) return { created: unknownOf(related, VERSIONS, secret), status: open, refs: [] };
  const refs = listRefs(related, VERSIONS, secret);
  const strange = versions.find(({ value }) => !['ENABLED', 'DISABLED', 'DESTROYED'].includes(value.state ?? ''));
  if (strange !== undefined) return { created: unknown('unrecognized', 'the state of a version is none that we know'), status: unknown('unrecognized', 'the state of a version is none that we know'), refs };
  const readable = versions.filter(({ value }) => value.state === 'ENABLED').toSorted((a, b) => ((a.value.createTime ?? '') < (b.value.createTime ?? '') ? 1 : -1));
  const [newest] = readable;
  if (newest === undefined) return { created: unknown('not_reported', 'it has no version that can be read'), status: known('inactive', refs, { note: versions.length === 0 ? 'it has no version' : 'none of its versions can be read' }), refs };
  return { created: momentOf(newest.value.createTime, newest.row.refs), status: known('active', refs, readable.length === 1 ? {} : { note: `${readable.length} versions can be read` }), refs };
}

/** The interfaces that a key may call; null where it may call all that are on in the project. */
function targetsOf({ restrictions }: z.output<typeof apiKeySchema>): string | null {
  const targets = (restrictions?.apiTargets ?? []).flatMap(({ service }) => service ?? []);
  return targets.length === 0 ? null : targets.join(' ');
}

/** Who may call with a key, by the kind of restriction. */
function callersOf({ restrictions = {} }: z.output<typeof apiKeySchema>): { readonly note?: string } {
  const kinds = [[restrictions.browserKeyRestrictions, 'web pages'], [restrictions.serverKeyRestrictions, 'addresses'], [restrictions.androidKeyRestrictions, 'Android programs'], [restrictions.iosKeyRestrictions, 'iOS programs']].flatMap(([on, word]) => (on === undefined || typeof word !== 'string' ? [] : [word]));
  return kinds.length === 0 ? {} : { note: `limited to ${kinds.join(', ')}` };
}

/** Secrets against the number that Secret Manager gives with the list. */
function totalOf(related: Related, count: number): readonly ControlTotal[] {
  const unit = related.unit.id;
  if (related.ended(SECRETS).state === 'not_due' || related.ended(SECRETS).state === 'skipped') return [];
  const closed = related.ended(SECRETS).state === 'complete';
  // An empty answer tells no number, and there is nothing to hold against one.
  if (closed && count === 0) return [];
  const totals = related.rows(SECRETS).flatMap((row) => (row.type === 'observation' ? [totalSchema.safeParse(row.value).data?.total ?? null] : []));
  const [before = null] = totals;
  const after = totals.at(-1) ?? null;
  const base = { name: 'Secrets', unit, method: 'totalSize of secretmanager ListSecrets', before, after, refs: listRefs(related, SECRETS) };
  if (!closed || before === null || after === null) return [{ ...base, listed: closed ? count : null, state: 'unavailable', note: closed ? 'the answer tells no number' : 'the list was not read to its end' }];
  return [{ ...base, listed: count, state: before !== after ? 'changed_during_scan' : after === count ? 'equal' : 'differs', note: null }];
}
