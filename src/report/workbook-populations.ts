// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { populationFile, POPULATION_FIELDS, readPopulation, type PopulationField, type PopulationName, type PopulationRow } from '../evidence/populations.ts';
import type { Instant } from '../model/instant.ts';
import { ageFormula, ageValue, idleAtMostSince, idleSince, momentOf, RECOMPUTED, type Places, type Recomputed } from './workbook-results.ts';
import { columnLetters, serialOf, type XlsxCell, type XlsxSheet } from './xlsx.ts';

const FIRST = ['number', 'unit', 'identity', 'credential id', 'created', 'age at as-of', 'last used', 'owner', 'purpose', 'status', 'page reference'];
const FIRST_FIELDS = ['number', 'unit', 'identity', 'credential_id', 'created', 'age_days', 'last_used', 'owner', 'purpose', 'status', 'page_reference'] as const;
/** Only these fields become dates: an identity may be named like a moment and stays text. */
const MOMENTS: ReadonlySet<PopulationField> = new Set(['created', 'last_used', 'created_not_before', 'expires']);
const WIDTHS = [8, 20, 30, 26, 20, 16, 24, 28, 28, 16, 60];
const REST = POPULATION_FIELDS.filter((field) => !FIRST_FIELDS.some((first) => first === field));

/** A population as a sheet: the columns that stay the same in each run, the results that cells compute, then everything else of the CSV file. */
export function populationSheet(dir: string, name: PopulationName, title: string, count: number, limits: ReadonlyMap<string, number>, asOf: Instant): XlsxSheet {
  const results = RECOMPUTED.filter(({ populations }) => populations.includes(name));
  const header = [...FIRST, ...results.map(({ check }) => `result: ${check}`), 'not used since', 'not used since, at the earliest', ...REST.map((field) => field.replaceAll('_', ' '))];
  return {
    name: title, header, frozenColumns: 4, printedColumns: FIRST.length + results.length, count,
    widths: header.map((_, index) => WIDTHS[index] ?? 22),
    async *rows() {
      for await (const row of readPopulation(join(dir, populationFile(name)))) yield (at: number) => cellsOf(row, at, results, limits, asOf);
    },
  };
}

function cellsOf(row: PopulationRow, at: number, results: readonly Recomputed[], limits: ReadonlyMap<string, number>, asOf: Instant): XlsxCell[] {
  const places = placesOf(at, results.length);
  const created = momentOf(row.created);
  // A creation before March 1900 stands as text, from which no cell can count: its age is then a number of its own.
  const age: XlsxCell = created !== null && serialOf(created) === null ? { type: 'number', value: Number(row.age_days) } : { type: 'formula', formula: ageFormula(places.created), value: ageValue(row, asOf) };
  return [
    { type: 'number', value: Number(row.number) },
    ...FIRST_FIELDS.slice(1).map((field) => (field === 'age_days' ? age : fieldCell(row, field))),
    ...results.map((result): XlsxCell => ({ type: 'formula', formula: result.formula(places), value: result.value(row, limits.get(result.check) ?? null, asOf) })),
    momentCell(idleSince(row)),
    momentCell(idleAtMostSince(row)),
    ...REST.map((field) => fieldCell(row, field)),
  ];
}

/** A moment as a UTC date cell; what is not known as the text that says so. */
function momentCell(text: string): XlsxCell {
  const milliseconds = momentOf(text);
  return milliseconds === null ? { type: 'text', text } : { type: 'date', milliseconds };
}

function fieldCell(row: PopulationRow, field: PopulationField): XlsxCell {
  return MOMENTS.has(field) ? momentCell(row[field]) : { type: 'text', text: row[field] };
}

function placesOf(at: number, results: number): Places {
  const first = (field: (typeof FIRST_FIELDS)[number]): string => `${columnLetters(FIRST_FIELDS.indexOf(field))}${at}`;
  const rest = (field: (typeof REST)[number]): string => `${columnLetters(FIRST.length + results + 2 + REST.indexOf(field))}${at}`;
  return {
    created: first('created'), age: first('age_days'), owner: first('owner'), purpose: first('purpose'), status: first('status'), idleSince: `${columnLetters(FIRST.length + results)}${at}`,
    idleAtMostSince: `${columnLetters(FIRST.length + results + 1)}${at}`, lastUsed: first('last_used'), kind: rest('kind'), createdNotBefore: rest('created_not_before'), responsibility: rest('responsibility'),
  };
}
