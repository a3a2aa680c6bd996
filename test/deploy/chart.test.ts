// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROVIDERS } from '../../scanners/index.ts';
import { load } from '../../src/cli/load.ts';
import { temporaryFolder } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHART = join(ROOT, 'deploy/kubernetes/rollcall');
const valuesSchema = z.looseObject({
  schedule: z.string(), timeZone: z.string(), startingDeadlineSeconds: z.number(), config: z.record(z.string(), z.string()), kubernetes: z.looseObject({ listSecrets: z.boolean() }), archive: z.looseObject({ keep: z.boolean() }),
});
const read = (path: string): Promise<string> => readFile(join(CHART, path), 'utf8');
const values = async (): Promise<z.output<typeof valuesSchema>> => valuesSchema.parse(parse(await read('values.yaml')));

async function schema(): Promise<ValidateFunction> {
  return new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(await read('values.schema.json')) as object);
}

/** Names of all fields, each with those it stands in. */
function fields(value: unknown, before: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [before];
  return Object.entries(value).flatMap(([name, member]) => fields(member, [...before, name]));
}

describe('the values of the chart', () => {
  it('fit their own schema', async () => {
    const valid = await schema();
    expect(valid(await values()), JSON.stringify(valid.errors)).toBe(true);
  });

  it('are all known to it: a misspelt one is refused at every place that has names of its own', async () => {
    const valid = await schema();
    const free = /^(serviceAccount\/annotations|resources|podAnnotations|podLabels|nodeSelector|affinity)$/;
    const folders = [...new Set(fields(await values()).map((path) => path.slice(0, -1).join('/')))].filter((path) => path !== 'resources/requests' && path !== 'resources/limits' && !free.test(path));
    expect(folders).toEqual(expect.arrayContaining(['', 'image', 'identity/aws', 'kubernetes']));
    for (const folder of folders) {
      const changed = structuredClone(await values()) as Record<string, unknown>;
      const at = folder === '' ? changed : folder.split('/').reduce((where, name) => where[name] as Record<string, unknown>, changed);
      at['mispelt'] = true;
      expect(valid(changed), folder).toBe(false);
    }
  });

  it.each([['image', { tag: 'latest' }], ['image', { digest: 'sha256:12' }], ['user', 0], ['signing', { secretName: '' }], ['config', { rollcall: 'key: |\n  -----BEGIN PRIVATE KEY-----\n' }], ['schedule', 'weekly'], ['archive', { accessModes: ['ReadOnlyMany'] }]])('refuses %s: %j', async (name, change) => {
    const valid = await schema();
    const base = (await values()) as Record<string, unknown>;
    const old = base[name];
    expect(valid({ ...base, [name]: typeof change === 'object' ? { ...(old as object), ...change } : change })).toBe(false);
    expect(valid(base)).toBe(true);
  });

  it('read by default the cluster they are in, with three files that the program takes', async () => {
    const folder = await temporaryFolder();
    const { config } = await values();
    for (const [name, text] of Object.entries(config)) await writeFile(join(folder, `${name}.yaml`), text);
    const loaded = await load({ config: join(folder, 'rollcall.yaml') }, PROVIDERS);
    expect(loaded.targets.map(({ provider, auth }) => ({ provider, auth }))).toEqual([{ provider: 'kubernetes', auth: { ambient: true } }]);
    expect([loaded.ownersGiven, loaded.controls]).toEqual([true, []]);
  });

  it('are careful by default: no Secret listed, the claim kept, UTC, and a late start allowed for as long as the declared grace', async () => {
    const { kubernetes, archive, timeZone, schedule, startingDeadlineSeconds } = await values();
    expect({ listSecrets: kubernetes.listSecrets, keep: archive.keep, timeZone, schedule }).toEqual({ listSecrets: false, keep: true, timeZone: 'Etc/UTC', schedule: '0 6 * * 1' });
    const page = await readFile(join(ROOT, 'docs/scheduling.md'), 'utf8');
    const graces = new Set([...page.matchAll(/grace-hours"?,? "?(\d+)/g)].map(([, hours]) => Number(hours)));
    expect([...graces]).toEqual([startingDeadlineSeconds / 3600]);
  });
});

describe('the chart', () => {
  it('has the version of the program, and ships the roles that the program prints', async () => {
    const { version } = z.looseObject({ version: z.string() }).parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    expect(parse(await read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
    const policies = PROVIDERS.find(({ id }) => id === 'kubernetes')?.permissions('deep') ?? [];
    expect((await readdir(join(CHART, 'files'))).sort()).toEqual(policies.map(({ name }) => `${name}.yaml`).sort());
    for (const { name, text } of policies) expect(await read(`files/${name}.yaml`)).toBe(text);
  });

  it('writes no rule of its own: every role takes its rules from those files', async () => {
    const roles = await read('templates/roles.yaml');
    expect(roles.match(/^rules:.*$/gm)).toEqual([expect.stringContaining('include "rollcall.rules"')]);
    for (const file of await readdir(join(CHART, 'templates'))) if (file !== 'roles.yaml') expect(await read(`templates/${file}`)).not.toMatch(/rbac\.authorization|^\s*verbs:/m);
  });
});
