// SPDX-License-Identifier: Apache-2.0
import { ageInDays, millisecondsOf, wholeDays, type Instant, type When } from '../../model/instant.ts';
import type { Fact } from '../../model/fact.ts';
import { causeOf } from './entry-text.ts';
import { grouped, shown } from './markup.ts';
import type { TableColumns } from './page-data.ts';
import type { CredentialRead, IdentityRead, LastUseRead } from './words.ts';

export const OWNER_STATES = ['owner recorded', 'no owner', 'owner unknown', 'no identity'] as const;
export const IDENTITY_STATES = ['administrator', 'not administrator', 'rights unknown', 'rights not applicable'] as const;
export const CREDENTIAL_STATES = ['active', 'inactive', 'expired', 'status unknown', 'status not applicable'] as const;

/** Columns while they are filled. */
type Filling<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

export interface RowCells { readonly key: string; readonly name: string; readonly id: string; readonly kind: number; readonly unit: number; readonly class: number; readonly state: number; readonly note: string; readonly entry: number; readonly owner: OwnerCell }

/** The columns of one table, filled row by row in any order. */
export class Table {
  readonly columns: Filling<TableColumns>;
  readonly #results: number[][] = [];
  constructor(file: string, total: number) {
    this.columns = { total, file, key: [], name: [], id: [], kind: [], unit: [], class: [], state: [], ownerState: [], owner: [], note: [], created: [], createdNote: [], age: [], used: [], usedNote: [], idle: [], results: this.#results, entry: [] };
  }
  put(row: number, cells: RowCells, created: Fact<When>, used: Fact<LastUseRead>, asOf: Instant): void {
    const { columns } = this;
    for (const name of ['key', 'name', 'id', 'note'] as const) columns[name][row] = shown(cells[name]);
    for (const name of ['kind', 'unit', 'class', 'state', 'entry'] as const) columns[name][row] = cells[name];
    columns.owner[row] = cells.owner.text;
    columns.ownerState[row] = cells.owner.state;
    const age = createdCell(created, asOf);
    columns.created[row] = age.text;
    columns.createdNote[row] = age.note;
    columns.age[row] = age.seconds;
    const idle = usedCell(used, asOf);
    columns.used[row] = idle.text;
    columns.usedNote[row] = idle.note;
    columns.idle[row] = idle.seconds;
    this.#results[row] = [];
  }
  addFinding(row: number, finding: number): void {
    this.#results[row]?.push(finding);
  }
}

export interface OwnerCell { readonly state: number; readonly text: string }

export function ownerCell(owner: IdentityRead['owner']): OwnerCell {
  if (owner.status === 'unknown') return { state: 2, text: '' };
  if (owner.status === 'not_applicable' || owner.value === null) return { state: 1, text: '' };
  return { state: 0, text: shown(owner.value.owner) };
}

export function identityState({ privilege }: IdentityRead): number {
  if (privilege.status !== 'known') return privilege.status === 'unknown' ? 2 : 3;
  return privilege.value.level === 'administrator' ? 0 : 1;
}

export function credentialState({ status }: CredentialRead): number {
  if (status.status !== 'known') return status.status === 'unknown' ? 3 : 4;
  return CREDENTIAL_STATES.indexOf(status.value);
}

interface MomentCell { readonly text: string; readonly note: string; readonly seconds: number | null }

function createdCell(created: Fact<When>, asOf: Instant): MomentCell {
  if (created.status !== 'known') return withoutValue(created);
  const { from, to } = created.value;
  const { least, most } = ageInDays(created.value, asOf);
  const text = from === to ? day(to) : `by ${day(to)}`;
  return { text, note: most === least ? days(least) : `at least ${days(least)}`, seconds: secondsBetween(to, asOf) };
}

function usedCell(used: Fact<LastUseRead>, asOf: Instant): MomentCell {
  if (used.status !== 'known') return withoutValue(used);
  const use = used.value;
  if ('none' in use) return { text: 'no use recorded', note: use.since === null ? '' : `since ${day(use.since)}`, seconds: null };
  const idle = wholeDays(use.at, asOf);
  return { text: day(use.at), note: `${days(idle)} ago`, seconds: secondsBetween(use.at, asOf) };
}

function withoutValue(fact: Fact<unknown>): MomentCell {
  return fact.status === 'unknown' ? { text: 'unknown', note: causeOf(fact), seconds: null } : { text: 'not applicable', note: '', seconds: null };
}
function secondsBetween(from: Instant, to: Instant): number {
  return Math.floor((millisecondsOf(to) - millisecondsOf(from)) / 1000);
}
function day(instant: Instant): string {
  return instant.slice(0, 10);
}
function days(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'day' : 'days'}`;
}
