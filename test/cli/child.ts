// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';

export const PROGRAM = join(import.meta.dirname, '../../src/cli/main.ts');

/** What a child process did. */
export interface Ended { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stdout: string; readonly stderr: string }

/** A machine of its own for a file's tests: home, temporary folder, and a working folder for each that asks. Removed after the last. */
export interface Machine {
  readonly root: string;
  /** A new folder to work in. */
  folder(name: string): Promise<string>;
  /** The whole environment of a child: nothing of this process but the path. `url` is the server that stands for AWS; without one there is no login. */
  environment(url?: string): NodeJS.ProcessEnv;
}

/** Call at the top of a test file: makes the machine before its first test. */
export function machine(): () => Machine {
  let made: Machine | null = null;
  beforeAll(async () => {
    const root = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
    for (const name of ['home', 'tmp', 'work']) await mkdir(join(root, name));
    made = { root, folder: async (name) => mkdtemp(join(root, 'work', `${name}-`)), environment: (url) => environment(root, url) };
  });
  afterAll(async () => {
    if (made !== null) await rm(made.root, { recursive: true, force: true });
  });
  return () => {
    if (made === null) throw new Error('the machine is there only while tests run');
    return made;
  };
}

function environment(root: string, url: string | undefined): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'], HOME: join(root, 'home'), XDG_CONFIG_HOME: join(root, 'home', 'config'), XDG_CACHE_HOME: join(root, 'home', 'cache'), TMPDIR: join(root, 'tmp'),
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential', AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: join(root, 'home', 'aws-config'), AWS_SHARED_CREDENTIALS_FILE: join(root, 'home', 'aws-credentials'), AWS_REGION: AWS_LOGIN.region,
    ...(url === undefined ? {} : { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: AWS_LOGIN.accessKeyId, AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secretAccessKey }),
  };
}

/** Starts the program, as a user would. */
export function start(args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly node?: readonly string[] }): ChildProcess {
  return spawn(process.execPath, [...(options.node ?? []), PROGRAM, ...args], { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits for a started program, with all that it printed. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Runs the program to its end. */
export async function rollcall(args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly node?: readonly string[] }): Promise<Ended> {
  return ended(start(args, options));
}

/** Entries of a folder, none where it is not there. */
export async function entries(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The one sealed run of an archive. */
export async function onlyRun(archive: string): Promise<string> {
  const [run, ...more] = await entries(join(archive, 'runs'));
  if (run === undefined || more.length > 0) throw new Error(`${archive} holds ${run === undefined ? 'no' : 'more than one'} sealed run`);
  return join(archive, 'runs', run);
}
