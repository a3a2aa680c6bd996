// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESPONSIBILITY_STATEMENT } from '../../../src/bundle/records.ts';
import { filesOf } from '../../../src/evidence/bag.ts';
import { sha256 } from '../../../src/evidence/digest.ts';
import { EXIT } from '../../../src/cli/exit.ts';
import { exportRun } from '../../../src/cli/commands/export.ts';
import { scanCompany, type Archive } from '../../support/archive.ts';
import { exported, published } from '../../support/export-bundle.ts';
import { temporaryFolder } from '../../support/temp.ts';

let archive: Archive;
beforeAll(async () => {
  archive = await scanCompany();
}, 120_000);
afterAll(() => rm(archive.folder, { recursive: true }));

test.each(['oscal', 'ocsf', 'sarif'] as const)('a scan of four providers is a valid export as %s, the same twice, that says whose it is; the sealed run is as it was', async (format) => {
  const folder = await temporaryFolder();
  const before = await filesOf(archive.bundle);
  const [first, again] = [await exported(archive.bundle, format, join(folder, 'a')), await exported(archive.bundle, format, join(folder, 'b'))];
  for (const [name, text] of first.texts) {
    expect(again.texts.get(name) === text, name).toBe(true);
    expect(text).toContain(RESPONSIBILITY_STATEMENT.slice(0, 60));
    if (format === 'ocsf') {
      const lines = text.trimEnd().split('\n');
      for (const provider of ['aws', 'azure', 'google', 'kubernetes']) expect(lines.some((line) => line.includes(`"unit":"${provider}:`)), provider).toBe(true);
      const ajv = new Ajv2020({ strict: false });
      const validate = ajv.compile(JSON.parse(await readFile(join(import.meta.dirname, '../../conformance/schemas/ocsf-1.8.0-compliance_finding.json'), 'utf8')));
      for (const line of lines) expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true);
      const uids = lines.map((line) => (JSON.parse(line) as { finding_info: { uid: string } }).finding_info.uid);
      expect(new Set(uids).size, 'each finding has an id of its own').toBe(uids.length);
      continue;
    }
    const validate = await published(format === 'sarif' ? 'sarif-schema-2.1.0.json' : name.includes('plan') ? 'oscal_assessment-plan_schema.json' : 'oscal_assessment-results_schema.json');
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const ids = [...text.matchAll(/"(?:guid|uuid)":"([^"]+)","(?:description|title|methods|locations|props)/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
  expect(await filesOf(archive.bundle)).toEqual(before);
});

test('the command writes what it names with its digest, and refuses a folder inside the sealed run, a way there by a link too', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'out');
  const printed: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (text: string | Uint8Array): boolean => printed.push(String(text)) > 0;
  try {
    expect(await exportRun({ format: 'sarif', archive: archive.folder, out, json: true })).toBe(EXIT.ok);
  } finally {
    process.stdout.write = write;
  }
  const told = JSON.parse(printed.join('')) as { bundle: string; files: { file: string; sha256: string; bytes: number }[]; notes: string[] };
  const [file] = told.files;
  expect(told).toMatchObject({ bundle: archive.bundle, notes: [], files: [{ file: join(out, `${archive.run.run}.sarif`) }] });
  const text = await readFile(file?.file ?? '');
  expect([sha256(text), text.length]).toEqual([file?.sha256, file?.bytes]);
  const before = await filesOf(archive.bundle);
  await symlink(archive.bundle, join(folder, 'link'));
  for (const inside of [archive.bundle, join(archive.bundle, 'data', 'report'), join(archive.bundle, 'new'), join(folder, 'link', 'data')]) await expect(exportRun({ format: 'ocsf', archive: archive.folder, out: inside }), inside).rejects.toThrow('inside the sealed run');
  expect(await filesOf(archive.bundle)).toEqual(before);
});

test('without a run, and for one that is none, the command says what to do', async () => {
  const folder = await temporaryFolder();
  await expect(exportRun({ format: 'ocsf', archive: folder, out: join(folder, 'x') })).rejects.toThrow('there is no sealed run');
  await expect(exportRun({ format: 'ocsf', archive: folder, run: folder, out: join(folder, 'x') })).rejects.toThrow('is not the folder of a run');
});
