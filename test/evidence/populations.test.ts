// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJsonLines, writeJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { POPULATION_COLUMNS } from '../../src/bundle/records.ts';
import { exactField } from '../../src/evidence/populations-row.ts';
import { populationFile, POPULATION_FIELDS, readPopulation, writePopulations, type PopulationFile, type PopulationName, type PopulationRow } from '../../src/evidence/populations.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import { allOf } from '../support/all-of.ts';
import { credentialSchema, identitySchema, type Credential, type Identity } from '../../src/model/row.ts';
import { HOSTILE_NAMES, SYNTHETIC_AS_OF, writeSyntheticBundle } from '../support/synthetic-bundle.ts';

let root = '';
let bundle = '';
let files: PopulationFile[] = [];
const identities = new Map<string, Identity>();
const credentials = new Map<string, Credential>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'populations-'));
  bundle = join(root, 'bundle');
  await writeSyntheticBundle(bundle, { credentials: 900, seed: 3, hostile: true });
  files = await writePopulations(bundle, SYNTHETIC_AS_OF);
  for await (const row of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) identities.set(row.key, row as Identity);
  for await (const row of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) credentials.set(row.key, row as Credential);
});
afterAll(async () => rm(root, { recursive: true }));

async function rowsOf(name: PopulationName, dir = bundle): Promise<PopulationRow[]> {
  return allOf(readPopulation(join(dir, populationFile(name))));
}
const keysOf = (rows: readonly PopulationRow[]): string[] => rows.map((row) => exactField(row, 'key'));

test('each population holds exactly the rows of the inventory that belong to it, ordered by key and numbered without gaps', async () => {
  const all = [...identities.values()];
  const expected = {
    principals: all.map(({ key }) => key),
    'non-human-identities': all.filter(({ classification }) => classification.class !== 'human').map(({ key }) => key),
    privileged: all.filter(({ privilege }) => privilege.status === 'unknown' || (privilege.status === 'known' && privilege.value.level === 'administrator')).map(({ key }) => key),
    credentials: [...credentials.keys()],
  };
  for (const file of files) {
    const rows = await rowsOf(file.name);
    expect(keysOf(rows)).toEqual(expected[file.name].sort(byCodeUnit));
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => String(index + 1)));
    expect(file.count).toBe(rows.length);
  }
  expect(expected.privileged.length).toBeGreaterThan(0);
  expect(expected['non-human-identities'].length).toBeLessThan(expected.principals.length);
});

test('the digest that is returned is that of the bytes, which begin with the columns every run has and hold no byte order mark', async () => {
  for (const { file, sha256 } of files) {
    const bytes = await readFile(join(bundle, file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    expect(bytes.toString('utf8').startsWith(`${POPULATION_COLUMNS.join(',')},`)).toBe(true);
    expect(bytes.toString('utf8').endsWith('\r\n')).toBe(true);
  }
});

test('nothing but the four files is left behind', async () => {
  expect((await readdir(join(bundle, BUNDLE.populations))).sort()).toEqual(['credentials.csv', 'non-human-identities.csv', 'principals.csv', 'privileged.csv']);
});

test('no cell is empty, and none begins as a formula, plain, after blanks or in full width', async () => {
  for (const { name } of files) {
    for (const row of await rowsOf(name)) {
      for (const field of POPULATION_FIELDS) {
        expect(row[field], `${name} ${row.number} ${field}`).not.toBe('');
        expect(row[field], `${name} ${row.number} ${field}`).not.toMatch(/^\s*[=+\-@＝＋－＠]/u);
        expect(row[field], `${name} ${row.number} ${field}`).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }
    }
  }
});

test('hostile names come back to the letter from the cells and what the row says of them', async () => {
  const seen = new Set<string>();
  for (const row of await rowsOf('principals')) {
    const identity = identities.get(exactField(row, 'key'));
    expect(exactField(row, 'identity')).toBe(identity?.name);
    expect(exactField(row, 'identity_id')).toBe(identity?.id);
    expect(row.neutralised.split(' ').includes('identity')).toBe(row.identity !== identity?.name);
    seen.add(identity?.name ?? '');
  }
  expect(HOSTILE_NAMES.filter((name) => !seen.has(name))).toEqual([]);
});

test('a credential carries its holder\'s name, class and owner; one of the unit says so; one whose holder no list has stays unknown', async () => {
  for (const row of await rowsOf('credentials')) {
    const credential = credentials.get(exactField(row, 'key'));
    expect(exactField(row, 'credential_id')).toBe(credential?.id);
    if (credential?.identity === null) {
      expect(row.identity).toBe('n/a: held by no identity that is listed');
      continue;
    }
    const holder = identities.get(credential?.identity ?? '');
    expect(exactField(row, 'identity')).toBe(holder?.name);
    expect(row.class).toBe(holder?.classification.class);
    const owner = holder?.owner;
    expect(row.owner).toBe(owner?.status === 'known' ? (owner.value?.owner ?? 'none') : `unknown: ${owner?.status === 'unknown' ? owner.cause : ''}`);
  }
  const dir = join(root, 'orphans');
  const [first, second] = [...credentials.values()].filter(({ identity }) => identity !== null);
  await writeJsonLines(join(dir, BUNDLE.identities), [...identities.values()].filter(({ key }) => key !== first?.identity));
  await writeJsonLines(join(dir, BUNDLE.credentials), [first, second]);
  await writePopulations(dir, SYNTHETIC_AS_OF);
  const rows = await rowsOf('credentials', dir);
  expect(rows.find((row) => row.key === first?.key)).toMatchObject({ identity: 'unknown: incomplete', class: 'unknown: incomplete', owner: 'unknown: incomplete' });
  expect(rows.find((row) => row.key === second?.key && second?.identity !== first?.identity)?.identity ?? 'the same holder').not.toBe('unknown: incomplete');
});

test('what is not known prints its cause, what does not apply its reason, and an age from a bound says that it is one', async () => {
  const rows = new Map((await rowsOf('credentials')).map((row) => [exactField(row, 'key'), row]));
  const kinds = new Set<string>();
  for (const [key, credential] of credentials) {
    const row = rows.get(key);
    const { created } = credential;
    if (created.status === 'unknown') {
      expect(row).toMatchObject({ created: `unknown: ${created.cause}`, age_days: `unknown: ${created.cause}`, created_basis: `unknown: ${created.cause}` });
      kinds.add('unknown');
    }
    if (created.status === 'known') {
      expect(row?.created).toBe(created.value.to);
      expect(row?.created_basis === 'exact').toBe(created.value.from === created.value.to);
      kinds.add(row?.created_basis ?? '');
    }
    if (credential.lastUsed.status === 'not_applicable') {
      expect(row?.last_used).toBe(`n/a: ${credential.lastUsed.reason}`);
      kinds.add('n/a');
    }
  }
  expect(kinds.size).toBe(5);
});

test('the order and the bytes are the same however the inventory came', async () => {
  const dir = join(root, 'other-order');
  await writeJsonLines(join(dir, BUNDLE.identities), [...identities.values()].reverse());
  await writeJsonLines(join(dir, BUNDLE.credentials), [...credentials.values()].reverse());
  expect(await writePopulations(dir, SYNTHETIC_AS_OF)).toEqual(files);
});
