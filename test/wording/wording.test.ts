// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { lintWording, wordingFindings } from '../../tools/lint-wording.ts';
import { ALLOWED } from '../../tools/wording/allowed.ts';
import { WORDING_RULES } from '../../tools/wording/rules.ts';
import { codeSentences, proseSentences } from '../../tools/wording/sentences.ts';
import { temporaryFolder } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');

test('finds nothing in our own sentences, and did read them', async () => {
  const { sentences, findings } = await lintWording(ROOT);
  expect(findings).toEqual([]);
  expect(sentences).toBeGreaterThan(5000);
});

/** For each rule a sentence that it refuses, and one like it that says nothing too much. */
const PLANTED: readonly (readonly [rule: string, refused: string, kept: string])[] = [
  ['certified', 'Your organization is certified with one command.', 'A certificate of the server expires soon.'],
  ['certified', 'This report certifies that keys are rotated.', 'Certificates are listed with their expiry.'],
  ['compliant', 'All 12 accounts are compliant.', 'Each line is a Compliance Finding of OCSF.'],
  ['compliant', 'The compliance status is green.', 'Write the file into the folder compliance.'],
  ['compliant', 'Rollcall ensures compliance.', 'Rollcall complains of a missing file.'],
  ['soc-spelling', 'Ready for SOC II in a day.', 'Mapped to SOC 2® criteria by id.'],
  ['soc-spelling', 'Meets every SOC-2 control.', 'The mapping soc2-tsc has a version.'],
  ['soc-claim', 'Run it and pass your audit.', 'Each bundle passes through one seal.'],
  ['soc-claim', 'It passes SOC 2 without effort.', 'A SOC 2® criterion can only be supported.'],
  ['soc-claim', 'Evidence that is audit-ready.', 'The audit log is read.'],
  ['proof-against', 'A tamper-proof log.', 'Tampering leaves a trace.'],
  ['proof-against', 'The archive is audit-proof.', 'Proof of possession is a key.'],
  ['guaranteed', 'Completeness is guaranteed.', 'Nothing is promised.'],
  ['opinion', 'In our opinion the control works.', 'A reviewer decides.'],
  ['assurance', 'It gives reasonable assurance.', 'An in-toto attestation is signed.'],
  ['satisfied', 'This check satisfies CC6.1.', 'This check supports CC6.1.'],
  ['effective', 'The control was effective.', 'The schedule is effective from the first of May.'],
  ['effective', 'Operating effectiveness is shown.', 'The schedule takes effect in May.'],
];

test('every rule has a planted sentence', () => {
  expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(WORDING_RULES.map(({ name }) => name)));
});

test.each(PLANTED)('%s: refuses "%s" in prose and code, and keeps "%s"', (rule, refused, kept) => {
  for (const [path, text] of [['docs/x.md', `# Title\n\nFirst. ${refused} Last.\n`], ['src/report/x.ts', `\nconst first = 1;\nexport const text = '${refused}';\n`]] as const) {
    const found = wordingFindings(path.endsWith('.md') ? proseSentences(path, text) : codeSentences(path, text));
    expect(found.map((one) => one.rule)).toContain(rule);
    expect(found.every(({ line }) => line === 3), path).toBe(true);
  }
  expect(wordingFindings([...proseSentences('docs/x.md', kept), ...codeSentences('src/x.ts', `export const text = \`${kept}\`;`)])).toEqual([]);
});

test('a sentence is read whole: over line ends, values and joined parts, and told once', () => {
  expect(wordingFindings(proseSentences('x.md', 'Text.\n\nAll accounts are in\ncompliance.\n'))).toMatchObject([{ rule: 'compliant', line: 3 }]);
  const joined = "export const text = 'A log that is tamper-' +\n  'proof, ' + name + ` of ${count} units`;";
  expect(wordingFindings(codeSentences('x.ts', joined))).toMatchObject([{ rule: 'proof-against', message: expect.stringContaining('A log that is tamper-proof, ${…} of ${…} units') }]);
  expect(wordingFindings(codeSentences('x.ts', 'export const text = (name: string) => `${name} is ${name === "" ? "certified" : "listed"}`;'))).toMatchObject([{ rule: 'certified' }]);
});

test('names are not read: of modules, types, members, code in backticks, columns; nor is what companies of the fixtures are called', async () => {
  const named = "import { x } from './certified.ts';\nexport { y } from './compliant.ts';\nexport type State = 'satisfied' | 'guaranteed';\nexport const of = { 'opinion': x['certified'], column: 'effective' } satisfies object;";
  expect(wordingFindings(codeSentences('x.ts', named))).toEqual([]);
  expect(wordingFindings(proseSentences('x.md', 'From when it holds: `effective`. The state is `satisfied`.'))).toEqual([]);
  const root = await tree({ 'fixtures/company/names.ts': "export const NAME = 'certified-bot';\n" });
  expect((await lintWording(root, { atLeast: 1, allowed: [] })).findings).toEqual([]);
});

test('an allowed sentence passes as it stands and no further, and one that stands nowhere is a finding', () => {
  const sentences = proseSentences('x.md', 'It gives no opinion. It gives an opinion.');
  expect(wordingFindings(sentences, [{ sentence: 'It gives no opinion.' }])).toMatchObject([{ rule: 'opinion', message: expect.stringContaining('It gives an opinion.') }]);
  expect(wordingFindings(sentences, [{ sentence: 'It gives no opinion.' }, { sentence: 'It gives an opinion.' }, { sentence: 'It is certified.' }])).toMatchObject([{ rule: 'stale' }]);
  for (const { reason } of ALLOWED) expect(reason.length).toBeGreaterThan(8);
});

test('a word planted anywhere in a copy of the tree ends the command with 1 and its place; an empty tree is refused', async () => {
  for (const [path, text] of [['src/period/planted.ts', "export const said = 'This quarter was compliant.';\n"], ['docs/providers/planted.md', '# Here\n\nGuaranteed to be whole.\n'], ['SECURITY.md', 'A tamper-proof bundle.\n'], ['mappings/crosswalk.json', '{"rows": [{"check": "x", "rationale": "It satisfies the criterion."}]}']] as const) {
    const { findings } = await lintWording(await tree({ [path]: text }), { atLeast: 1, allowed: [] });
    expect(findings.map(({ path: at }) => at)).toEqual([path.replace(/json$/, 'js')]);
  }
  await expect(lintWording(await tree({}))).rejects.toThrow('sentences were found');
  const copy = await temporaryFolder();
  for (const path of ['src', 'scanners', 'docs', 'mappings', 'tools', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'package.json']) await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await writeFile(join(copy, 'README.md'), `${await readFile(join(copy, 'README.md'), 'utf8')}\nEvery run is certified.\n`);
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools/lint-wording.ts'), copy], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^README\.md:\d+: certified: "certified"/m);
});

/** A tree with nothing to refuse, and the files given. */
async function tree(files: { readonly [path: string]: string }): Promise<string> {
  const root = await temporaryFolder();
  const plain = { 'src/x.ts': 'export const x = 1;\n', 'scanners/x.ts': 'export const x = 1;\n', 'docs/x.md': 'Text.\n', 'README.md': 'Text.\n', 'CHANGELOG.md': '', 'CONTRIBUTING.md': '', 'SECURITY.md': '', 'tools/field-notes.ts': '', 'mappings/crosswalk.json': '{}', 'package.json': '{}' };
  for (const [path, text] of Object.entries({ ...plain, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
