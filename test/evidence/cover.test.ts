// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { coverageSchema, RESPONSIBILITY_STATEMENT, runSchema, scopeSchema } from '../../src/bundle/records.ts';
import { coverText, type CoverInputs } from '../../src/evidence/cover.ts';
import { shellBlocks } from '../../tools/shell-blocks.ts';
import { put, sealedBundle, type SmallBundle } from '../support/small-bundle.ts';
import { HOSTILE_NAMES, writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);

async function inputs(): Promise<CoverInputs> {
  const folder = await temporaryFolder();
  await writeSyntheticBundle(folder, { credentials: 6, seed: 3, units: 2 });
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'));
  return { run: runSchema.parse(await read(BUNDLE.run)), scope: scopeSchema.parse(await read(BUNDLE.scope)), coverage: coverageSchema.parse(await read(BUNDLE.coverage)), populations: [{ name: 'credentials', file: 'data/populations/credentials.csv', count: 6, sha256: 'ab'.repeat(32) }] };
}

describe('the cover', () => {
  test('says what, when, by whom, over what, what it comes to and what is missing', async () => {
    const given = await inputs();
    const text = coverText(given);
    for (const part of [RESPONSIBILITY_STATEMENT, given.run.run, given.run.startedAt, given.run.finishedAt, 'We have no list of all accounts; management says these are all.', 'arn:aws:sts::111122223333:assumed-role/rollcall/scan', 'credentials: 6 rows, `data/populations/credentials.csv`', 'decoded and redacted']) expect(text).toContain(part);
    for (const { unit, outcome } of given.coverage.units) expect(text).toMatch(new RegExp(`\\| ${unit} \\|.*\\| ${outcome.replaceAll('_', ' ')} \\|`));
    for (const { operation, outcome } of given.coverage.gaps) expect(text).toContain(`${operation} ended ${outcome}`);
    for (const { text: spot } of given.coverage.blindSpots) expect(text).toContain(spot);
    for (const { unit, human, nonHuman, both, undecided, listed } of given.coverage.principals) expect(text).toContain(`| ${unit} | ${human} | ${nonHuman} | ${both} | ${undecided} | ${listed} | ${listed} | yes |`);
  });

  test('adds units up only where there are several, and counts of providers only where each has one', async () => {
    const given = await inputs();
    const row = { unit: 'aws:111122223333', human: 1, nonHuman: 4, both: 0, undecided: 2, listed: 7, controlTotal: 7, ties: 'yes' as const };
    const other = { unit: 'kubernetes:a', human: 0, nonHuman: 3, both: 1, undecided: 0, listed: 4, controlTotal: 4, ties: 'yes' as const };
    const told = (...principals: typeof given.coverage.principals): string | null => /^\| \*all units\*.*$/m.exec(coverText({ ...given, coverage: { ...given.coverage, principals } }))?.[0] ?? null;
    expect(told(row)).toBeNull();
    expect(told(row, other)).toBe('| *all units* | 1 | 7 | 1 | 2 | 11 | 11 | yes |');
    expect(told(row, { ...other, controlTotal: null, ties: 'cannot say' })).toBe('| *all units* | 1 | 7 | 1 | 2 | 11 | not read | cannot say |');
    expect(told(row, { ...other, controlTotal: 5, ties: 'no' }, { ...other, unit: 'kubernetes:b', ties: 'cannot say' })).toMatch(/\| 16 \| no \|$/);
  });

  test('names the provider of each blind spot', async () => {
    const given = await inputs();
    const text = coverText({ ...given, coverage: { ...given.coverage, blindSpots: [{ provider: 'aws', text: 'One.' }, { provider: 'kubernetes', text: 'Two.' }, { provider: 'aws', text: 'Three.' }] } });
    expect(text).toContain('\naws:\n\n- One.\n- Three.\n\nkubernetes:\n\n- Two.\n');
    expect(coverText({ ...given, coverage: { ...given.coverage, blindSpots: [] } })).toContain('## What no interface shows\n\nNone stated.\n');
  });

  test('claims nothing that is not so', async () => {
    const text = coverText(await inputs());
    expect(text.replace(RESPONSIBILITY_STATEMENT, '')).not.toMatch(/verbatim|certif|complian|opinion|guarantee|audit-proof|satisf/i);
  });

  test('counts nothing that could not be read as none', async () => {
    const given = await inputs();
    const blank = { ...given, coverage: { ...given.coverage, controlTotals: given.coverage.controlTotals.map((total) => ({ ...total, before: null, after: null, listed: null })), principals: given.coverage.principals.map((row) => ({ ...row, controlTotal: null, ties: 'cannot say' as const })) } };
    const text = coverText(blank);
    expect(text.match(/\| not read \| not read \| not read \|/g)).toHaveLength(given.coverage.controlTotals.length);
    // One more for all units together.
    expect(text.match(/\| not read \| cannot say \|/g)).toHaveLength(given.coverage.principals.length + 1);
    expect(coverText({ ...given, coverage: { ...given.coverage, gaps: [] } })).toContain('Nothing that was due.');
  });

  test.each(HOSTILE_NAMES.filter((name) => name !== '').map((name) => [name]))('keeps %j to its cell', async (name) => {
    const given = await inputs();
    const [first, ...units] = given.coverage.units;
    const [gap, ...gaps] = given.coverage.gaps;
    if (first === undefined || gap === undefined) throw new Error('no unit or gap');
    const text = coverText({ ...given, scope: { ...given.scope, statement: name }, coverage: { ...given.coverage, units: [{ ...first, name }, ...units], gaps: [{ ...gap, parent: name, blanks: name }, ...gaps] } });
    const plain = coverText({ ...given, scope: { ...given.scope, statement: 'x' }, coverage: { ...given.coverage, units: [{ ...first, name: 'x' }, ...units], gaps: [{ ...gap, parent: 'x', blanks: 'x' }, ...gaps] } });
    expect(text.split('\n')).toHaveLength(plain.split('\n').length);
    // Nothing but a line feed acts, and no bar, bracket or tick of the name's own stands bare.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u);
    const bare = (page: string): number => page.replace(/\\./g, '').match(/[|<>[\]`]/g)?.length ?? 0;
    expect(bare(text)).toBe(bare(plain));
  });
});

// bash takes a pipe on standard input for a remote login, and would read the user's own settings.
describe.each([['bash', ['--norc']], ['dash', []]] as const)('the cover’s commands, under %s', (shell, flags) => {
  async function received(): Promise<SmallBundle & { readonly blocks: readonly string[] }> {
    const small = await sealedBundle();
    await writeFile(join(small.bundle, 'signing-key.pub.pem'), small.signer.publicKeyPem);
    return { ...small, blocks: shellBlocks(coverText(await inputs())) };
  }

  async function follow({ bundle, blocks }: { readonly bundle: string; readonly blocks: readonly string[] }, block: number): Promise<readonly [number, string]> {
    const work = await temporaryFolder();
    try {
      const { stdout, stderr } = await run(shell, [...flags, '-c', blocks[block] ?? 'exit 9'], { cwd: bundle, env: { PATH: process.env['PATH'], LC_ALL: 'C', TMPDIR: work } });
      return [0, stdout + stderr];
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return [code, stdout + stderr];
    }
  }

  test('say nothing against files that are as they were sealed, and know the seal', async () => {
    const small = await received();
    expect(await follow(small, 0)).toEqual([0, '']);
    const [code, said] = await follow(small, 1);
    expect([code, said]).toEqual([0, expect.stringMatching(/Signature Verified Successfully[\s\S]*the statement is over this tag manifest/)]);
  });

  test.each<readonly [string, (bundle: string) => Promise<unknown>, RegExp]>([
    ['a changed file', (bundle) => appendFile(join(bundle, BUNDLE.cover), ' '), /data\/README\.md: FAILED/],
    ['a missing file', (bundle) => rm(join(bundle, BUNDLE.cover)), /data\/README\.md/],
    ['a file that was added', (bundle) => put(bundle, 'data/populations/all clear.csv', ''), /^extra: data\/populations\/all clear\.csv$/m],
    ['a changed manifest', (bundle) => appendFile(join(bundle, BUNDLE.info), 'More: yes\n'), /bag-info\.txt: FAILED/],
  ])('name %s and end in failure', async (_, change, expected) => {
    const small = await received();
    await change(small.bundle);
    const [code, said] = await follow(small, 0);
    expect(code).not.toBe(0);
    expect(said).toMatch(expected);
  });
});
