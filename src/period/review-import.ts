// SPDX-License-Identifier: Apache-2.0
import { columnLetters } from '../report/xlsx.ts';
import type { CameBack, SheetBack } from '../report/xlsx-read.ts';
import { DECISIONS, MAX_REASON, type Decision, type ItemDecision, type RepresentedItem, type ReviewItem, type ReviewSheet } from './review-format.ts';
import { ALL_ROWS, BOUND, FILLED, frozenText, ITEM_COLUMNS, REPRESENTED_SHEET_COLUMNS, rowsOf, SHEETS } from './review-workbook.ts';
import { oneAndTheSame } from './review.ts';

/** Something in a workbook that came back and that cannot be recorded, at its cell. */
export interface CellProblem { readonly cell: string; readonly why: string }
export interface Imported { readonly items: readonly ItemDecision[]; /** Rows without a decision. */ readonly left: number; readonly problems: readonly CellProblem[] }

/**
 * The decisions of a workbook that came back, held against the sheet that it was made of: the same review, every row once, nothing altered but what people fill in. `by`: who acts; a row that names somebody else is a
 * problem. Where there is any problem, nothing of the workbook may be recorded.
 */
export function importWorkbook(book: readonly SheetBack[], sheet: ReviewSheet, sheetSha256: string, by: string): Imported {
  const bound = readBound(book);
  if (bound === null) return failed('Read me', 'is not a workbook that `rollcall review workbook` made: its first sheet is missing or other');
  if (bound.review.text !== sheet.review) return failed(bound.review.cell, `is of review ${bound.review.text.slice(0, 80)}, not of ${sheet.review}`);
  if (bound.sheet.text !== sheetSha256) return failed(bound.sheet.cell, 'is of another sheet than the one that this review froze');
  const owner = bound.rows.text === ALL_ROWS ? null : bound.rows.text;
  const { items, represented } = rowsOf(sheet, owner);
  const read = [
    readSheet<ReviewItem>(book, SHEETS.items, { items, columns: ITEM_COLUMNS, ours: true, number: ({ number }) => number }, by),
    ...(represented.length === 0 ? [] : [readSheet<RepresentedItem>(book, SHEETS.represented, { items: represented, columns: REPRESENTED_SHEET_COLUMNS, ours: false, number: (_, at) => at + 1 }, by)]),
  ];
  return { items: read.flatMap((one) => one.items), left: read.reduce((sum, { left }) => sum + left, 0), problems: read.flatMap(({ problems }) => problems) };
}

function failed(cell: string, why: string): Imported {
  return { items: [], left: 0, problems: [{ cell, why }] };
}

interface Labelled { readonly text: string; readonly cell: string }
function readBound(book: readonly SheetBack[]): { readonly [name in keyof typeof BOUND]: Labelled } | null {
  const sheet = book.find(({ name }) => name === 'Read me');
  const find = (label: string): Labelled | null => {
    for (const [number, row] of sheet?.rows ?? []) if (row.get('A')?.text === label) return { text: row.get('B')?.text ?? '', cell: `Read me!B${number}` };
    return null;
  };
  const [review, digest, rows] = [find(BOUND.review), find(BOUND.sheet), find(BOUND.rows)];
  return review === null || digest === null || rows === null ? null : { review, sheet: digest, rows };
}

interface Expected<T> { readonly items: readonly T[]; readonly columns: readonly { readonly title: string; readonly cell: (item: T) => string }[]; readonly ours: boolean; readonly number: (item: T, at: number) => number }

function readSheet<T extends { readonly key: string }>(book: readonly SheetBack[], name: string, expected: Expected<T>, by: string): Imported {
  const sheet = book.find((candidate) => candidate.name === name);
  if (sheet === undefined) return failed(name, 'this sheet is missing');
  const titles = ['number', 'key', ...FILLED, ...expected.columns.map(({ title }) => title)];
  const header = titles.flatMap((title, at) => (textAt(sheet.rows.get(1), at) === title ? [] : [{ cell: `${name}!${columnLetters(at)}1`, why: `the heading was ${JSON.stringify(title)}: columns are added, moved or renamed` }]));
  if (header.length > 0) return { items: [], left: 0, problems: header.slice(0, 1) };
  const wanted = new Map(expected.items.map((item, at) => [frozenText(item.key, false), { item, number: expected.number(item, at) }]));
  const seen = new Map<string, number>();
  const [items, problems]: [ItemDecision[], CellProblem[]] = [[], []];
  let left = 0;
  for (const [number, row] of sheet.rows) {
    if (number === 1 || [...row.values()].every(({ text }) => text === '')) continue;
    const key = textAt(row, 1);
    const found = wanted.get(key);
    const earlier = seen.get(key);
    if (found === undefined) problems.push({ cell: `${name}!B${number}`, why: key === '' ? 'a row without a key' : 'no item of this workbook has this key: it was changed or added' });
    else if (earlier !== undefined) problems.push({ cell: `${name}!B${number}`, why: `the same item as in row ${earlier}` });
    if (found === undefined || earlier !== undefined) continue;
    seen.set(key, number);
    problems.push(...alteredIn(row, number, name, found, expected));
    const filled = filledIn(row, number, name, by);
    if ('cell' in filled) problems.push(filled);
    else if (filled.decision === null) left += 1;
    else items.push({ key: found.item.key, decision: filled.decision, reason: filled.reason });
  }
  for (const [key, { number }] of wanted) if (!seen.has(key)) problems.push({ cell: `${name}!A`, why: `the row of item ${number} (${key.slice(0, 120)}) is missing` });
  return { items, left, problems };
}

function alteredIn<T>(row: ReadonlyMap<string, CameBack>, number: number, name: string, found: { readonly item: T; readonly number: number }, { columns, ours }: Expected<T>): readonly CellProblem[] {
  const problems: CellProblem[] = [];
  const hold = (at: number, expected: string): void => {
    const cell = row.get(columnLetters(at));
    if (cell?.formula === true || (cell?.text ?? '') !== expected) problems.push({ cell: `${name}!${columnLetters(at)}${number}`, why: cell?.formula === true ? 'a formula stands where a frozen cell was' : `was altered: it was ${JSON.stringify(expected.slice(0, 80))}` });
  };
  hold(0, String(found.number));
  for (const [at, { cell }] of columns.entries()) hold(at + 2 + FILLED.length, frozenText(cell(found.item), ours));
  return problems;
}

/** What a person filled in; a decision of null: nothing. */
function filledIn(row: ReadonlyMap<string, CameBack>, number: number, name: string, by: string): { readonly decision: Decision | null; readonly reason: string } | CellProblem {
  const [decided, reason, who] = [textAt(row, 2).trim(), textAt(row, 3).trim(), textAt(row, 4).trim()];
  const at = (column: number, why: string): CellProblem => ({ cell: `${name}!${columnLetters(column)}${number}`, why });
  for (const column of [2, 3, 4]) if (row.get(columnLetters(column))?.formula === true) return at(column, 'a formula: write words');
  if (decided === '') return reason === '' ? { decision: null, reason: '' } : at(2, 'a reason without a decision');
  const decision = DECISIONS.find((word) => word === decided.toLowerCase());
  if (decision === undefined) return at(2, `${JSON.stringify(decided.slice(0, 40))} is none of ${DECISIONS.join(', ')}`);
  if (reason === '') return at(3, 'a decision without a reason');
  if (reason.length > MAX_REASON) return at(3, `is longer than ${MAX_REASON} characters`);
  if (who !== '' && !oneAndTheSame(who, by)) return at(4, `was decided by ${JSON.stringify(who.slice(0, 80))} and not by ${by}: each person's rows are imported in that person's name`);
  return { decision, reason: reason.toWellFormed() };
}

function textAt(row: ReadonlyMap<string, CameBack> | undefined, column: number): string {
  return row?.get(columnLetters(column))?.text ?? '';
}
