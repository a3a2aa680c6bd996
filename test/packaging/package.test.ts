// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { build, type Built } from '../../tools/build.ts';

const ROOT = join(import.meta.dirname, '../..');
// The program that npm links starts with `env node`: this Node.js comes first, whatever else the machine has.
const PATH = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

interface Ended { readonly code: number; readonly out: string; readonly err: string }

function run(file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { cwd, env: { PATH, HOME: cwd, XDG_CONFIG_HOME: join(cwd, 'config'), ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

let built: Built;
let folder = '';
let installed = '';
let packed: readonly string[] = [];

beforeAll(async () => {
  built = await build(ROOT, 'src/cli/main.ts', join(ROOT, 'dist'));
  folder = await mkdtemp(join(tmpdir(), 'rollcall-package-'));
  const pack = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT, { HOME: folder });
  expect(pack.code, pack.err).toBe(0);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const install = await run('npm', ['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], empty);
  expect(install.code, install.err).toBe(0);
  installed = join(empty, 'node_modules/rollcall');
  packed = (await readdir(installed, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1)).sort();
}, 180_000);
afterAll(async () => rm(folder, { recursive: true, force: true }));

const bin = (): string => join(folder, 'empty/node_modules/.bin/rollcall');

describe('the package', () => {
  it('needs no other: nothing is installed beside it', async () => {
    expect((await readdir(join(folder, 'empty/node_modules'))).filter((name) => !name.startsWith('.'))).toEqual(['rollcall']);
  });

  it('holds the program, its notices and the papers, and nothing of the workshop', () => {
    for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/rollcall.js', 'dist/THIRD-PARTY-NOTICES', 'dist/fonts/DejaVuSans.ttf']) expect(packed).toContain(file);
    const papers = new Set(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md']);
    expect(packed.filter((file) => !papers.has(file) && !/^(dist\/(rollcall\.js|THIRD-PARTY-NOTICES|chunks\/[\w.-]+\.js|fonts\/DejaVu[\w-]+\.ttf)|mappings\/.+\.json|docs\/schemas\/[\w.-]+\.json)$/.test(file))).toEqual([]);
  });

  it('holds no path of the machine that built it, and no source map that leads nowhere', async () => {
    const files = packed.filter((file) => file.startsWith('dist/'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = await readFile(join(installed, file), 'utf8');
      expect(text.includes(`${ROOT}/`), `${file} names ${ROOT}`).toBe(false);
      expect(text, file).not.toContain('sourceMappingURL');
    }
  });

  it('names every package whose code is inside, with its licence', async () => {
    const notices = await readFile(join(installed, 'dist/THIRD-PARTY-NOTICES'), 'utf8');
    for (const name of ['zod', 'commander', 'p-limit', '@aws-sdk/client-iam']) expect(notices, name).toMatch(new RegExp(`^${name}@\\S+  \\S+`, 'm'));
    for (const name of built.packages) expect(notices).toContain(`${name}  `);
  });

  it('is executable', async () => {
    expect((await stat(join(installed, 'dist/rollcall.js'))).mode & 0o111).toBe(0o111);
    expect(await readFile(join(installed, 'dist/rollcall.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('what --version and --help load', () => {
  it('is the command line alone: no schema, no command, no SDK', () => {
    const chunks = new Map(built.chunks.map((chunk) => [chunk.file, chunk]));
    const entry = built.chunks.find((chunk) => chunk.entry);
    const queue = [entry?.file ?? '', ...(entry?.dynamicImports ?? [])];
    const seen = new Set<string>();
    for (const file of queue) {
      if (seen.has(file)) continue;
      seen.add(file);
      queue.push(...(chunks.get(file)?.imports ?? []));
    }
    const modules = [...seen].flatMap((file) => chunks.get(file)?.modules ?? []);
    expect(modules.some((id) => id.endsWith('/src/cli/program.ts'))).toBe(true);
    expect(modules.filter((id) => /node_modules\/(?!commander\/)/.test(id))).toEqual([]);
    expect(modules.filter((id) => id.includes('/src/cli/commands/'))).toEqual([]);
  });

  it('keeps an SDK in chunks that no command loads before a login', () => {
    const chunks = new Map(built.chunks.map((chunk) => [chunk.file, chunk]));
    const sdk = (file: string, seen = new Set<string>()): boolean => {
      if (seen.has(file)) return false;
      seen.add(file);
      const chunk = chunks.get(file);
      return chunk !== undefined && (chunk.modules.some((id) => /node_modules\/@(aws-sdk|smithy)\//.test(id)) || chunk.imports.some((next) => sdk(next, seen)));
    };
    const client = built.chunks.find(({ modules }) => modules.some((id) => id.endsWith('/scanners/aws/client.ts')));
    for (const command of ['verify', 'archive-check', 'archive-prove', 'archive-push', 'scan']) {
      const chunk = built.chunks.find(({ modules }) => modules.some((id) => id.endsWith(`/src/cli/commands/${command}.ts`)));
      expect(chunk, command).toBeDefined();
      expect(sdk(chunk?.file ?? ''), command).toBe(false);
    }
    const bucket = built.chunks.find(({ modules }) => modules.some((id) => id.endsWith('/src/archive/bucket-client.ts')));
    expect(sdk(bucket?.file ?? '')).toBe(true);
    expect(client).toBeDefined();
    expect(client?.dynamicImports.some((file) => sdk(file)) === true || sdk(client?.file ?? '')).toBe(true);
  });
});

describe('the installed program', () => {
  it('answers --version and --help', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run(bin(), ['--version'], folder)).toMatchObject({ code: 0, out: `${version}\n` });
    const help = await run(bin(), ['--help'], folder);
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const command of ['scan', 'demo', 'verify', 'checks', 'permissions', 'doctor', 'explain', 'trace', 'seal', 'init']) expect(help.out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  it('scans its own company and verifies what it sealed', async () => {
    const demo = await run(bin(), ['demo', '--quiet', '--archive', join(folder, 'evidence')], folder);
    expect(demo.code, demo.err).toBe(0);
    const runs = await readdir(join(folder, 'evidence/runs'));
    expect(runs).toHaveLength(1);
    const verify = await run(bin(), ['verify', join(folder, 'evidence/runs', runs[0] ?? '')], folder);
    expect(verify.code, verify.err).toBe(0);
  });

  it('seals files that fit the published JSON Schemas, line by line', async () => {
    const bundle = join(folder, 'evidence/runs', (await readdir(join(folder, 'evidence/runs')))[0] ?? '');
    const files: readonly (readonly [schema: string, file: string])[] = [
      ['run', BUNDLE.run], ['scope', BUNDLE.scope], ['inputs', `${BUNDLE.inputs}/index.json`], ['coverage', BUNDLE.coverage], ['frameworks', BUNDLE.frameworks], ['seal', BUNDLE.seal], ['call', BUNDLE.calls], ['redaction', BUNDLE.redactions],
      ['identity', BUNDLE.identities], ['credential', BUNDLE.credentials], ['grant', BUNDLE.grants], ['trust', BUNDLE.trusts], ['object', BUNDLE.objects], ['event', BUNDLE.events], ['verdict', BUNDLE.verdicts],
      ...globSync(`${BUNDLE.pages}/*/*.jsonl.gz`, { cwd: bundle }).map((file) => ['page', file] as const),
      ...globSync(`${BUNDLE.evidence}/*.json`, { cwd: bundle }).filter((file) => file !== BUNDLE.frameworks).map((file) => ['evidence', file] as const),
    ];
    const kinds = new Set<string>();
    for (const [name, file] of files) {
      const fits = new Ajv2020({ strict: false }).compile(JSON.parse(await readFile(join(ROOT, 'docs/schemas', `${name}.schema.json`), 'utf8')) as object);
      const bytes = await readFile(join(bundle, file));
      const texts = file.endsWith('.gz') ? gunzipSync(bytes).toString().split('\n').filter((text) => text !== '') : [bytes.toString()];
      for (const text of texts) expect(fits(JSON.parse(text)), `${file}: ${JSON.stringify(fits.errors)}`).toBe(true);
      if (texts.length > 0) kinds.add(name);
    }
    expect(kinds.size).toBe(new Set(files.map(([name]) => name)).size);
  });

  it('ends a usage error with 2 and no stack trace', async () => {
    const ended = await run(bin(), ['verify', join(folder, 'nowhere')], folder);
    expect(ended.code).toBe(2);
    expect(ended.err).not.toMatch(/^\s+at /m);
  });
});
