// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beginRun, newRunId } from '../archive/run-folder.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Run } from '../bundle/records.ts';
import type { Progress } from '../collect/progress.ts';
import type { Pace } from '../collect/read.ts';
import { collect } from '../collect/scan-units.ts';
import type { Append } from '../evidence/log-step.ts';
import { collectedDigest } from '../evidence/read-seal.ts';
import { sealBundle, type Sealed } from '../evidence/seal.ts';
import type { Signer } from '../evidence/signer.ts';
import { instantOf } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import type { Depth, Provider, Target } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import { deriveBundle } from './derive.ts';
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
  /** Where the log is not in the archive's folder alone; default: there. */
  readonly append?: Append;
  readonly redact?: boolean;
  readonly pace?: Pace;
}

export interface ScanResult { readonly run: Run; readonly bundle: string; readonly sealed: Sealed }

/**
 * The main job, from scope to sealed bundle. The start is logged before the first request. Whatever stops it is logged as an abort, and
 * nothing that was written so far stays where a sealed run would be; the error goes on to the caller.
 */
export async function runScan(options: ScanOptions): Promise<ScanResult> {
  const startedAt = options.clock();
  const id = newRunId(startedAt);
  const open = await beginRun(options.archive, options.signer, { run: id, tool: `rollcall ${options.toolVersion}`, occasion: options.occasion, targets: options.targets.map(({ name }) => name) }, options.clock, ...(options.append === undefined ? [] : [options.append]));
  try {
    const { run, scope } = await collect({
      run: id, toolVersion: options.toolVersion, bundle: open.folder, providers: options.providers, configuration: options.configuration, declared: options.declared, targets: options.targets, depth: options.depth,
      occasion: options.occasion, startedAt, clock: options.clock, signal: options.signal, progress: options.progress, announce: options.announce, redact: options.redact ?? true, ...(options.pace === undefined ? {} : { pace: options.pace }),
    });
    await writeFile(join(open.folder, BUNDLE.run), `${canonicalJson(run)}\n`, { flag: 'wx' });
    await writeFile(join(open.folder, BUNDLE.scope), `${canonicalJson(scope)}\n`, { flag: 'wx' });
    await writeInputs(open.folder, options.inputs);
    await open.collected(await collectedDigest(open.folder));
    options.signal.throwIfAborted();
    options.stage('deriving');
    await deriveBundle(open.folder, open.folder, options.providers);
    options.signal.throwIfAborted();
    options.stage('sealing');
    const sealed = await sealBundle(open.folder, { logDir: open.logDir, signer: options.signer, at: instantOf(options.clock()), run, ...(options.append === undefined ? {} : { append: options.append }) });
    return { run, bundle: await open.finish(), sealed };
  } catch (error) {
    await open.abort(options.signal.aborted ? 'interrupted' : error instanceof Error ? error.message : String(error));
    throw error;
  }
}
