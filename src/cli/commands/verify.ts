// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import { publicKeyOf } from '../../evidence/dsse.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { deriveBundle, judgeCompleteness } from '../../pipeline/derive.ts';
import { PACK } from '../../period/pack/format.ts';
import { verifyPack } from '../../verify/pack/verify.ts';
import { VERDICT_NAMES, verifyBundle, type VerdictName, type VerifyReport } from '../../verify/verify.ts';
import type { ExitCode } from '../exit.ts';
import { loadPeriod } from '../load-period.ts';
import { isFile, isFolder } from '../what-stands.ts';
import { freeSpentMemory } from '../spent-memory.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

export interface VerifyOptions { readonly key?: readonly string[]; readonly log?: string; readonly checkpoint?: string; readonly archive?: string; readonly pack?: string; readonly tsaCa?: readonly string[]; readonly anchorWithin?: number; readonly require: readonly string[]; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall verify BUNDLE`: six verdicts that stand apart, each with what it does not show. Loads no SDK and opens no connection. */
export async function verify(bundle: string, options: VerifyOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const report = await runVerify(bundle, options);
  if (options.json === true) terminal.json(report);
  else printReport(terminal, bundle, report);
  return report.exitCode;
}

/** Reads what the options name, then verifies. Throws an InputError for a flag that cannot be used. */
export async function runVerify(bundle: string, options: VerifyOptions): Promise<VerifyReport> {
  const required = options.require.map((name): VerdictName => {
    const known = VERDICT_NAMES.find((candidate) => candidate === name);
    if (known === undefined) throw new InputError('--require', `there is no verdict ${name}`, `use ${VERDICT_NAMES.join(', ')}`);
    return known;
  });
  if (!(await isFolder(bundle))) throw new InputError('verify', `there is no folder ${bundle}`, 'name the folder of a sealed run, such as evidence/runs/RUN');
  const keys = await Promise.all((options.key ?? []).map(readKey));
  if (options.log !== undefined && !(await isFolder(options.log))) throw new InputError('--log', `there is no folder ${options.log}`, "name the archive's folder log");
  if (await isFile(join(bundle, PACK.about))) return packReport(bundle, keys, required, options);
  const beside = join(dirname(dirname(resolve(bundle))), 'log');
  const logDir = options.log ?? ((await isFolder(beside)) ? beside : undefined);
  const checkpoint = options.checkpoint === undefined ? undefined : await readCheckpoint(options.checkpoint);
  const tsaCas = await Promise.all((options.tsaCa ?? []).map(readCa));
  return verifyBundle(bundle, {
    keys, tsaCas, ...(options.anchorWithin === undefined ? {} : { anchorWithinMs: options.anchorWithin * 3_600_000 }), ...(logDir === undefined ? {} : { logDir }), ...(checkpoint === undefined ? {} : { checkpoint }), require: required,
    rederive: (from, to) => deriveBundle(from, to, PROVIDERS, freeSpentMemory), completeness: (from) => judgeCompleteness(from, PROVIDERS),
  });
}

async function packReport(folder: string, keys: readonly string[], required: readonly VerdictName[], options: VerifyOptions): Promise<VerifyReport> {
  const { archive, pack, checkpoint } = options;
  if (archive !== undefined && !(await isFolder(archive))) throw new InputError('--archive', `there is no folder ${archive}`, 'name the archive that the pack was made from');
  if (pack !== undefined && !(await isFile(join(pack, PACK.about)))) throw new InputError('--pack', `${pack} is not the folder of a pack`, 'name the pack that these runs or rows were added to');
  return verifyPack(folder, {
    keys, require: required, tsaCas: await Promise.all((options.tsaCa ?? []).map(readCa)), ...(options.anchorWithin === undefined ? {} : { anchorWithinMs: options.anchorWithin * 3_600_000 }),
    ...(checkpoint === undefined ? {} : { checkpoint: await readCheckpoint(checkpoint) }), ...(pack === undefined ? {} : { base: pack }),
    again: archive === undefined ? null : async ({ from, to, asOf, log }) => loadPeriod(archive, { from, to }, asOf, undefined, log.size),
  });
}

/** The verdicts as a person reads them. */
export function printReport(terminal: Terminal, bundle: string, report: VerifyReport): void {
  terminal.out(terminal.bold(`Verified ${bundle}`));
  for (const verdict of report.verdicts) {
    terminal.out(`  ${verdict.name.padEnd(16)} ${verdict.result.replace('_', ' ').padEnd(11)}${report.required.includes(verdict.name) ? ' (required)' : ''}`);
    for (const finding of verdict.findings) terminal.out(`    ${finding.file === undefined ? '' : `${printable(finding.file)}: `}${printable(finding.message)}`);
    terminal.out(terminal.dim(`    does not show: ${verdict.doesNotShow}`));
  }
}

/** The text of a checkpoint that a reader kept. Throws an InputError where the file holds none. */
export async function readCheckpoint(file: string): Promise<string> {
  const checkpoint = await readText(file, '--checkpoint', 'name a checkpoint file that you kept from the log');
  if (parseCheckpoint(checkpoint) === null) throw new InputError('--checkpoint', `${file} is no checkpoint of a log`, 'name a file that you copied from log/checkpoint or log/checkpoints/');
  return checkpoint;
}

async function readCa(file: string): Promise<string> {
  const pem = await readText(file, '--tsa-ca', 'name the CA certificate of a time stamp authority in PEM form, from the authority itself');
  const { readCertificates } = await import('../../evidence/time-stamp/parse.ts');
  try {
    readCertificates(pem);
  } catch (error) {
    throw new InputError('--tsa-ca', `${file}: ${error instanceof Error ? error.message : String(error)}`, 'name a CA certificate in PEM form; openssl x509 -inform der -in FILE makes it of one in DER', { cause: error });
  }
  return pem;
}

async function readText(file: string, place: string, remedy: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(place, `${file} cannot be read`, remedy, { cause: error });
  }
}

/** The text of a public key. Throws an InputError where the file holds none. */
export async function readKey(file: string): Promise<string> {
  const pem = await readText(file, '--key', 'name a public key in PEM form');
  try {
    publicKeyOf(pem);
  } catch (error) {
    throw new InputError('--key', `${file}: ${error instanceof Error ? error.message : String(error)}`, 'name the public key of a signer, such as signing-key.pub.pem', { cause: error });
  }
  return pem;
}
