// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import { POPULATION_COLUMNS } from '../bundle/records.ts';
import type { Fact } from '../model/fact.ts';
import { ageInDays, type Instant, type When } from '../model/instant.ts';
import type { Credential, Identity, LastUse } from '../model/row.ts';
import { readCsv } from './populations-csv.ts';
import { escaped, exactText, shown, type Shown } from './populations-text.ts';

/** Columns to the right of POPULATION_COLUMNS. `neutralised` names the columns whose cells differ from the exact text. */
export const POPULATION_MORE = [
  'kind', 'class', 'class_rule', 'privilege', 'responsibility', 'expires', 'audience', 'created_not_before', 'created_basis', 'last_used_note', 'owner_basis', 'id_basis', 'identity_id', 'identity_key', 'key', 'other_references', 'neutralised',
] as const;
export const POPULATION_FIELDS = [...POPULATION_COLUMNS, ...POPULATION_MORE] as const;
export type PopulationField = (typeof POPULATION_FIELDS)[number];

/** One row of a population as every output shows it. `number` counts from 1 without gaps; a cell is never empty: `unknown: cause`, `n/a: reason`, `none` or a value. */
export type PopulationRow = { readonly [field in PopulationField]: string };
/** A row before it has a number. */
export type Draft = Omit<PopulationRow, 'number'>;

type Cell = string | Shown;
type Cells = { readonly [field in Exclude<PopulationField, 'number' | 'neutralised'>]: Cell };

/** Cells that a credential takes from the identity that holds it. */
export const HOLDER_FIELDS = ['identity', 'identity_id', 'class', 'class_rule', 'privilege', 'owner', 'owner_basis', 'purpose'] as const;
export type HolderCells = { readonly [field in (typeof HOLDER_FIELDS)[number]]: Cell };

const NO_HOLDER = 'n/a: held by no identity that is listed';
/** For a credential of the unit itself, such as a server certificate, or of somebody whom no list of the provider has. */
export const UNIT_HOLDER: HolderCells = { identity: NO_HOLDER, identity_id: NO_HOLDER, class: NO_HOLDER, class_rule: NO_HOLDER, privilege: NO_HOLDER, owner: NO_HOLDER, owner_basis: NO_HOLDER, purpose: NO_HOLDER };
const UNLISTED = 'unknown: incomplete';
/** For a credential whose holder no list of this scan has. */
export const UNLISTED_HOLDER: HolderCells = { identity: UNLISTED, identity_id: UNLISTED, class: UNLISTED, class_rule: UNLISTED, privilege: UNLISTED, owner: UNLISTED, owner_basis: UNLISTED, purpose: UNLISTED };

/** The row of an identity. */
export function identityDraft(identity: Identity, asOf: Instant): Draft {
  const { classification: { class: name, basis, rule } } = identity;
  return draftOf({
    ...sharedCells(identity, asOf), identity: shown(identity.name), credential_id: 'n/a: this row is an identity', status: 'n/a: identities are not switched on or off', kind: identity.kind, class: name, class_rule: shown(`${basis}: ${rule}`),
    privilege: factCell(identity.privilege, ({ level, via }) => shown([level, ...via].join('; '))), responsibility: identity.self ? `${identity.responsibility}; the identity that this scan used` : identity.responsibility,
    owner: factCell(identity.owner, (claim) => (claim === null ? 'none' : shown(claim.owner))), owner_basis: factCell(identity.owner, (claim) => (claim === null ? 'none' : shown(`${claim.confidence}: ${claim.source}`))), purpose: factCell(identity.purpose, (text) => (text === null ? 'none' : shown(text))),
    expires: 'n/a: identities do not expire', audience: 'n/a: this row is an identity', identity_id: shown(identity.id), identity_key: shown(identity.key),
  });
}

/** The row of a credential, with what its holder's row says. */
export function credentialDraft(credential: Credential, holder: HolderCells, asOf: Instant): Draft {
  return draftOf({
    ...sharedCells(credential, asOf), ...holder, credential_id: shown(credential.id), status: factCell(credential.status, (status) => status), kind: credential.kind, responsibility: credential.responsibility,
    expires: factCell(credential.expires, (expiry) => ('at' in expiry ? expiry.at : 'none')), audience: credential.audience === null ? 'none' : shown(credential.audience), identity_key: credential.identity === null ? NO_HOLDER : shown(credential.identity),
  });
}

/** What a holder's own row hands to its credentials, changed cells still marked. */
export function holderCells(row: PopulationRow): HolderCells {
  const changed = new Set(row.neutralised.split(' '));
  const cell = (field: PopulationField): Shown => ({ text: row[field], changed: changed.has(field) });
  return { identity: cell('identity'), identity_id: cell('identity_id'), class: cell('class'), class_rule: cell('class_rule'), privilege: cell('privilege'), owner: cell('owner'), owner_basis: cell('owner_basis'), purpose: cell('purpose') };
}

/** The exact text of a field: what the provider or management wrote, with nothing escaped. */
export function exactField(row: Omit<PopulationRow, 'number'>, field: Exclude<PopulationField, 'number'>): string {
  return row.neutralised.split(' ').includes(field) ? exactText(row[field]) : row[field];
}

/** Rows of a population file in its order. Throws a BundleFormatError where header, cell count or numbering is not what it must be. */
export async function* readPopulation(file: string): AsyncGenerator<PopulationRow> {
  let number = -1;
  for await (const cells of readCsv(file)) {
    number += 1;
    if (number === 0) {
      if (cells.join() !== POPULATION_FIELDS.join()) throw new BundleFormatError(file, 'its columns are not those of a population file');
      continue;
    }
    if (cells.length !== POPULATION_FIELDS.length) throw new BundleFormatError(`${file}: row ${number}`, `${cells.length} cells where ${POPULATION_FIELDS.length} belong`);
    if (cells[0] !== String(number)) throw new BundleFormatError(`${file}: row ${number}`, `is numbered ${JSON.stringify(cells[0])}`);
    yield Object.fromEntries(POPULATION_FIELDS.map((field, index) => [field, cells[index] ?? ''])) as PopulationRow;
  }
  if (number < 0) throw new BundleFormatError(file, 'has no header');
}

function sharedCells(row: Identity | Credential, asOf: Instant): Pick<Cells, 'unit' | 'created' | 'age_days' | 'created_not_before' | 'created_basis' | 'last_used' | 'last_used_note' | 'id_basis' | 'key' | 'page_reference' | 'other_references'> {
  const [first, ...others] = row.refs;
  return {
    unit: shown(row.unit), created: factCell(row.created, ({ to }) => to), age_days: factCell(row.created, (when) => String(ageInDays(when, asOf).least)),
    created_not_before: factCell(row.created, ({ from }) => from ?? 'unknown: not_reported'), created_basis: factCell(row.created, createdBasis),
    last_used: factCell(row.lastUsed, lastUsedCell), last_used_note: lastUsedNote(row.lastUsed), id_basis: shown(row.idBasis), key: shown(row.key),
    page_reference: first === undefined ? 'none' : shown(first), other_references: others.length === 0 ? 'none' : shown(others.join(' ')),
  };
}

function createdBasis(when: When): string {
  return when.from === null ? 'no later than: age is a lower bound' : when.from === when.to ? 'exact' : 'between created_not_before and created: age is a lower bound';
}

function lastUsedCell(use: LastUse): string {
  return 'at' in use ? use.at : use.since === null ? 'no use recorded' : `no use since ${use.since}`;
}

function lastUsedNote(fact: Fact<LastUse>): Cell {
  if (fact.status !== 'known') return shown(fact.status === 'unknown' ? fact.detail : fact.reason);
  const parts = [
    ...('at' in fact.value && fact.value.where !== undefined ? [fact.value.where] : []), ...(fact.granularity === undefined ? [] : [`granularity ${fact.granularity}`]),
    ...(fact.trackedSince === undefined ? [] : [`tracked since ${fact.trackedSince}`]), ...(fact.asOf === undefined ? [] : [`as of ${fact.asOf}`]), ...(fact.note === undefined ? [] : [fact.note]),
  ];
  return parts.length === 0 ? 'none' : shown(parts.join('; '));
}

function factCell<T>(fact: Fact<T>, cell: (value: T) => Cell): Cell {
  if (fact.status === 'unknown') return `unknown: ${fact.cause}`;
  if (fact.status === 'not_applicable') return escaped(`n/a: ${fact.reason}`);
  return cell(fact.value);
}

function draftOf(cells: Cells): Draft {
  const changed: string[] = [];
  const text = (field: keyof Cells): string => {
    const cell = cells[field];
    if (typeof cell === 'string') return cell;
    if (cell.changed) changed.push(field);
    return cell.text;
  };
  const entries = POPULATION_FIELDS.flatMap((field) => (field === 'number' || field === 'neutralised' ? [] : [[field, text(field)] as const]));
  return { ...Object.fromEntries(entries), neutralised: changed.length === 0 ? 'none' : changed.join(' ') } as Draft;
}
