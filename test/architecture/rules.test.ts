// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lintArchitecture } from '../../tools/lint-architecture.ts';
import { parseModule, readModules, type Module } from '../../tools/architecture/modules.ts';
import { findings, type Finding, type Rule } from '../../tools/architecture/rules.ts';
import { temporaryFolder } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');
const LICENCE = '// SPDX-License-Identifier: Apache-2.0\n';

let tree: readonly Module[] = [];
let before: readonly Finding[] = [];
beforeAll(async () => {
  tree = await readModules(ROOT);
  before = findings(tree);
});

it('finds nothing in the real tree, and did look at it', async () => {
  const { modules, findings: found } = await lintArchitecture(ROOT);
  expect(found).toEqual([]);
  expect(modules).toBeGreaterThan(150);
});

it('refuses to call a tree clean that it did not see', async () => {
  const empty = await temporaryFolder();
  for (const folder of ['src', 'scanners', 'fixtures']) await mkdir(join(empty, folder));
  await expect(lintArchitecture(empty)).rejects.toThrow('only 0 modules');
});

/** A file that breaks one rule, put into the real tree. */
const VIOLATIONS: readonly { readonly rule: Rule; readonly path: string; readonly text: string; readonly what: string }[] = [
  { rule: 'order', what: 'model imports a later stage', path: 'src/model/zz.ts', text: "import type { Check } from '../checks/define.ts';\nexport type Z = Check;" },
  { rule: 'order', what: 'a check imports the collector', path: 'src/checks/zz.ts', text: "import { readFully } from '../collect/read.ts';\nexport const z = readFully;" },
  { rule: 'order', what: 'a source imports the engine', path: 'scanners/aws/sources/zz.ts', text: "export { z } from '../../../src/collect/lane.ts';" },
  { rule: 'order', what: 'verify imports the collector', path: 'src/verify/zz.ts', text: "import '../collect/lane.ts';" },
  { rule: 'order', what: 'the product imports its tests', path: 'src/cli/zz.ts', text: "import '../../test/support/temp.ts';" },
  { rule: 'order', what: 'a command other than demo imports the fixtures', path: 'src/cli/commands/zz.ts', text: "await import('../../../fixtures/company/company.ts');" },
  { rule: 'order', what: 'only a type goes back, in an inline import', path: 'src/model/zz.ts', text: "export type Z = import('../checks/define.ts').Check;" },
  { rule: 'stage', what: 'a folder that has no place', path: 'src/helpers/zz.ts', text: 'export const z = 1;' },
  { rule: 'sdk', what: 'a source imports an SDK', path: 'scanners/aws/sources/zz.ts', text: "import { IAMClient } from '@aws-sdk/client-iam';\nexport const z = IAMClient;" },
  { rule: 'sdk', what: 'types in braces keep the import alive', path: 'scanners/aws/sources/zz.ts', text: "import { type User } from '@aws-sdk/client-iam';\nexport type Z = User;" },
  { rule: 'sdk', what: 'a command loads an SDK when it runs', path: 'src/cli/commands/zz.ts', text: "await import('@aws-sdk/client-sts');" },
  { rule: 'sdk', what: 'the collector knows an SDK type', path: 'src/collect/zz.ts', text: "import type { User } from '@aws-sdk/client-iam';\nexport type Z = User;" },
  { rule: 'client', what: 'a provider loads its client at once', path: 'scanners/zz/index.ts', text: "import { connect } from './client.ts';\nexport const z = connect;" },
  { rule: 'client', what: 'a command loads a client past its provider', path: 'src/cli/commands/zz.ts', text: "await import('../../../scanners/aws/client.ts');" },
  { rule: 'computed-import', what: 'an import that only running shows', path: 'src/inventory/zz.ts', text: 'export function z(name: string): Promise<unknown> { return import(name); }' },
  { rule: 'offline', what: 'derivation reaches a client through another file', path: 'src/derive/zz.ts', text: "import '../checks/zz-link.ts';" },
  { rule: 'impure-import', what: 'a pure file loads one that reads the world', path: 'src/evidence/zz.ts', text: "import { fileSigner } from './signer.ts';\nexport const z = fileSigner;" },
  { rule: 'builtin', what: 'a report opens a socket', path: 'src/report/zz.ts', text: "import net from 'node:net';\nexport const z = net;" },
  { rule: 'builtin', what: 'evidence speaks http', path: 'src/evidence/zz.ts', text: "import { request } from 'node:https';\nexport const z = request;" },
  { rule: 'clock', what: 'Date.now', path: 'src/checks/zz.ts', text: 'export const z = (): number => Date.now();' },
  { rule: 'clock', what: 'new Date without argument', path: 'src/inventory/zz.ts', text: 'export const z = (): Date => new Date();' },
  { rule: 'clock', what: 'Date called as a function', path: 'src/report/zz.ts', text: 'export const z = (): string => Date();' },
  { rule: 'clock', what: 'Date.now in brackets', path: 'scanners/aws/zz.ts', text: "export const z = (): number => Date['now']();" },
  { rule: 'clock', what: 'the performance clock', path: 'src/verify/zz.ts', text: 'export const z = (): number => performance.now();' },
  { rule: 'randomness', what: 'Math.random', path: 'src/model/zz.ts', text: 'export const z = (): number => Math.random();' },
  { rule: 'randomness', what: 'a random id', path: 'src/bundle/zz.ts', text: "import { randomUUID } from 'node:crypto';\nexport const z = (): string => randomUUID();" },
  { rule: 'locale', what: 'localeCompare', path: 'src/evidence/zz.ts', text: "export const z = ['b', 'a'].sort((a, b) => a.localeCompare(b));" },
  { rule: 'locale', what: 'toLocaleString', path: 'src/report/zz.ts', text: 'export const z = (1234).toLocaleString();' },
  { rule: 'locale', what: 'Intl', path: 'src/report/zz.ts', text: 'export const z = new Intl.Collator();' },
  { rule: 'locale', what: 'hours of the machine', path: 'src/checks/zz.ts', text: 'export const z = (at: Date): number => at.getHours();' },
  { rule: 'environment', what: 'process.env', path: 'scanners/aws/zz.ts', text: "export const z = process.env['HOME'];" },
  { rule: 'network', what: 'fetch', path: 'src/verify/zz.ts', text: "export const z = (): Promise<unknown> => fetch('https://example.com');" },
  { rule: 'unordered', what: 'a folder as the disk lists it', path: 'src/evidence/zz.ts', text: "import { readdir } from 'node:fs/promises';\nexport async function z(dir: string): Promise<string[]> { return await readdir(dir); }" },
  { rule: 'module-state', what: 'a variable of the module', path: 'src/collect/zz.ts', text: 'export let z = 0;' },
];

describe('a violating file added to the tree is found, and nothing else is', () => {
  it.each(VIOLATIONS)('$rule: $what', ({ rule, path, text }) => {
    const link = rule === 'offline' ? [parseModule('src/checks/zz-link.ts', `${LICENCE}import '../../scanners/aws/client.ts';\n`)] : [];
    const found = findings([...tree, parseModule(path, `${LICENCE}${text}\n`), ...link]);
    expect(found.filter((finding) => finding.path === path || finding.path === 'src/checks/zz-link.ts').map((finding) => finding.rule)).toContain(rule);
    expect(found.filter((finding) => finding.path !== path && finding.path !== 'src/checks/zz-link.ts')).toEqual(before);
  });
});

it('ends the command with 1 and names file, line and rule in a copy that breaks one', async () => {
  const copy = await temporaryFolder();
  for (const folder of ['src', 'scanners', 'fixtures']) await cp(join(ROOT, folder), join(copy, folder), { recursive: true });
  await writeFile(join(copy, 'src/checks/zz.ts'), `${LICENCE}export const z = (): number => Date.now();\n`);
  const ended = spawnSync(process.execPath, [join(ROOT, 'tools/lint-architecture.ts'), copy], { encoding: 'utf8' });
  expect(ended.status).toBe(1);
  expect(ended.stdout).toContain('src/checks/zz.ts:2: clock: ');
});

describe('what is allowed stays allowed', () => {
  it.each([
    ['the type of an SDK in a source', 'scanners/aws/sources/zz.ts', "import type { User } from '@aws-sdk/client-iam';\nexport type Z = User;"],
    ['a moment made from a number', 'src/model/zz.ts', 'export const z = (ms: number): string => new Date(ms).toISOString();'],
    ['a clock in the collector', 'src/collect/zz.ts', 'export const z = (): number => Date.now();'],
    ['a member that is called process', 'src/checks/zz.ts', 'export const z = (o: { process: string }): string => o.process;'],
    ['a folder sorted in the same function', 'src/evidence/zz.ts', "import { readdir } from 'node:fs/promises';\nexport async function z(dir: string): Promise<string[]> { return (await readdir(dir)).sort(); }"],
    ['a word in a text', 'src/report/zz.ts', "export const z = 'new Date() and process.env';"],
  ])('%s', (_what, path, text) => {
    expect(findings([parseModule(path, `${LICENCE}${text}\n`)])).toEqual([]);
  });

  it('a file without the licence line is the sample that breaks that rule', () => {
    expect(findings([parseModule('src/model/zz.ts', 'export const z = 1;\n')]).map(({ rule }) => rule)).toEqual(['licence-line']);
  });
});

it('names the file that does not parse', () => {
  expect(() => parseModule('src/model/zz.ts', 'export const = ;')).toThrow('src/model/zz.ts: does not parse');
});
