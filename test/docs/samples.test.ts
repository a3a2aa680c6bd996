// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { findings } from '../../tools/architecture/rules.ts';
import { parseModule } from '../../tools/architecture/modules.ts';
import { shellBlocks } from '../../tools/shell-blocks.ts';
import { temporaryFolder } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Sample { readonly path: string; readonly text: string }

/** The ```ts blocks of a page, each under a line `<!-- file: PATH -->` that says where it would stand. */
async function samplesOf(page: string): Promise<readonly Sample[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  const samples = [...text.matchAll(/<!-- file: (\S+) -->\n```ts\n([\s\S]*?)```/g)].map(([, path = '', body = '']) => ({ path, text: body }));
  expect(samples).toHaveLength(text.match(/```ts\n/g)?.length ?? 0);
  return samples;
}

function compile(folder: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(folder, 'tsconfig.json')], { cwd: folder }, (_error, out, err) => resolve(`${out}${err}`));
  });
}

async function treeWith(samples: readonly Sample[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const part of ['src', 'scanners', 'mappings', 'package.json']) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { path, text } of samples) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const options = (JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8')) as { compilerOptions: object }).compilerOptions;
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: samples.map(({ path }) => path) }));
  return folder;
}

it('compiles every sample of CONTRIBUTING.md against the tree, and keeps to its rules', async () => {
  const samples = await samplesOf('CONTRIBUTING.md');
  expect(samples.map(({ path }) => path.split('/')[0])).toEqual(expect.arrayContaining(['scanners', 'src']));
  expect(await compile(await treeWith(samples))).toBe('');
  for (const { path, text } of samples) expect(findings([parseModule(path, text)])).toEqual([]);
}, 60_000);

it('would notice a sample that has gone stale', async () => {
  const samples = await samplesOf('CONTRIBUTING.md');
  const stale = samples.map(({ path, text }) => ({ path, text: text.replace('needs: {', 'wants: {').replace('blindSpots: [', 'blindSpot: [') }));
  const told = await compile(await treeWith(stale));
  for (const { path } of samples) expect(told).toContain(path);
}, 60_000);

it('gives a check that judges both sides of its limit', async () => {
  const samples = await samplesOf('CONTRIBUTING.md');
  const folder = await treeWith(samples);
  const { awsServerCertificateExpiring: check } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'src/checks/aws-server-certificate-expiring.ts')).href)) as { awsServerCertificateExpiring: { evaluate(facts: object, parameters: object, asOf: string): { result: string } } };
  const at = (expires: object): string => check.evaluate({ expires }, { leadDays: 30 }, '2026-11-01T00:00:00.000Z').result;
  expect([at({ at: '2026-12-01T00:00:00.000Z' }), at({ at: '2026-11-30T23:59:59.999Z' }), at({ never: true })]).toEqual(['met', 'not_met', 'met']);
});

it('takes from a page the shell blocks that are marked to be run, and all of them where asked', () => {
  const page = 'a\n<!-- run -->\n```sh\none\n```\nb\n```sh\ntwo\nthree\n```\n```text\nfour\n```\n';
  expect(shellBlocks(page, true)).toEqual(['one\n']);
  expect(shellBlocks(page)).toEqual(['one\n', 'two\nthree\n']);
});

it("holds the README's two commands first, and marked ones to run", async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  expect(shellBlocks(readme).slice(0, 2)).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
  expect(shellBlocks(readme, true).join('')).toContain('sha256sum --check');
});

it('leads nowhere that is not there: relative links of every page', async () => {
  const { access } = await import('node:fs/promises');
  for (const page of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/architecture.md', 'docs/bundle-format.md', 'docs/checks.md', 'docs/configuration.md', 'docs/archive.md', 'docs/owasp-detection-resource.md']) {
    const text = await readFile(join(ROOT, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) await expect(access(join(ROOT, dirname(page), target)), `${page} links to ${target}`).resolves.toBeUndefined();
  }
});
