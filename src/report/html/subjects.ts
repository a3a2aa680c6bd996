// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import type { Instant } from '../../model/instant.ts';
import { byCodeUnit } from '../../model/json.ts';
import { credentialSchema, grantSchema, identitySchema, PRINCIPAL_CLASSES, trustSchema } from '../../model/row.ts';
import { foldedVerdictSchema, RESULTS, verdictSchema } from '../../model/verdict.ts';
import { credentialFacts, grantLine, identityFacts, trustedBy, trustLine, verdictBasis, verdictLine } from './entry-text.ts';
import { shown } from './markup.ts';
import type { PageData, VerdictBasis } from './page-data.ts';
import { addTo, Numbered, providerOf, type ByUnit, type Following } from './by-unit.ts';
import { BandTally } from './bands.ts';
import { CREDENTIAL_STATES, credentialState, IDENTITY_STATES, identityState, OWNER_STATES, ownerCell, Table, type OwnerCell } from './table-rows.ts';
import { RESULT_WORDS, type IdentityRead } from './words.ts';
import { CheckTally } from './tally.ts';

/** Entries whose details travel in one compressed block: small enough to open in a few milliseconds, large enough to compress well. */
const ENTRIES_PER_BLOCK = 256;
const NO_OWNER_CELL: OwnerCell = { state: 3, text: '' };

/** The pieces of an entry as JSON texts: a text a piece is a fraction of the objects' size, and an estate's worth is held until the page is written. */
interface Pieces { readonly key: string; readonly unit: string; identity: string; readonly credentials: Map<string, { head: string; verdicts: string[] }>; readonly grants: string[]; readonly trusts: string[]; readonly verdicts: string[] }

export interface Subjects {
  /** What the table reads, complete once every section was made. */
  data(): PageData;
  readonly held: Pick<PageData, 'identities' | 'credentials'>;
  /** JSON texts of blocks of entries. */
  readonly blocks: Iterable<string>;
  readonly tally: CheckTally;
  readonly bands: BandTally;
  /** Rows of the whole populations by unit, those beyond the limit too. */
  readonly identities: ByUnit;
  readonly credentials: ByUnit;
  /** Names by key, for lists outside the table. */
  nameOf(key: string): string | null;
  /** The row that a subject opens: its own, or for a trust the identity's. Null where the page does not hold it. */
  rowOf(key: string): { readonly tab: 'identities' | 'credentials'; readonly key: string } | null;
}

/** Reads inventory and verdicts of a bundle into what the page's table shows. `limit`: rows that a table may hold, the first by key. */
export async function readSubjects(bundleDir: string, asOf: Instant, unitNames: ReadonlyMap<string, string>, following: Following, limit: number): Promise<Subjects> {
  const entries: Pieces[] = [];
  const [kinds, checks, bases] = [new Numbered(), new Numbered(), new Numbered()];
  const [bands, identityUnits, credentialUnits] = [new BandTally(asOf), new Map<string, number>(), new Map<string, number>()];
  const identityPlaces = await placesByKey(join(bundleDir, BUNDLE.identities), limit);
  const identities = new Table('populations/principals.csv', identityPlaces.total);
  const holders = new Map<string, { readonly entry: number; readonly name: string; readonly class: number; readonly owner: OwnerCell }>();
  const rowOf = new Map<string, { readonly table: Table; readonly row: number; readonly entry: number }>();
  const tabOf = ({ table }: { readonly table: Table }): 'identities' | 'credentials' => (table === identities ? 'identities' : 'credentials');
  for await (const identity of readJsonLines(join(bundleDir, BUNDLE.identities), identitySchema)) {
    const { key, name } = identity;
    addTo(identityUnits, following.partOf(identity.unit));
    const row = identityPlaces.of.get(key);
    if (row === undefined) continue;
    const owner = ownerCell(identity.owner);
    const place = PRINCIPAL_CLASSES.indexOf(identity.classification.class);
    entries[row] = entryOf(identity);
    holders.set(key, { entry: row, name, class: place, owner });
    rowOf.set(key, { table: identities, row, entry: row });
    identities.put(row, { key, name, id: identity.id, kind: kinds.of(identity.kind), unit: following.unitNumber(identity.unit), class: place, state: identityState(identity), note: identity.self ? 'used by Rollcall' : identity.responsibility === 'provider' ? 'run by the provider' : '', entry: row, owner }, identity.created, identity.lastUsed, asOf);
  }
  const credentialPlaces = await placesByKey(join(bundleDir, BUNDLE.credentials), limit);
  const credentials = new Table('populations/credentials.csv', credentialPlaces.total);
  for await (const credential of readJsonLines(join(bundleDir, BUNDLE.credentials), credentialSchema)) {
    const { key } = credential;
    addTo(credentialUnits, following.partOf(credential.unit));
    bands.add({ ...credential, unit: following.partOf(credential.unit) });
    const row = credentialPlaces.of.get(key);
    if (row === undefined) continue;
    const holder = credential.identity === null ? undefined : holders.get(credential.identity);
    const entry = holder?.entry ?? entries.push({ key, unit: credential.unit, identity: 'null', credentials: new Map(), grants: [], trusts: [], verdicts: [] }) - 1;
    entries[entry]?.credentials.set(key, { head: JSON.stringify({ key: shown(key), id: shown(credential.id), name: shown(credential.name ?? ''), kind: shown(credential.kind), ...credentialFacts(credential) }).slice(0, -1), verdicts: [] });
    rowOf.set(key, { table: credentials, row, entry });
    credentials.put(row, {
      key, name: holder?.name ?? (credential.identity === null ? credential.name ?? '' : credential.identity), id: credential.id, kind: kinds.of(credential.kind), unit: following.unitNumber(credential.unit), class: holder?.class ?? PRINCIPAL_CLASSES.length,
      state: credentialState(credential), note: credential.identity === null ? 'held by the unit' : holder === undefined ? 'holder not in this page' : '', entry, owner: holder?.owner ?? NO_OWNER_CELL,
    }, credential.created, credential.lastUsed, asOf);
  }
  const trusts = new Map<string, { readonly identity: string; readonly who: string }>();
  for await (const trust of readJsonLines(join(bundleDir, BUNDLE.trusts), trustSchema)) {
    // Into an identity, or into a credential that has a policy of its own.
    const into = rowOf.get(trust.identity);
    if (into === undefined) continue;
    trusts.set(trust.key, { identity: trust.identity, who: trustedBy(trust) });
    entries[into.entry]?.trusts.push(JSON.stringify(trustLine(trust)));
  }
  for await (const grant of readJsonLines(join(bundleDir, BUNDLE.grants), grantSchema)) {
    const holder = holders.get(grant.identity);
    if (holder !== undefined) entries[holder.entry]?.grants.push(JSON.stringify(grantLine(grant)));
  }
  const tally = new CheckTally((unit) => following.partOf(unit));
  for await (const verdict of readJsonLines(join(bundleDir, BUNDLE.verdicts), z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]))) {
    const trust = verdict.type === 'not_applicable' ? undefined : trusts.get(verdict.subject);
    const place = verdict.type === 'not_applicable' ? undefined : rowOf.get(trust?.identity ?? verdict.subject);
    const finding = tally.add(verdict, place === undefined ? null : tabOf(place));
    if (verdict.type === 'not_applicable' || finding === null || place === undefined) continue;
    const [check, result] = [checks.of(verdict.check), RESULTS.indexOf(verdict.result)];
    place.table.addFinding(place.row, finding);
    const basis = bases.of(JSON.stringify(verdictBasis(verdict, check)));
    const text = JSON.stringify(verdictLine(verdict, basis, result, trust === undefined ? null : `trust in ${trust.who}`));
    const pieces = entries[place.entry];
    (pieces?.credentials.get(verdict.subject)?.verdicts ?? pieces?.verdicts)?.push(text);
  }
  const units = following.units.texts;
  return {
    // Made when it is written, after every section has its numbers.
    data: () => ({
      asOf, results: RESULTS.map((result) => RESULT_WORDS[result]), findings: tally.findings.all().map(({ check, result, pattern }) => [checks.of(check), RESULTS.indexOf(result), pattern]), checks: checks.texts,
      bases: bases.texts.map((text): VerdictBasis => JSON.parse(text)), kinds: kinds.texts, units, unitsFollow: following.byUnit, unitNames: units.map((unit) => shown(unitNames.get(unit) ?? '')), providers: following.providers.texts,
      unitProviders: units.map((unit) => following.providers.of(providerOf(unit))), parts: following.parts, classes: [...PRINCIPAL_CLASSES, 'no identity'],
      identityStates: IDENTITY_STATES, credentialStates: CREDENTIAL_STATES, owners: OWNER_STATES, entriesPerBlock: ENTRIES_PER_BLOCK, identities: identities.columns, credentials: credentials.columns,
    }),
    held: { identities: identities.columns, credentials: credentials.columns },
    blocks: blocksOf(entries), tally, bands, identities: identityUnits, credentials: credentialUnits,
    nameOf(key) {
      const trust = trusts.get(key);
      const place = rowOf.get(trust?.identity ?? key);
      const name = place?.table.columns.name[place.row] ?? null;
      return trust === undefined ? name : `${name ?? trust.identity}, trust in ${trust.who}`;
    },
    rowOf(key) {
      const row = trusts.get(key)?.identity ?? key;
      const place = rowOf.get(row);
      return place === undefined ? null : { tab: tabOf(place), key: row };
    },
  };
}

/** Where each of the first rows stands when ordered by key, which is the order of the population files: row numbers agree with theirs. */
async function placesByKey(file: string, limit: number): Promise<{ readonly of: ReadonlyMap<string, number>; readonly total: number }> {
  const keys: string[] = [];
  let total = 0;
  const cut = (): void => {
    keys.sort(byCodeUnit);
    keys.length = Math.min(keys.length, limit);
  };
  for await (const { key } of readJsonLines(file, z.object({ key: z.string() }))) {
    total += 1;
    keys.push(key);
    if (keys.length > limit * 2) cut();
  }
  cut();
  return { of: new Map(keys.map((key, place) => [key, place])), total };
}

function entryOf(identity: IdentityRead): Pieces {
  const head = { id: shown(identity.id), name: shown(identity.name), kind: shown(identity.kind), address: shown(identity.address), self: identity.self, ...identityFacts(identity) };
  return { key: identity.key, unit: identity.unit, identity: JSON.stringify(head), credentials: new Map(), grants: [], trusts: [], verdicts: [] };
}

function* blocksOf(entries: readonly Pieces[]): Generator<string> {
  for (let first = 0; first < entries.length; first += ENTRIES_PER_BLOCK) yield `[${entries.slice(first, first + ENTRIES_PER_BLOCK).map(entryText).join(',')}]`;
}

function entryText({ key, unit, identity, credentials, grants, trusts, verdicts }: Pieces): string {
  const held = [...credentials.values()].map((credential) => `${credential.head},"verdicts":[${credential.verdicts.join(',')}]}`).join(',');
  return `{"key":${JSON.stringify(shown(key))},"unit":${JSON.stringify(shown(unit))},"identity":${identity},"credentials":[${held}],"grants":[${grants.join(',')}],"trusts":[${trusts.join(',')}],"verdicts":[${verdicts.join(',')}]}`;
}
