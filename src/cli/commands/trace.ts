// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { POPULATIONS, populationFile, readPopulation, type PopulationName, type PopulationRow } from '../../evidence/populations.ts';
import { exactField } from '../../evidence/populations-row.ts';
import { followReferences, type Followed } from '../../inventory/follow-reference.ts';
import { findRows } from '../../inventory/find.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

/** `rollcall trace ROW` and `rollcall trace --id ID`: from a row of a population to page, call and the provider's own command; and from an id at the source to its rows. */
export async function trace(row: string | undefined, options: { readonly id?: string; readonly run?: string; readonly archive: string; readonly json?: boolean }): Promise<ExitCode> {
  if ((row === undefined) === (options.id === undefined)) throw new InputError('trace', 'name either a row or an id', 'for example `rollcall trace credentials:17` or `rollcall trace --id AKIAIOSFODNN7EXAMPLE`');
  const terminal = processTerminal({ quiet: false });
  const named = row === undefined ? null : parseRow(row);
  const bundle = await chosenRun(options);
  return readingBundle(bundle, () => (named === null ? traceId(terminal, bundle, options.id ?? '', options.json === true) : traceRow(terminal, bundle, named, options.json === true)));
}

interface NamedRow { readonly name: PopulationName; readonly number: number }

function parseRow(text: string): NamedRow {
  const match = /^([a-z-]+)[:/](\d{1,9})$/.exec(text);
  const name = POPULATIONS.find((population) => population === match?.[1]);
  if (match === null || name === undefined) throw new InputError('trace', `${text} names no row`, `write population:number, with one of ${POPULATIONS.join(', ')}`);
  return { name, number: Number(match[2]) };
}

async function traceRow(terminal: Terminal, bundle: string, { name, number }: NamedRow, asJson: boolean): Promise<ExitCode> {
  const row = await rowOf(bundle, name, number);
  if (row === null) throw new InputError('trace', `${name} has no row ${number}`, `its rows are numbered from 1 in ${populationFile(name)}`);
  const key = exactField(row, 'key');
  const { identities, credentials } = await findRows(bundle, key);
  const references = [...identities, ...credentials].flatMap(({ refs }) => refs);
  const { followed, problems } = await followReferences(bundle, references, PROVIDERS);
  if (asJson) terminal.json({ bundle, population: name, number: Number(row.number), key, followed, problems });
  else {
    terminal.out(terminal.bold(`${name}:${row.number} ${printable(key)}`));
    for (const one of followed) describe(terminal, one);
  }
  for (const problem of problems) terminal.error(printable(problem));
  return problems.length === 0 ? EXIT.ok : EXIT.finding;
}

async function traceId(terminal: Terminal, bundle: string, id: string, asJson: boolean): Promise<ExitCode> {
  const { identities, credentials } = await findRows(bundle, id);
  const keys = new Set([...identities, ...credentials].map(({ key }) => key));
  const rows: { readonly population: PopulationName; readonly number: number; readonly key: string }[] = [];
  for (const population of POPULATIONS) {
    for await (const row of readPopulation(join(bundle, populationFile(population)))) {
      const key = exactField(row, 'key');
      if (keys.has(key)) rows.push({ population, number: Number(row.number), key });
    }
  }
  if (rows.length === 0) throw new InputError('trace', `no row of ${bundle} bears the id ${id}`, 'either it was not there when the scan ran, or it lies in what could not be read: see data/coverage.json');
  const { followed, problems } = await followReferences(bundle, [...identities, ...credentials].flatMap(({ refs }) => refs), PROVIDERS);
  if (asJson) terminal.json({ bundle, id, rows, followed, problems });
  else {
    for (const row of rows) terminal.out(`${row.population}:${row.number}  ${printable(row.key)}`);
    for (const one of followed) describe(terminal, one);
  }
  for (const problem of problems) terminal.error(printable(problem));
  return problems.length === 0 ? EXIT.ok : EXIT.finding;
}

async function rowOf(bundle: string, name: PopulationName, number: number): Promise<PopulationRow | null> {
  for await (const row of readPopulation(join(bundle, populationFile(name)))) if (row.number === String(number)) return row;
  return null;
}

function describe(terminal: Terminal, { reference, file, line, found, call, command }: Followed): void {
  const show = (name: string, value: string): void => terminal.out(`  ${name.padEnd(14)} ${printable(value)}`);
  terminal.out('');
  show('page', reference);
  show('file', `${file}, line ${line} (gunzip first)`);
  show('call', `${call.service} ${call.operation} ${JSON.stringify(call.parameters)}`);
  show('answered', `${call.outcome} at ${call.providerTime ?? call.startedAt}, request ${call.requestId ?? '(no id)'}`);
  show('same record', command);
  show('kept there', JSON.stringify(found).slice(0, 2000));
}
