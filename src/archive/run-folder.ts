// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { archivePaths } from '../bundle/layout.ts';
import { appendEvent } from '../evidence/append-log.ts';
import type { Append } from '../evidence/log-step.ts';
import type { Signer } from '../evidence/signer.ts';
import { instantOf } from '../model/instant.ts';
import { printable } from '../model/printable.ts';

// An error's message may quote a whole answer; the log keeps what a reader needs.
const REASON_LIMIT = 500;

/** A run of an archive while it is made: its folder is under `work/` and gets its name under `runs/` only when sealed. */
export interface OpenRun {
  readonly run: string;
  readonly folder: string;
  readonly logDir: string;
  /** Logs that all reading is done, with the digest of what was read. */
  collected(digest: string): Promise<void>;
  /** Moves the sealed folder to its place. Returns it. */
  finish(): Promise<string>;
  /** Logs that the run was ended from outside; what it wrote stays, so that it can go on. */
  interrupt(reason: string): Promise<void>;
  /** Logs the end of a run that will not be sealed and removes what it wrote. */
  abort(reason: string): Promise<void>;
}

/** What a run is, as its log entries and its state tell. */
export interface RunAbout { readonly run: string; readonly tool: string; readonly occasion: 'scheduled' | 'ad hoc'; readonly targets: readonly string[] }

/** Opens a run: its start is in the log before anything else happens. `clock` gives milliseconds since 1970; `append` where the log is not in the folder alone. Throws what the log throws, and then leaves no folder. */
export async function beginRun(archive: string, signer: Signer, about: RunAbout, clock: () => number, append: Append = (event, by) => appendEvent(archivePaths(archive).log, event, by)): Promise<OpenRun> {
  const paths = archivePaths(archive);
  const folder = join(paths.work, about.run);
  await mkdir(paths.runs, { recursive: true });
  await mkdir(folder, { recursive: true });
  try {
    await append({ event: 'run.started', at: instantOf(clock()), run: about.run, tool: about.tool, occasion: about.occasion, targets: [...about.targets] }, signer);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return openRun(archive, signer, about.run, clock, append);
}

/** Opens a run that was killed or interrupted, to go on with it: that is in the log before anything else happens. The caller has made sure that nobody else does. */
export async function resumeRun(archive: string, signer: Signer, about: Pick<RunAbout, 'run' | 'tool'>, clock: () => number, append: Append = (event, by) => appendEvent(archivePaths(archive).log, event, by)): Promise<OpenRun> {
  await mkdir(archivePaths(archive).runs, { recursive: true });
  await append({ event: 'run.resumed', at: instantOf(clock()), run: about.run, tool: about.tool }, signer);
  return openRun(archive, signer, about.run, clock, append);
}

function openRun(archive: string, signer: Signer, run: string, clock: () => number, append: Append): OpenRun {
  const paths = archivePaths(archive);
  const folder = join(paths.work, run);
  return {
    run, folder, logDir: paths.log,
    collected: async (digest) => {
      await append({ event: 'run.collected', at: instantOf(clock()), run, collectedSha256: digest }, signer);
    },
    finish: async () => {
      const place = join(paths.runs, run);
      await rename(folder, place);
      return place;
    },
    interrupt: async (reason) => {
      await append({ event: 'run.interrupted', at: instantOf(clock()), run, reason: printable(reason).slice(0, REASON_LIMIT) }, signer);
    },
    abort: async (reason) => {
      // The folder goes even where the log cannot be written: what was not sealed must not lie about as if it could be.
      try {
        await append({ event: 'run.aborted', at: instantOf(clock()), run, reason: printable(reason).slice(0, REASON_LIMIT) }, signer);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** A UUID of version 7 (RFC 9562, 5.7): ids sort by time. `now` in milliseconds since 1970. */
export function newRunId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
