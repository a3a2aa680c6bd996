// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { archivePaths, BUNDLE } from '../bundle/layout.ts';
import { coverageSchema, type Coverage, type Run } from '../bundle/records.ts';
import { readRun, readSeal } from '../evidence/read-seal.ts';
import { byCodeUnit } from '../model/json.ts';
import { lifecycleSchema, type LifecycleRow } from '../model/lifecycle.ts';
import { foldedVerdictSchema, verdictSchema, type FoldedVerdict, type Verdict } from '../model/verdict.ts';
import { credentialSchema, identitySchema, type Credential, type Identity } from '../model/row.ts';

/** A sealed run of an archive, with readers of what it holds. Readers throw a BundleFormatError where a file is damaged or gone. */
export interface SealedRun {
  readonly folder: string;
  readonly run: Run;
  /** Digest of the tag manifest that the seal is over: another one is another content. */
  readonly seal: string;
  coverage(): Promise<Coverage>;
  identities(): AsyncIterable<Identity>;
  credentials(): AsyncIterable<Credential>;
  events(): AsyncIterable<LifecycleRow>;
  verdicts(): AsyncIterable<Verdict | FoldedVerdict>;
}

/** A folder under `runs/` that is no sealed run, and why. */
export interface DamagedRun { readonly folder: string; readonly problem: string }
export interface SealedRuns { readonly runs: readonly SealedRun[]; readonly damaged: readonly DamagedRun[] }

const verdictOfFile = z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]);

/**
 * The sealed runs of an archive in the order of their start, then of their ids. What stands among them and is no sealed run is told, never left
 * out silently. An archive without runs has none. Reads `run.json` and seal only; whether the content is what was sealed is for `verify` to say.
 */
export async function sealedRuns(archive: string): Promise<SealedRuns> {
  const { runs: folder } = archivePaths(archive);
  const runs: SealedRun[] = [];
  const damaged: DamagedRun[] = [];
  for (const name of (await namesIn(folder)).sort(byCodeUnit)) {
    const place = join(folder, name);
    try {
      runs.push(await sealedRun(place));
    } catch (error) {
      damaged.push({ folder: place, problem: damageOf(error) });
    }
  }
  return { runs: runs.sort((a, b) => byCodeUnit(a.run.startedAt, b.run.startedAt) || byCodeUnit(a.run.run, b.run.run)), damaged };
}

/** One sealed run by its folder. Throws a BundleFormatError where it is none. */
export async function sealedRun(folder: string): Promise<SealedRun> {
  const run = await readRun(folder);
  const seal = await readSeal(folder);
  if (seal === null) throw new BundleFormatError(join(folder, BUNDLE.seal), 'is not there: this run is not sealed. `rollcall seal` completes a run whose reading had ended');
  return {
    folder, run, seal: seal.statement.subject[0].digest.sha256,
    coverage: async () => parseJsonText(await textOf(join(folder, BUNDLE.coverage)), coverageSchema, join(folder, BUNDLE.coverage)),
    identities: () => rowsOf(join(folder, BUNDLE.identities), identitySchema as z.ZodType<Identity>), credentials: () => rowsOf(join(folder, BUNDLE.credentials), credentialSchema as z.ZodType<Credential>),
    // Bundles of derivation 1 have no such file.
    events: () => (run.derivationVersion < 2 ? nothing() : rowsOf(join(folder, BUNDLE.events), lifecycleSchema)),
    verdicts: () => rowsOf(join(folder, BUNDLE.verdicts), verdictOfFile),
  };
}

/** What an error says of a bundle, where it is about the bundle; any other is thrown on. */
export function damageOf(error: unknown): string {
  if (error instanceof BundleFormatError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return message;
  throw error;
}

async function* rowsOf<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  try {
    yield* readJsonLines(file, schema);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new BundleFormatError(file, 'is not there. `rollcall seal` makes derived files again', { cause: error });
  }
}

async function* nothing(): AsyncGenerator<never> {
  // No rows.
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new BundleFormatError(file, 'cannot be read. `rollcall seal` makes derived files again', { cause: error });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
