// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { DEPLOY, pathWith, run, wrongEnd, type Suite } from './suite.ts';

const workflowSchema = z.looseObject({ env: z.record(z.string(), z.string()), jobs: z.object({ scan: z.looseObject({ steps: z.array(z.looseObject({ name: z.string().optional(), run: z.string().optional() })) }) }) });

/** The workflow: taken by actionlint, also with the inputs that each action's release knows; and its own steps of shell run with the packed program. */
export async function actions(suite: Suite): Promise<readonly string[]> {
  const { root, folder, tools } = suite;
  const text = await readFile(join(root, DEPLOY, 'github-actions/rollcall.yml'), 'utf8');
  const lint = (input: string): ReturnType<typeof run> => run(join(tools, 'actionlint'), ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-stdin-filename', 'rollcall.yml', '-'], { input, cwd: folder });
  // Of an action that is named by its commit actionlint knows no inputs; of its release it does.
  const byRelease = text.replace(/@[0-9a-f]{40} # (v\d+)\.\S+/g, '@$1');
  const found = [
    ...wrongEnd('actionlint', await lint(text)), ...wrongEnd('actionlint, with actions by release', await lint(byRelease)),
    ...wrongEnd('an input that no action has must fail', await lint(byRelease.replace('persist-credentials:', 'persist-credential:')), 1),
  ];
  const workflow = workflowSchema.parse(parse(text));
  const step = (name: string): string => {
    const script = workflow.jobs.scan.steps.find((each) => each.name === name)?.run;
    if (script === undefined) throw new Error(`the workflow has no step "${name}" of shell`);
    return script;
  };
  const work = join(folder, 'workflow');
  await mkdir(join(work, 'compliance'), { recursive: true });
  await mkdir(join(work, 'temp'));
  await mkdir(join(work, 'node_modules/.bin'), { recursive: true });
  await writeFile(join(work, 'package.json'), '{"private": true}\n');
  await writeFile(join(work, 'node_modules/.bin/rollcall'), `#!/bin/sh\nexec ${suite.node} ${join(suite.app, 'dist/rollcall.js')} "$@"\n`, { mode: 0o755 });
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // Nobody answers at this address: everything in scope is unread, and the scan ends with 2 for the login, or with 3 where one target of two answers.
  const env = { PATH: pathWith(process.execPath), HOME: work, RUNNER_TEMP: join(work, 'temp'), GITHUB_OUTPUT: join(work, 'output'), GITHUB_STEP_SUMMARY: join(work, 'summary'), SIGNING_KEY: key.trim(), EVENT: 'schedule', AWS_EC2_METADATA_DISABLED: 'true', ...workflow.env };
  const shell = (script: string, more: NodeJS.ProcessEnv = {}): ReturnType<typeof run> => run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd: work, env: { ...env, ...more } });
  await writeFile(join(work, 'compliance/rollcall.yaml'), 'version: 2\n');
  found.push(...wrongEnd('the step Scan with a configuration that is wrong', await shell(step('Scan')), 2));
  if ((await readFile(join(work, 'output'), 'utf8')) !== 'code=2\n') found.push('the step Scan does not hand its exit code on');
  if ((await readdir(join(work, 'temp'))).length > 0) found.push('the step Scan leaves the key behind');
  for (const [code, ends, word] of [['0', 0, 'Everything'], ['1', 1, 'not met'], ['2', 1, 'configuration'], ['3', 1, 'expectedGaps'], ['', 1, 'fault']] as const) {
    const ended = await shell(step('Tell how it ended'), { CODE: code });
    found.push(...wrongEnd(`telling of exit code ${code || 'none'}`, ended, ends));
    if (!(await readFile(join(work, 'summary'), 'utf8')).trim().split('\n').at(-1)?.includes(word)) found.push(`exit code ${code || 'none'} is not told`);
  }
  return found;
}
