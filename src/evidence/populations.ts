// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Instant } from '../model/instant.ts';
import { credentialSchema, identitySchema, type Credential, type Identity } from '../model/row.ts';
import { csvLine, openCsv, type CsvWriter } from './populations-csv.ts';
import { credentialDraft, exactField, holderCells, identityDraft, POPULATION_FIELDS, readPopulation, UNIT_HOLDER, UNLISTED_HOLDER, type Draft, type PopulationRow } from './populations-row.ts';
import { sortedByKey, type KeyedLine } from './populations-sort.ts';

export type { PopulationField, PopulationRow } from './populations-row.ts';
export { POPULATION_FIELDS, readPopulation } from './populations-row.ts';

export const POPULATIONS = ['principals', 'non-human-identities', 'credentials', 'privileged'] as const;
export type PopulationName = (typeof POPULATIONS)[number];

/** A population as it was written: `file` relative to the bundle, digest of its bytes in hex, rows without the header. */
export interface PopulationFile { readonly name: PopulationName; readonly file: string; readonly sha256: string; readonly count: number }

/** What belongs to each population, in the words of the workbook and of whoever asks. */
export const POPULATION_RULES: { readonly [name in PopulationName]: string } = {
  principals: 'Every principal that was listed, in all four classes: human, non-human, both, undecided.',
  'non-human-identities': 'Principals of the classes non-human, both and undecided. Only those that a rule or a declaration makes human are left out.',
  credentials: 'Every credential that was listed, those of human principals too, since the provider\'s own totals count all of them; the column class says who holds it, and a credential of the unit itself has no holder.',
  privileged: 'Principals of every class whose rights were read as standing administration, and those whose rights could not be read.',
};

/** Path of a population's file, relative to the bundle. */
export function populationFile(name: PopulationName): string {
  return `${BUNDLE.populations}/${name}.csv`;
}

/**
 * Writes the populations of a bundle from its inventory, one CSV file each, rows ordered by key and numbered from 1. `dir` is the folder that
 * holds `data/inventory` and gets `data/populations`. Memory does not grow with the number of rows. Fails where a file exists already.
 */
export async function writePopulations(dir: string, asOf: Instant): Promise<PopulationFile[]> {
  const folder = join(dir, BUNDLE.populations);
  await mkdir(folder, { recursive: true });
  const open = (name: PopulationName): NumberedFile => new NumberedFile(name, openCsv(join(dir, populationFile(name))));
  const [principals, nonHuman, privileged] = [open('principals'), open('non-human-identities'), open('privileged')];
  for (const file of [principals, nonHuman, privileged]) await file.begin();
  for await (const { line } of sortedByKey(identities(dir, asOf), join(folder, '.sorting-identities'))) {
    const record = line.slice(2);
    await principals.add(record);
    if (line[0] === IN) await nonHuman.add(record);
    if (line[1] === IN) await privileged.add(record);
  }
  const first = await principals.end();
  const credentials = open('credentials');
  await credentials.begin();
  for await (const { line } of sortedByKey(withHolders(dir, asOf), join(folder, '.sorting-credentials'))) await credentials.add(line);
  return [first, await nonHuman.end(), await credentials.end(), await privileged.end()];
}

const IN = '+';
const OUT = '-';

/** Records of all identities; in front of each stands whether it is non-human, then whether it is privileged. */
async function* identities(dir: string, asOf: Instant): AsyncGenerator<KeyedLine> {
  for await (const row of readJsonLines(join(dir, BUNDLE.identities), identitySchema)) {
    const identity = row as Identity;
    const { privilege } = identity;
    const privileged = privilege.status === 'unknown' || (privilege.status === 'known' && privilege.value.level === 'administrator');
    yield { key: identity.key, line: `${identity.classification.class === 'human' ? OUT : IN}${privileged ? IN : OUT}${recordOf(identityDraft(identity, asOf))}` };
  }
}

async function* byHolder(dir: string): AsyncGenerator<KeyedLine> {
  for await (const row of readJsonLines(join(dir, BUNDLE.credentials), credentialSchema)) yield { key: row.identity ?? '', line: JSON.stringify(row) };
}

/** A row's record but for its number; cells hold no line break, so neither does it until its end. */
function recordOf(draft: Draft): string {
  return csvLine(POPULATION_FIELDS.flatMap((field) => (field === 'number' ? [] : [draft[field]]))).slice(0, -2);
}

/** Credentials joined with their holders by walking both in the order of the holder's key, so that neither is held in memory. */
async function* withHolders(dir: string, asOf: Instant): AsyncGenerator<KeyedLine> {
  const holders = readPopulation(join(dir, populationFile('principals')));
  let holder: { key: string; row: PopulationRow } | null = null;
  let ended = false;
  try {
    for await (const { key, line } of sortedByKey(byHolder(dir), join(dir, BUNDLE.populations, '.sorting-holders'))) {
      const credential = JSON.parse(line) as Credential;
      while (!ended && credential.identity !== null && (holder === null || holder.key < key)) {
        const next = await holders.next();
        if (next.done === true) ended = true;
        else holder = { key: exactField(next.value, 'key'), row: next.value };
      }
      const cells = credential.identity === null ? UNIT_HOLDER : holder?.key === key ? holderCells(holder.row) : UNLISTED_HOLDER;
      yield { key: credential.key, line: recordOf(credentialDraft(credential, cells, asOf)) };
    }
  } finally {
    await holders.return(undefined);
  }
}

/** A population file that numbers its rows. */
class NumberedFile {
  readonly #name: PopulationName;
  readonly #csv: CsvWriter;
  #count = 0;
  constructor(name: PopulationName, csv: CsvWriter) {
    this.#name = name;
    this.#csv = csv;
  }
  async begin(): Promise<void> {
    await this.#csv.write(csvLine(POPULATION_FIELDS));
  }
  async add(record: string): Promise<void> {
    this.#count += 1;
    await this.#csv.write(`${this.#count},${record}\r\n`);
  }
  async end(): Promise<PopulationFile> {
    const { sha256 } = await this.#csv.close();
    return { name: this.#name, file: populationFile(this.#name), sha256, count: this.#count };
  }
}
