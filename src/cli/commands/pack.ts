// SPDX-License-Identifier: Apache-2.0
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { archivePaths, pagesFile } from '../../bundle/layout.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import { POPULATIONS, populationFile, readPopulation } from '../../evidence/populations.ts';
import { exactField } from '../../evidence/populations-row.ts';
import { readLog } from '../../evidence/read-log.ts';
import type { Signer } from '../../evidence/signer.ts';
import { findRows } from '../../inventory/find.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf, type Instant } from '../../model/instant.ts';
import type { Person } from '../../model/person.ts';
import { parsePageReference } from '../../model/reference.ts';
import type { Period } from '../../period/document.ts';
import { addToPack, type AddedRow } from '../../period/pack/add.ts';
import { composePack } from '../../period/pack/compose.ts';
import type { Requests } from '../../period/pack/format.ts';
import { tablesOf } from '../../period/pack/render.ts';
import { answerFile, readRequests } from '../../period/pack/requests.ts';
import { MAIL_LIMIT, zipFolder } from '../../period/pack/zip.ts';
import { periodSections } from '../../period/sections.ts';
import { NO_CONFIGURATION } from '../../scope/configuration.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { loadPeriod, periodDays } from '../load-period.ts';
import { momentOf } from '../moment.ts';
import { personFrom } from '../person.ts';
import { chooseSigner } from '../signing.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { isFile, isFolder } from '../what-stands.ts';
import { printPeriod } from './period.ts';

export interface PackCommandOptions {
  readonly from?: string; readonly to?: string; readonly out?: string; readonly organization?: string; readonly requests?: string; readonly by?: string; readonly approval?: string; readonly personKey?: string; readonly asOf?: string;
  readonly archive: string; readonly key?: string; readonly quiet?: boolean; readonly json?: boolean;
}

/** `rollcall pack`: makes, seals and logs what is handed over for a period. Exit 3 where the zip file is too large to mail. */
export async function pack(options: PackCommandOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const { from, to, out, organization } = options;
  if (from === undefined || to === undefined || out === undefined || organization === undefined) throw new InputError('pack', 'names no period, no folder or no organization', 'give --from, --to, --out and --organization');
  const days = periodDays({ from, to });
  await refuseExisting(out);
  const now = instantOf(Date.now());
  const found = await loadPeriod(options.archive, days, options.asOf === undefined ? now : momentOf(options.asOf, '--as-of'), (run) => terminal.status(`reading run ${run}`));
  terminal.status(null);
  const { signer } = await chooseSigner(terminal, options.archive, NO_CONFIGURATION.signing, options.key);
  const made = await makePack(terminal, { archive: options.archive, out, organization, period: found, requests: options.requests === undefined ? null : await requestsFrom(options.requests, found), preparedBy: await preparer(options, days, basename(out)), signer, madeAt: now });
  if (options.json === true) terminal.json({ ...made, period: { from, to }, unexplained: found.unexplained.length });
  else {
    printPeriod(terminal, found);
    terminal.out('');
    terminal.out(terminal.bold(`Pack: ${made.zip} (${made.bytes} bytes), and the same as a folder: ${out}`));
    terminal.out(`Its tag manifest: ${made.manifestSha256}. Give this digest, and the public key, to whoever gets the pack by another way.`);
  }
  if (made.bytes <= MAIL_LIMIT) return EXIT.ok;
  terminal.error(`The zip file has ${made.bytes} bytes, more than the ${MAIL_LIMIT} that commonly go by mail. Hand it over another way, or shorten the period.`);
  return EXIT.gap;
}

/** Composes, zips and logs a pack. The log tells of it before anybody has it. */
export async function makePack(terminal: Terminal, made: { readonly archive: string; readonly out: string; readonly organization: string; readonly period: Period; readonly requests: Requests | null; readonly preparedBy: Person | null; readonly signer: Signer; readonly madeAt: Instant }): Promise<{ readonly folder: string; readonly zip: string; readonly manifestSha256: string; readonly files: number; readonly bytes: number }> {
  const { archive, out, period, signer, madeAt } = made;
  const name = packName(out);
  const { log } = archivePaths(archive);
  try {
    terminal.status('making the pack');
    const { events } = await readLog(log);
    const { manifestSha256, files } = await composePack({ archive, out, name, organization: made.organization, tool: `rollcall ${VERSION}`, madeAt, preparedBy: made.preparedBy, period, requests: made.requests, events, signer });
    const zip = `${out}.zip`;
    const bytes = await zipFolder(out, name, zip);
    await appendEvent(log, { event: 'pack.made', at: madeAt, pack: name, from: period.from, to: period.to, manifestSha256, extends: null }, signer);
    return { folder: out, zip, manifestSha256, files, bytes };
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    await rm(`${out}.zip`, { force: true });
    throw error;
  } finally {
    terminal.status(null);
  }
}

async function preparer(options: PackCommandOptions, days: { readonly from: string; readonly to: string }, name: string): Promise<Person | null> {
  if (options.by === undefined) return null;
  return personFrom('--by', { name: options.by, approval: options.approval, key: options.personKey }, options.archive, () => ({ event: 'pack.made', at: instantOf(0), pack: name, ...days, manifestSha256: '0'.repeat(64), extends: null }));
}

async function requestsFrom(file: string, period: Period): Promise<Requests> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new InputError('--requests', `${file} cannot be read`, 'name a CSV file', { cause: error });
  }
  const tables = tablesOf(periodSections(period));
  return readRequests(file, bytes, (answer) => answerFile(answer, period, tables) !== null);
}

export interface PackAddOptions { readonly out: string; readonly runs?: readonly string[]; readonly rows?: readonly string[]; readonly archive: string; readonly key?: string; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall pack add PACK`: runs and rows that an auditor names, provable against the pack that they have. */
export async function packAdd(of: string, options: PackAddOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const [runs, rows] = [options.runs ?? [], options.rows ?? []];
  if (runs.length + rows.length === 0) throw new InputError('pack add', 'names neither runs nor rows', 'give --runs RUN or --rows RUN/credentials:17');
  if (!(await isFolder(of)) || !(await isFile(join(of, 'data/pack.json')))) throw new InputError('pack add', `${of} is not the folder of a pack`, 'name the folder that `rollcall pack` made');
  await refuseExisting(options.out);
  const { signer } = await chooseSigner(terminal, options.archive, NO_CONFIGURATION.signing, options.key);
  const madeAt = instantOf(Date.now());
  const named: AddedRow[] = [];
  for (const row of rows) named.push(await rowFrom(options.archive, row));
  try {
    const made = await addToPack({ archive: options.archive, pack: of, out: options.out, madeAt, tool: `rollcall ${VERSION}`, runs, rows: named, signer });
    const bytes = await zipFolder(options.out, packName(options.out), `${options.out}.zip`);
    if (options.json === true) terminal.json({ folder: options.out, zip: `${options.out}.zip`, zipBytes: bytes, ...made });
    else terminal.out(`${options.out}.zip (${bytes} bytes): whoever has the pack can check it with \`rollcall verify ${basename(options.out)} --pack ${basename(of)}\`.`);
    return EXIT.ok;
  } catch (error) {
    await rm(options.out, { recursive: true, force: true });
    await rm(`${options.out}.zip`, { force: true });
    throw error;
  }
}

async function rowFrom(archive: string, text: string): Promise<AddedRow> {
  const [, run = '', name = '', number = ''] = /^([0-9a-f-]{36})\/([a-z-]+):(\d{1,9})$/.exec(text) ?? [];
  const population = POPULATIONS.find((candidate) => candidate === name);
  if (population === undefined) throw new InputError('--rows', `${text} names no row`, `write RUN/population:number, with one of ${POPULATIONS.join(', ')}`);
  const bundle = join(archivePaths(archive).runs, run);
  if (!(await isFolder(bundle))) throw new InputError('--rows', `there is no run ${run} in ${archive}`, 'name a run of the archive');
  for await (const row of readPopulation(join(bundle, populationFile(population)))) {
    if (row.number !== number) continue;
    const key = exactField(row, 'key');
    const { identities, credentials } = await findRows(bundle, key);
    const found = [...identities, ...credentials].filter((one) => one.key === key);
    const references = [...new Set(found.flatMap(({ refs }) => refs))];
    const files = new Set(found.flatMap(({ unit, refs }) => refs.flatMap((reference) => {
      const parsed = parsePageReference(reference);
      return parsed === null ? [] : [pagesFile(unit, parsed.source)];
    })));
    return { run, population, number: Number(number), key, files: [...files].sort(), references };
  }
  throw new InputError('--rows', `${population} of run ${run} has no row ${number}`, 'its rows are numbered from 1');
}

async function refuseExisting(out: string): Promise<void> {
  if ((await isFolder(out)) || (await isFile(out)) || (await isFile(`${out}.zip`))) throw new InputError('--out', `${out} or ${out}.zip is there already`, 'name a folder that is not there yet');
}

/** A pack's name from its folder's. */
function packName(out: string): string {
  const name = basename(out).replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 64);
  return name === '' ? 'pack' : name;
}
