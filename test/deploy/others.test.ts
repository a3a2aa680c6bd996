// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROVIDERS } from '../../scanners/index.ts';
import { fileSigner } from '../../src/evidence/signer.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';
import { shellBlocks } from '../../tools/shell-blocks.ts';
import { temporaryFolder } from '../support/temp.ts';
import { isKnown, refusal, rollcallCommands } from './commands.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');
const WORKFLOW = 'deploy/github-actions/rollcall.yml';
const PAGE = 'docs/scheduling.md';
const run = promisify(execFile);
const packageSchema = z.looseObject({ version: z.string(), description: z.string(), license: z.string(), engines: z.object({ node: z.string() }), devDependencies: z.looseObject({ node: z.string() }) });
const ours = async (): Promise<z.output<typeof packageSchema>> => packageSchema.parse(JSON.parse(await read('package.json')));

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

describe('versions', () => {
  it('of the program are the one in package.json wherever one is written', async () => {
    const { version } = await ours();
    const places: { readonly [path: string]: RegExp } = {
      [WORKFLOW]: /(?:rollcall@|ROLLCALL_VERSION: )(\d[\w.-]*\d)/g, 'deploy/container/Containerfile': /(?:rollcall[:-]|image\.version=")(\d[\w.-]*\d)/g, 'deploy/systemd/rollcall.service': /rollcall-(\d[\d.]*\d)/g,
      [PAGE]: /rollcall[@:-](\d[\d.]*\d)/g, 'deploy/kubernetes/rollcall/Chart.yaml': /^(?:v|appV)ersion: "?([^"\n]+)/gm,
    };
    for (const [path, pattern] of Object.entries(places)) {
      const written = [...(await read(path)).matchAll(pattern)].map(([, found]) => found);
      expect(written.length, path).toBeGreaterThan(0);
      expect(new Set(written), path).toEqual(new Set([version]));
    }
  });

  it('of Node.js are the one that the tests run on, and no image or action is named by a tag that moves', async () => {
    const { devDependencies: { node } } = await ours();
    expect(await read('deploy/container/Containerfile')).toMatch(new RegExp(`^FROM node:${node.replaceAll('.', '\\.')}-bookworm-slim@sha256:[0-9a-f]{64} AS build$`, 'm'));
    expect(await read(WORKFLOW)).toContain(`node-version: ${node}\n`);
    for (const path of await filesOf('deploy')) {
      const text = await read(path);
      expect(text.match(/^FROM .*$/gm)?.filter((line) => !/@sha256:[0-9a-f]{64}/.test(line)) ?? [], path).toEqual([]);
      expect(/[:@]latest\b/.test(text), path).toBe(false);
    }
  });
});

describe('the container file', () => {
  it('labels the image with what package.json says, and its base with the digest it is built from', async () => {
    const text = await read('deploy/container/Containerfile');
    const { version, description, license } = await ours();
    const label = (name: string): string | undefined => new RegExp(`org\\.opencontainers\\.image\\.${name}="([^"]*)"`).exec(text)?.[1];
    const base = /^FROM (gcr\.io\/\S+)@(sha256:[0-9a-f]{64})$/m.exec(text);
    expect([label('version'), label('description'), label('licenses'), label('base.name'), label('base.digest')]).toEqual([version, description, license, base?.[1], base?.[2]]);
  });
});

describe('the workflow', () => {
  const workflowSchema = z.looseObject({
    permissions: z.record(z.string(), z.string()), concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }), on: z.looseObject({ schedule: z.array(z.object({ cron: z.string() })) }),
    jobs: z.object({ scan: z.looseObject({ environment: z.string(), permissions: z.record(z.string(), z.string()), steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })) }) }),
  });

  it('asks for a token of identity and the code, for nothing else, and lets one run at a time end', async () => {
    const { permissions, concurrency, jobs: { scan } } = workflowSchema.parse(parse(await read(WORKFLOW)));
    expect([permissions, scan.permissions, concurrency['cancel-in-progress'], scan.environment]).toEqual([{}, { contents: 'read', 'id-token': 'write' }, false, 'rollcall']);
  });

  it('names every action by its commit, with the release beside it, and one commit for each action', async () => {
    const text = await read(WORKFLOW);
    const uses = text.match(/uses: .*$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(5);
    for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(new Set(uses).size).toBe(new Set(uses.map((line) => line.split('@')[0])).size);
  });

  it('puts no text of an event, variable or secret into a script: they come as variables of the environment', async () => {
    const { jobs: { scan: { steps } } } = workflowSchema.parse(parse(await read(WORKFLOW)));
    const scripts = steps.flatMap(({ run: script }) => (script === undefined ? [] : [script]));
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts) expect(script).not.toContain('${{');
  });
});

describe('the units', () => {
  it('are hardened, and name the key as a credential', async () => {
    const service = await read('deploy/systemd/rollcall.service');
    for (const line of ['DynamicUser=yes', 'ProtectSystem=strict', 'ReadWritePaths=/var/lib/rollcall', 'NoNewPrivileges=yes', 'PrivateTmp=yes', 'CapabilityBoundingSet=', 'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX', 'SystemCallFilter=@system-service', 'Restart=no', 'LoadCredential=signing-key.pem:/etc/rollcall/signing-key.pem']) expect(service.split('\n')).toContain(line);
    expect(service).toContain('--key %d/signing-key.pem');
    expect(service).not.toMatch(/^SuccessExitStatus=/m);
    const timer = await read('deploy/systemd/rollcall.timer');
    for (const line of ['OnCalendar=Mon *-*-* 06:00:00 UTC', 'Persistent=true', 'RandomizedDelaySec=30min']) expect(timer.split('\n')).toContain(line);
  });
});

describe('commands of Rollcall in what is deployed and in its page', () => {
  it('are such as the program takes', async () => {
    const seen: string[] = [];
    for (const path of [...(await filesOf('deploy')), PAGE]) {
      for (const args of rollcallCommands(await read(path))) {
        const [name = ''] = args;
        seen.push(name);
        const told = await refusal(args.map((word) => word.replace(/[.,]+$/, '')));
        // A sentence may name a command without what it takes.
        const named = args.every((word) => !word.startsWith('-')) && /required option/.test(told ?? '');
        expect(named ? null : told, `${path}: rollcall ${args.join(' ')}`).toBeNull();
      }
    }
    for (const name of ['archive', 'permissions', 'scan', 'schedule']) expect(seen).toContain(name);
  });

  it('would be noticed where the program does not take them', async () => {
    expect(rollcallCommands('npx --no-install rollcall scan --scheduled \\\n  --archive "$A" || code=$?')).toEqual([['scan', '--scheduled', '--archive', '$A']]);
    expect(rollcallCommands('[{"op": "replace", "value":\n    ["schedule", "declare"]}]')).toEqual([['schedule', 'declare']]);
    expect(await refusal(['scan', '--scheduled', '--archive', '$A'])).toBeNull();
    expect(await refusal(['scan', '--sheduled'])).toMatch(/unknown option/);
    expect(await refusal(['scan', '--fail-on', 'severe'])).toMatch(/severe/);
    expect(isKnown('scna')).toBe(false);
  });
});

describe('the page on scheduling', () => {
  it('has values that the chart takes, and configurations that the program takes', async () => {
    const text = await read(PAGE);
    const blocks = [...text.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, name = '', body = '']) => ({ name, value: parse(body) as object }));
    expect(blocks.map(({ name }) => name)).toEqual(['values.yaml', 'compliance/rollcall.yaml']);
    expect(text.match(/```yaml/g)).toHaveLength(blocks.length);
    const valid = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(await read('deploy/kubernetes/rollcall/values.schema.json')) as object);
    const defaults = parse(await read('deploy/kubernetes/rollcall/values.yaml')) as object;
    for (const { name, value } of blocks) {
      if (name === 'values.yaml') expect(valid({ ...defaults, ...value }), JSON.stringify(valid.errors)).toBe(true);
      else expect(parseConfiguration(value, name, PROVIDERS).targets.map(({ provider }) => provider)).toEqual(['kubernetes', 'aws', 'azure', 'google']);
    }
  });

  it('has shell that a shell can read, files that are there, and links that lead somewhere', async () => {
    const text = await read(PAGE);
    const blocks = shellBlocks(text);
    expect(blocks.length).toBeGreaterThan(6);
    for (const block of blocks) await expect(run('bash', ['-n', '-c', block])).resolves.toBeTruthy();
    for (const [path = ''] of blocks.join('').matchAll(/deploy\/[\w./-]+\w/g)) await expect(readFile(join(ROOT, path)).catch((error: NodeJS.ErrnoException) => error.code), path).resolves.not.toBe('ENOENT');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) await expect(readdir(join(ROOT, dirname(PAGE), target)).catch((error: NodeJS.ErrnoException) => error.code), target).resolves.not.toBe('ENOENT');
  });

  it('makes a key that signs, which nobody else can read, with its public half', async () => {
    const folder = await temporaryFolder();
    const marked = shellBlocks(await read(PAGE), true);
    expect(marked).toHaveLength(1);
    await run('bash', ['-euo', 'pipefail', '-c', marked.join('')], { cwd: folder });
    const signer = await fileSigner(join(folder, 'signing-key.pem'));
    expect(signer.publicKeyPem).toBe(await readFile(join(folder, 'signing-key.pub.pem'), 'utf8'));
  });

  it('declares one schedule, of which the first slot is one that timer, cron job and workflow have', async () => {
    const text = `${await read(PAGE)}\n${await read('deploy/systemd/rollcall.timer')}`;
    const firsts = new Set([...text.matchAll(/--first"?,? "?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/g)].map(([, at]) => at ?? ''));
    expect(firsts.size).toBe(1);
    for (const first of firsts) expect([new Date(first).getUTCDay(), first.slice(11)]).toEqual([1, '06:00:00Z']);
    expect(await read(WORKFLOW)).toContain("cron: '17 6 * * 1'");
  });
});
