// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonText } from '../../bundle/jsonl.ts';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import { publicKeyOf } from '../../evidence/dsse.ts';
import { CHECKPOINT, CHECKPOINTS, LEAVES } from '../../evidence/log-format.ts';
import { checkProof, proofSchema, proveConsistency, proveInclusion, type Proof } from '../../evidence/proof.ts';
import { readLog, type ReadLog } from '../../evidence/read-log.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { openView } from '../archive-view.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';
import { readKey } from './verify.ts';

export interface ProveOptions { readonly archive: string; readonly from?: number; readonly to?: number; readonly leaf?: number; readonly check?: string; readonly key?: readonly string[]; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall archive prove`: a proof as JSON on standard output, or with `--check` whether one holds (exit 1 where not, or where no key that was given signed it). */
export async function prove(options: ProveOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  if (options.check !== undefined) return await checkFile(options.check, options);
  const consistency = options.from !== undefined && options.to !== undefined && options.leaf === undefined;
  if (!consistency && (options.leaf === undefined || options.from !== undefined)) throw new InputError('archive prove', 'nothing to prove was named', 'name --from SIZE and --to SIZE, or --leaf SEQUENCE, or --check FILE');
  const view = await openView(options.archive);
  try {
    const log = await readLog(view.logFolder);
    terminal.json(consistency ? await consistencyOf(view.logFolder, log, options.from ?? 0, options.to ?? 0) : await inclusionOf(view.logFolder, log, options.leaf ?? 0, options.to));
    return EXIT.ok;
  } finally {
    await view.close();
  }
}

async function consistencyOf(folder: string, { leaves }: ReadLog, from: number, to: number): Promise<Proof> {
  if (from < 1 || from > to || to > leaves.length) throw new InputError('--from', `there is no proof from ${from} to ${to}: the log has ${leaves.length} entries`, 'name two sizes from 1 to that, the earlier first');
  return proveConsistency(leaves, { size: from, checkpoint: await checkpointOf(folder, from) }, { size: to, checkpoint: await checkpointOf(folder, to) });
}

async function inclusionOf(folder: string, { leaves, checkpoint }: ReadLog, leaf: number, to: number | undefined): Promise<Proof> {
  const size = to ?? parseCheckpoint(checkpoint ?? '')?.size ?? 0;
  if (leaf >= size || size > leaves.length) throw new InputError('--leaf', `entry ${leaf} is not in the log of ${size} entries`, 'entries are numbered from 0');
  const text = (await readFile(join(folder, LEAVES), 'utf8')).split('\n')[leaf] ?? '';
  return proveInclusion(leaves, { sequence: leaf, leaf: text }, { size, checkpoint: await checkpointOf(folder, size) });
}

async function checkpointOf(folder: string, size: number): Promise<string> {
  try {
    return await readFile(join(folder, CHECKPOINTS, String(size)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const newest = await readFile(join(folder, CHECKPOINT), 'utf8').catch(() => '');
    if (parseCheckpoint(newest)?.size === size) return newest;
    const sizes = (await readdir(join(folder, CHECKPOINTS))).map(Number).sort((a, b) => a - b);
    throw new InputError('archive prove', `the log has no checkpoint of ${size} entries`, `there are checkpoints of ${sizes.slice(0, 10).join(', ')}${sizes.length > 10 ? ` to ${sizes.at(-1) ?? ''}` : ''}`, { cause: error });
  }
}

async function checkFile(file: string, options: ProveOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const keys = (await Promise.all((options.key ?? []).map(readKey))).map(publicKeyOf);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError('--check', `${file} cannot be read`, 'name a proof that rollcall archive prove printed', { cause: error });
  }
  const result = checkProof(parseJsonText(text, proofSchema, file), keys);
  const code = result.holds && result.signed !== false ? EXIT.ok : EXIT.finding;
  if (options.json === true) terminal.json({ ...result, exitCode: code });
  else {
    terminal.out(`${result.holds ? 'holds' : 'does not hold'}: ${printable(result.reason)}${result.origin === null ? '' : ` (${printable(result.origin)})`}`);
    terminal.out(result.signed === null ? '  who signed the checkpoints cannot be said: no key was given' : result.signed ? '  its checkpoints are signed by a key that was given' : '  its checkpoints are not signed by any key that was given');
  }
  return code;
}
