// SPDX-License-Identifier: Apache-2.0
// Run as a program, in the time zone and locale that its parent sets: `derive-workbook.ts FOLDER` makes bundle, populations and workbook there.
import { join } from 'node:path';
import { writePopulations } from '../../src/evidence/populations.ts';
import { writeWorkbook } from '../../src/report/workbook.ts';
import { SYNTHETIC_AS_OF, writeSyntheticBundle } from './synthetic-bundle.ts';

const [folder = ''] = process.argv.slice(2);
await writeSyntheticBundle(folder, { credentials: 200, seed: 5, hostile: true });
const populations = await writePopulations(folder, SYNTHETIC_AS_OF);
await writeWorkbook(folder, join(folder, 'populations.xlsx'));
process.stdout.write(JSON.stringify({ populations, zone: new Date(Date.parse(SYNTHETIC_AS_OF)).toString(), locale: (1234.5).toLocaleString() }));
