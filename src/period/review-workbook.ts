// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT } from '../bundle/records.ts';
import { shown } from '../evidence/populations-text.ts';
import { printable } from '../model/printable.ts';
import { MAX_CELL_TEXT, writeXlsx, type XlsxCell, type XlsxSheet } from '../report/xlsx.ts';
import { oneAndTheSame } from './review.ts';
import { DECISIONS, REPRESENTED_COLUMNS, type RepresentedItem, type ReviewItem, type ReviewSheet } from './review-format.ts';
import { whoActed } from './words.ts';

/** Labels of the first sheet that bind a workbook to its review; `rollcall review import` reads them back. */
export const BOUND = { review: 'Review', sheet: 'Sheet SHA-256', rows: 'Rows of' } as const;
export const ALL_ROWS = 'all owners';
/** Columns that people fill in, in the order in which they follow number and key. */
export const FILLED = ['decision', 'reason', 'decided by'] as const;
export const SHEETS = { items: 'Decisions', represented: 'Management representation' } as const;

/** A column whose cells must come back as they went out. */
interface FrozenColumn<T> { readonly title: string; readonly width: number; readonly cell: (item: T) => string }
const LONGEST = 4000;
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`);

export const ITEM_COLUMNS: readonly FrozenColumn<ReviewItem>[] = [
  { title: 'last used', width: 24, cell: (item) => item.lastUsed }, { title: 'last use: source and limits', width: 34, cell: (item) => item.lastUsedNote }, { title: 'kind', width: 22, cell: (item) => item.kind }, { title: 'unit', width: 22, cell: (item) => item.unit },
  { title: 'identity', width: 24, cell: (item) => item.identity }, { title: 'id', width: 24, cell: (item) => item.name }, { title: 'owner', width: 22, cell: (item) => item.owner }, { title: 'owner: basis', width: 22, cell: (item) => item.ownerBasis }, { title: 'purpose', width: 26, cell: (item) => item.purpose },
  { title: 'created', width: 24, cell: (item) => item.created }, { title: 'created: basis', width: 16, cell: (item) => item.createdBasis }, { title: 'age in days', width: 10, cell: (item) => item.ageDays }, { title: 'expires', width: 24, cell: (item) => item.expires }, { title: 'status', width: 12, cell: (item) => item.status },
  { title: 'privilege', width: 22, cell: (item) => item.privilege }, { title: 'responsibility', width: 12, cell: (item) => item.responsibility },
  { title: 'not met', width: 40, cell: (item) => item.notMet.map(({ check, reason }) => `${check}: ${reason}`).join(' | ') }, { title: 'acceptances in force', width: 26, cell: (item) => item.acceptances.map(({ acceptance, check, expires }) => `${acceptance} for ${check} to ${expires}`).join(' | ') }, { title: 'group', width: 18, cell: (item) => item.group ?? '' },
];
export const REPRESENTED_SHEET_COLUMNS: readonly FrozenColumn<RepresentedItem>[] = REPRESENTED_COLUMNS.map((name) => ({ title: name.replace('_', ' '), width: 22, cell: (item) => item[name] }));

/** A frozen text as its cell holds it: the neutralised form of the other files, so that a program that turns the sheet into CSV makes no formula of it. */
export function frozenText(text: string, ours: boolean): string {
  const safe = ours ? printable(cut(text)) : cut(text) === '' ? '' : shown(cut(text)).text;
  return safe.replace(/\p{Surrogate}|\ufffe|\uffff/gu, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`).slice(0, MAX_CELL_TEXT);
}

/** The items that a workbook for an owner holds: those whose recorded owner is this person, or all. */
export function rowsOf(sheet: ReviewSheet, owner: string | null): { readonly items: readonly ReviewItem[]; readonly represented: readonly RepresentedItem[] } {
  const mine = (recorded: string | null): boolean => owner === null || (recorded !== null && oneAndTheSame(recorded, owner));
  return { items: sheet.items.filter((item) => mine(item.recordedOwner)), represented: (sheet.represented?.items ?? []).filter((item) => mine(item.owner === '' ? null : item.owner)) };
}

/**
 * Writes the workbook that goes out by mail: one row an item, what is to be decided beside what a reviewer has to see. What people
 * fill in is empty. Equal input gives equal bytes. Fails where the file exists.
 */
export async function writeReviewWorkbook(file: string, sheet: ReviewSheet, sheetSha256: string, owner: string | null): Promise<{ readonly items: number; readonly represented: number }> {
  const { items, represented } = rowsOf(sheet, owner);
  const sheets = [readMe(sheet, sheetSha256, owner, items.length), decisions(SHEETS.items, items, ITEM_COLUMNS, true, ({ number }) => number), ...(represented.length === 0 ? [] : [decisions(SHEETS.represented, represented, REPRESENTED_SHEET_COLUMNS, false, (_, at) => at + 1)])];
  await writeXlsx(file, sheets, []);
  return { items: items.length, represented: represented.length };
}

function readMe(sheet: ReviewSheet, sheetSha256: string, owner: string | null, count: number): XlsxSheet {
  const lines: readonly (readonly [string, string])[] = [
    [BOUND.review, sheet.review], [BOUND.sheet, sheetSha256], [BOUND.rows, owner ?? ALL_ROWS], ['Items', String(count)], ['Population', sheet.population], ['Population SHA-256', sheet.populationSha256], ['Run', sheet.run], ['As of', sheet.asOf], ['Window', `${sheet.opens} to ${sheet.closes}`], ['', ''],
    ['What to do', `In the sheet ${SHEETS.items}, write ${DECISIONS.join(', ')} into the column "decision" of each row that is yours, why into "reason", and your name into "decided by". Leave a row empty that you do not decide.`],
    ['', 'keep: still needed as it is. rotate: still needed, with a new secret. revoke: not needed; it is to be removed.'],
    ['', 'Change nothing else: a row that is missing, twice or altered is refused when the workbook comes back. Sorting and filtering are fine.'],
    ['Last use', 'The provider\'s own record, with its source and what it cannot show beside it. "No use" means none in the time that is named.'],
    ...(sheet.represented === null ? [] : [[SHEETS.represented, `Credentials of systems that were not read: management's own list, recorded ${sheet.represented.recorded.slice(0, 10)} by ${whoActed(sheet.represented.by)}. Nothing of it was checked.`] as const]),
    ['Responsibility', RESPONSIBILITY_STATEMENT],
  ];
  return {
    name: 'Read me', widths: [24, 110], header: null, frozenColumns: 0, printedColumns: 2, count: lines.length + 1,
    async *rows() {
      yield () => [{ type: 'text', text: `Review ${sheet.review}`, style: 'heading' }];
      for (const [label, text] of lines) yield () => [{ type: 'text', text: label }, { type: 'text', text: frozenText(text, true), style: 'wrapped' }];
    },
  };
}

function decisions<T extends { readonly key: string }>(name: string, items: readonly T[], columns: readonly FrozenColumn<T>[], ours: boolean, numbered: (item: T, at: number) => number): XlsxSheet {
  return {
    name, widths: [7, 34, 10, 34, 20, ...columns.map(({ width }) => width)], header: ['number', 'key', ...FILLED, ...columns.map(({ title }) => title)], frozenColumns: 2, printedColumns: 12, count: items.length, choices: [{ column: 2, words: DECISIONS }],
    async *rows() {
      for (const [at, item] of items.entries()) yield () => cellsOf(item, columns, ours, numbered(item, at));
    },
  };
}

function cellsOf<T extends { readonly key: string }>(item: T, columns: readonly FrozenColumn<T>[], ours: boolean, number: number): readonly XlsxCell[] {
  const empty: XlsxCell = { type: 'text', text: '' };
  return [{ type: 'number', value: number }, { type: 'text', text: frozenText(item.key, false) }, empty, empty, empty, ...columns.map(({ cell }): XlsxCell => ({ type: 'text', text: frozenText(cell(item), ours) }))];
}
