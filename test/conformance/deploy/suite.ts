// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

/** What every part of the suite works with. `tools`: folder of helm, actionlint and dockerfile; `app`: the packed program, laid out as in the image, that every user may read. */
export interface Suite { readonly root: string; readonly folder: string; readonly tools: string; readonly server: string; readonly app: string; readonly node: string }

export interface Ended { readonly code: number; readonly out: string; readonly err: string }
export interface RunOptions { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly uid?: number; readonly gid?: number }

/** Runs a program to its end, whatever its exit code; rejects where it cannot be started. */
export function run(file: string, args: readonly string[], { input, env = process.env, ...options }: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, [...args], { ...options, env, maxBuffer: 256 * 1024 * 1024, timeout: 600_000 }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else reject(new Error(`${file} ${args[0] ?? ''} could not be run: ${err.slice(-500)}`, { cause: error }));
    });
    // A program that ends before it has read everything says by its exit code why.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') reject(error); });
    child.stdin?.end(input ?? '');
  });
}

/** Differences, one a line: what ended with another exit code than it should have. */
export function wrongEnd(what: string, { code, out, err }: Ended, wanted = 0): readonly string[] {
  return code === wanted ? [] : [`${what}: exit ${code}, not ${wanted}: ${`${out}\n${err}`.trim().slice(-2000)}`];
}

/** Where this Node.js comes first, as in an image whose Node.js it is. */
export function pathWith(node: string): string {
  return `${dirname(node)}:${process.env['PATH'] ?? ''}`;
}

export const DEPLOY = 'deploy';
export const CHART = join(DEPLOY, 'kubernetes/rollcall');
/** User and group of image and chart. */
export const USER = 65_532;
