// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { archivePaths } from '../bundle/layout.ts';
import { InputError } from '../model/errors.ts';
import { instantSchema, millisecondsOf } from '../model/instant.ts';

/** How long after its start a run that was killed or interrupted may go on: what it read is as old as that, and ages count to its start. In hours. */
export const RESUME_WITHIN_HOURS = 24;
/** A run says this often that it is alive; silent for four times as long it counts as killed. In milliseconds. */
const BEAT_MS = 15_000;
/** When a run that says no more that it lives did so last. */
const LONG_AGO = new Date(0);

/** What a run was begun with, beside its folder while it is made: a run that goes on is the same run. */
const runStateSchema = z.strictObject({
  format: z.literal('rollcall-run-state/1'), run: z.string(), tool: z.string(), startedAt: instantSchema, host: z.string(), pid: z.int(), depth: z.enum(['bulk', 'standard', 'deep']), occasion: z.enum(['scheduled', 'ad hoc']), redact: z.boolean(),
  /** SHA-256 of the configuration and targets in canonical form. */
  configurationSha256: z.string(),
  resumed: z.array(z.object({ at: instantSchema, host: z.string(), callsMadeAgain: z.int().nullable() })),
});
export type RunState = z.output<typeof runStateSchema>;

function stateFile(archive: string, run: string): string {
  return join(archivePaths(archive).work, `${run}.json`);
}

/** Keeps what a run was begun with, and says every few seconds that it lives, until it is closed. */
export async function keepRunState(archive: string, state: Omit<RunState, 'format' | 'host' | 'pid'>): Promise<{ /** The run has ended for good. */ readonly close: () => Promise<void>; /** The run may go on, at once and on any machine. */ readonly leave: () => Promise<void> }> {
  const file = stateFile(archive, state.run);
  await removeLeftOver(archive);
  await writeFile(file, `${JSON.stringify({ format: 'rollcall-run-state/1', host: hostname(), pid: process.pid, ...state })}\n`);
  const beat = setInterval(() => {
    const now = new Date();
    // A folder that went away is told by whatever writes to it next.
    utimes(file, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    close: async () => {
      clearInterval(beat);
      await rm(file, { force: true });
    },
    leave: async () => {
      clearInterval(beat);
      await utimes(file, LONG_AGO, LONG_AGO);
    },
  };
}

/** States of runs whose folder is gone: they were killed between their last step and the removal of this. */
async function removeLeftOver(archive: string): Promise<void> {
  const { work } = archivePaths(archive);
  const runs = await unfinishedRuns(archive);
  for (const name of await readdir(work)) if (name.endsWith('.json') && !runs.includes(name.slice(0, -'.json'.length))) await rm(join(work, name), { force: true });
}

/** Runs of an archive that neither ended nor were removed: interrupted, killed, or still going. */
export async function unfinishedRuns(archive: string): Promise<readonly string[]> {
  const { work } = archivePaths(archive);
  try {
    return (await readdir(work, { withFileTypes: true })).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * What a run that was killed or interrupted was begun with. Throws an InputError where there is none of that id, where it still says that it lives, was begun by another version or with another configuration, or longer ago than
 * `RESUME_WITHIN_HOURS`. `now` in milliseconds since 1970.
 */
export async function readRunState(archive: string, run: string, { tool, configurationSha256, now }: { readonly tool: string; readonly configurationSha256: string; readonly now: number }): Promise<RunState> {
  const there = await unfinishedRuns(archive);
  const anew = `remove ${join(archivePaths(archive).work, run)} and scan anew`;
  if (!there.includes(run)) throw new InputError('--resume', `${archive} holds no unfinished run ${run}`, there.length === 0 ? 'every run of it has ended; scan anew' : `it holds ${there.join(', ')}`);
  const file = stateFile(archive, run);
  let state: RunState;
  try {
    state = runStateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new InputError('--resume', `what run ${run} was begun with cannot be read`, anew, { cause: error });
  }
  if (now - (await stat(file)).mtimeMs < 4 * BEAT_MS && !isGone(state)) throw new InputError('--resume', `run ${run} said less than a minute ago that it lives, on ${state.host}`, 'wait for it, or end it, and try again in a minute');
  const hours = (now - millisecondsOf(state.startedAt)) / 3_600_000;
  if (hours > RESUME_WITHIN_HOURS) throw new InputError('--resume', `run ${run} began ${Math.floor(hours)} hours ago, and what it read is as old; ${RESUME_WITHIN_HOURS} are allowed`, anew);
  if (state.tool !== tool) throw new InputError('--resume', `run ${run} was begun by ${state.tool}, and this is ${tool}`, `go on with that version, or ${anew}`);
  if (state.configurationSha256 !== configurationSha256) throw new InputError('--resume', `run ${run} was begun with another configuration`, `go on with that one, or ${anew}`);
  return state;
}

/** Whether its process is gone, as far as this machine can tell: of another one only the time tells. */
function isGone({ host, pid }: RunState): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
