// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { beginRun, newRunId, resumeRun, type OpenRun } from '../archive/run-folder.ts';
import { keepRunState, readRunState, type RunState } from '../archive/run-state.ts';
import { parseJsonText } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { runSchema, type Run } from '../bundle/records.ts';
import type { Progress } from '../collect/progress.ts';
import type { Pace } from '../collect/read.ts';
import { collect, COLLECTING } from '../collect/scan-units.ts';
import { sha256 } from '../evidence/digest.ts';
import type { Append } from '../evidence/log-step.ts';
import { readLog } from '../evidence/read-log.ts';
import { collectedDigest } from '../evidence/read-seal.ts';
import { sealBundle, type Sealed } from '../evidence/seal.ts';
import type { Signer } from '../evidence/signer.ts';
import { instantOf, millisecondsOf } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { ConnectError, type Depth, type Provider, type Target } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import { deriveBundle, removeDerived } from './derive.ts';
import { writeInputs, type Input } from './inputs.ts';

export interface ScanOptions {
  readonly archive: string;
  readonly providers: readonly Provider[];
  readonly configuration: Configuration;
  readonly declared: boolean;
  readonly targets: readonly Target[];
  readonly inputs: readonly Input[];
  readonly depth: Depth;
  readonly occasion: 'scheduled' | 'ad hoc';
  readonly signer: Signer;
  readonly toolVersion: string;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly announce: (logins: Run['logins'], units: readonly Unit[], failed: Run['failedLogins'], notices: readonly string[]) => void;
  /** Told when a new part begins: `deriving`, `sealing`. */
  readonly stage: (name: 'deriving' | 'sealing') => void;
  /** Called where a large part has ended and what it held is no longer needed. */
  readonly between?: () => void;
  /** Where the log is not in the archive's folder alone; default: there. */
  readonly append?: Append;
  readonly redact?: boolean;
  readonly pace?: Pace;
  /** A run that was killed or interrupted, to go on with: its depth, occasion and start are its own. */
  readonly resume?: string;
}

export interface ScanResult { readonly run: Run; readonly bundle: string; readonly sealed: Sealed }

/**
 * The main job, from scope to sealed bundle. The start is logged before the first request. A failure that stops it is logged as an abort, and
 * nothing that was written so far stays; the error goes on to the caller. A run that was killed leaves what it had, and so does one that `signal` ends, which is logged as that and throws an `Interrupted`: both go on under their own id
 * where `resume` names them. Throws an InputError where it may not.
 */
export async function runScan(options: ScanOptions): Promise<ScanResult> {
  const tool = `rollcall ${options.toolVersion}`;
  const configurationSha256 = sha256(canonicalJson(z.json().parse(JSON.parse(JSON.stringify({ configuration: options.configuration, targets: options.targets })))));
  const before = options.resume === undefined ? null : await readRunState(options.archive, options.resume, { tool, configurationSha256, now: options.clock() });
  const startedAt = before === null ? options.clock() : millisecondsOf(before.startedAt);
  const state: Omit<RunState, 'format' | 'host' | 'pid'> = {
    run: before?.run ?? newRunId(startedAt), tool, startedAt: instantOf(startedAt), depth: before?.depth ?? options.depth, occasion: before?.occasion ?? options.occasion, redact: before?.redact ?? options.redact ?? true, configurationSha256,
    resumed: before === null ? [] : [...before.resumed, { at: instantOf(options.clock()), host: hostname(), callsMadeAgain: null }],
  };
  const append = options.append === undefined ? [] as const : [options.append] as const;
  const about = { run: state.run, tool, occasion: state.occasion, targets: options.targets.map(({ name }) => name) };
  const open = await (before === null ? beginRun(options.archive, options.signer, about, options.clock, ...append) : resumeRun(options.archive, options.signer, about, options.clock, ...append));
  const kept = await keepRunState(options.archive, state);
  try {
    const run = await collected(options, state, open, before !== null);
    options.signal.throwIfAborted();
    options.stage('deriving');
    options.between?.();
    await removeDerived(open.folder);
    await deriveBundle(open.folder, open.folder, options.providers, options.between);
    options.signal.throwIfAborted();
    options.stage('sealing');
    options.between?.();
    const sealed = await sealBundle(open.folder, { logDir: open.logDir, signer: options.signer, at: instantOf(options.clock()), run, ...(options.append === undefined ? {} : { append: options.append }) });
    const bundle = await open.finish();
    await kept.close();
    return { run, bundle, sealed };
  } catch (error) {
    if (options.signal.aborted) {
      const interrupted = await interruptedRun(open, options.signal);
      await kept.leave();
      throw interrupted;
    }
    // What a killed run had read outlives a login that does not work now: it can be tried again.
    if (before !== null && error instanceof ConnectError) throw error;
    await open.abort(error instanceof Error ? error.message : String(error));
    await kept.close();
    throw error;
  }
}

/** A scan that was ended from outside. What it had read stays, and the run can go on. */
export class Interrupted extends Error {
  readonly run: string;
  /** Why the log does not tell of it; null where it does. */
  readonly notLogged: string | null;
  constructor(run: string, notLogged: string | null) {
    super(`run ${run} was interrupted`);
    this.name = 'Interrupted';
    this.run = run;
    this.notLogged = notLogged;
  }
}

async function interruptedRun(open: OpenRun, signal: AbortSignal): Promise<Interrupted> {
  try {
    await open.interrupt(signal.reason instanceof Error ? signal.reason.message : 'interrupted');
    return new Interrupted(open.run, null);
  } catch (error) {
    return new Interrupted(open.run, error instanceof Error ? error.message : String(error));
  }
}

/** Collects into the run's folder, or takes what a killed run had collected there. Returns what `run.json` says. */
async function collected(options: ScanOptions, state: Omit<RunState, 'format' | 'host' | 'pid'>, open: OpenRun, resumed: boolean): Promise<Run> {
  const files = { run: join(open.folder, BUNDLE.run), scope: join(open.folder, BUNDLE.scope) };
  const events = resumed ? (await readLog(open.logDir)).events.filter((event) => 'run' in event && event.run === state.run) : [];
  if (events.some(({ event }) => event === 'run.collected')) return parseJsonText(await readFile(files.run, 'utf8'), runSchema, files.run);
  const { run, scope } = await collect({
    run: state.run, toolVersion: options.toolVersion, bundle: open.folder, providers: options.providers, configuration: options.configuration, declared: options.declared, targets: options.targets, depth: state.depth,
    occasion: state.occasion, startedAt: millisecondsOf(state.startedAt), clock: options.clock, signal: options.signal, progress: options.progress, announce: options.announce, redact: state.redact, ...(options.pace === undefined ? {} : { pace: options.pace }),
    ...(resumed ? { resumed: state.resumed } : {}),
  });
  await rm(join(open.folder, BUNDLE.inputs), { recursive: true, force: true });
  await writeFile(files.run, `${canonicalJson(run)}\n`);
  await writeFile(files.scope, `${canonicalJson(scope)}\n`);
  await writeInputs(open.folder, options.inputs);
  await rm(join(open.folder, COLLECTING), { recursive: true });
  await open.collected(await collectedDigest(open.folder));
  return run;
}
