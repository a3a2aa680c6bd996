// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Measured { readonly code: number | null; readonly wallMs: number; readonly peakBytes: number | null; readonly out: string; readonly err: string }

/**
 * Runs a program to its end: wall time in milliseconds, and the most memory that the operating system saw it hold (Linux; else
 * null), since a runtime's own figure leaves out what is not its heap.
 */
export async function measure(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Measured> {
  const started = performance.now();
  const child = spawn(file, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  let peakBytes: number | null = null;
  const watch = setInterval(() => {
    void (async () => {
      peakBytes = Math.max(peakBytes ?? 0, (await highWater(child.pid)) ?? 0);
    })();
  }, 20);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(watch);
  return { code, wallMs: performance.now() - started, peakBytes, out, err };
}

/** The high-water mark of a process's resident memory, in bytes; null once it has ended, or where the system does not tell. */
async function highWater(pid: number | undefined): Promise<number | null> {
  if (pid === undefined) return null;
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

/** The middle of some numbers. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('no values');
  return middle;
}

/** One line of a result: what, the ratio or count, its budget, and whether it holds. */
export function line(what: string, value: number, budget: number, detail: string): string {
  return `${value <= budget ? 'within' : 'BEYOND'}  ${what.padEnd(44)} ${value.toFixed(value >= 100 ? 0 : 2).padStart(9)}  budget ${String(budget).padStart(7)}   ${detail}`;
}
