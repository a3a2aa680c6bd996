// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Following } from './by-unit.ts';
import { documentParts } from './document.ts';
import { readRecords } from './read-bundle.ts';
import { readSubjects } from './subjects.ts';
import { readUnitReads } from './unit-reads.ts';

/**
 * Rows of a table that the page holds: what a browser opens in a few seconds, and what can be joined in memory with the
 * estate's size out of the sum. Beyond it the page says how many stand in the CSV files only.
 */
const ROW_LIMIT = 60_000;

/** `rowLimit`: rows of identities, and of credentials, that the page may hold. */
export interface HtmlOptions { readonly rowLimit?: number }

/**
 * Writes the report as one HTML file that asks nothing of any network. Reads run, scope, coverage, evidence, inventory and
 * verdicts of the bundle's folder and nothing else; equal files give equal bytes with one zlib (see comparable.ts). Fails
 * where the file exists, and with a BundleFormatError that names the file which does not fit.
 */
export async function writeHtmlReport(bundleDir: string, outFile: string, options: HtmlOptions = {}): Promise<void> {
  const known = await readRecords(bundleDir);
  const following = new Following(known.coverage.units.map(({ unit }) => unit));
  const records = { ...known, unitReads: await readUnitReads(bundleDir, known.coverage.units, following) };
  const unitNames = new Map(records.coverage.units.flatMap(({ unit, name }) => (name === null ? [] : [[unit, name] as const])));
  const subjects = await readSubjects(bundleDir, records.run.asOf, unitNames, following, options.rowLimit ?? ROW_LIMIT);
  await mkdir(dirname(outFile), { recursive: true });
  await pipeline(Readable.from(documentParts(records, subjects, following)), createWriteStream(outFile, { flags: 'wx' }));
}
