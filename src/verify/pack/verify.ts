// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { digestOfFile } from '../../evidence/digest.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import type { Period } from '../../period/document.ts';
import { PACK } from '../../period/pack/format.ts';
import { readPack } from '../../period/pack/render.ts';
import { guarded, reportOf, specialOf, strange, unread } from '../judge.ts';
import { verdict, type VerdictName, type VerifyReport, type VerifyVerdict } from '../report.ts';
import { packAuthenticity } from './authenticity.ts';
import { packIntegrity } from './integrity.ts';
import { packPeriodCoverage } from './period-coverage.ts';
import { packReDerivation } from './re-derivation.ts';
import { anchorsOfPack, timesOfPack } from './time.ts';

export interface PackVerifyOptions {
  readonly keys: readonly string[];
  readonly checkpoint?: string;
  /** CA certificates of time stamp authorities in PEM form, from the reader. */
  readonly tsaCas?: readonly string[];
  readonly anchorWithinMs?: number;
  readonly require: readonly VerdictName[];
  /** Puts together the document of the same period from an archive that the reader has; null where they have none. */
  readonly again: ((period: Period) => Promise<Period>) | null;
  /** Folder of the pack that an addition belongs to. */
  readonly base?: string;
}

const COMPLETENESS_DOES_NOT_SHOW = 'what no interface lists (the blind spots), units that nobody named, or that the provider answered truly';
const ANCHORED_DOES_NOT_SHOW = 'anything before the stamps: that the log stood so by then is shown; what it says of earlier moments is management\'s word';
const TIME_DOES_NOT_SHOW = 'that the times are true: nothing outside management\'s control bears witness to them';

/** Six verdicts on a pack, each on its own, as on a bundle. A damaged file is a finding, never an exception. No network. */
export async function verifyPack(folder: string, options: PackVerifyOptions): Promise<VerifyReport> {
  const special = await specialOf(folder);
  const judge = (name: VerdictName, of: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> => (special.length > 0 ? Promise.resolve(unread(name, special)) : guarded(folder, name, of));
  const verdicts = [
    await guarded(folder, 'integrity', async () => (special.length > 0 ? strange(special) : withBase(await packIntegrity(folder), folder, options.base))),
    await judge('authenticity', () => packAuthenticity(folder, options)),
    await judge('time', () => time(folder, options)),
    await judge('completeness', () => completeness(folder)),
    await judge('period-coverage', () => packPeriodCoverage(folder)),
    await judge('re-derivation', () => packReDerivation(folder, options.again)),
  ];
  return reportOf(folder, null, verdicts, options.require);
}

/** An addition proves something only against the pack that was handed over before it. */
async function withBase(integrity: VerifyVerdict, folder: string, base: string | undefined): Promise<VerifyVerdict> {
  const { pack } = await readPack(folder);
  if (pack.extends === null) return integrity;
  if (base === undefined) return integrity.result === 'fail' ? integrity : { ...integrity, result: 'cannot_say', findings: [...integrity.findings, { file: PACK.about, message: `adds to the pack whose tag manifest is ${pack.extends}: name that pack with --pack` }] };
  const there = (await digestOfFile(join(base, BUNDLE.tagManifest))).sha256;
  const { pack: earlier } = await readPack(base);
  const other = pack.runs.filter(({ run, tagManifestSha256 }) => !earlier.runs.some((one) => one.run === run && one.tagManifestSha256 === tagManifestSha256));
  const findings = [
    ...(there === pack.extends ? [] : [{ file: PACK.about, message: `adds to ${pack.extends}; the pack that was given is ${there}` }]),
    ...other.map(({ run }) => ({ file: PACK.about, message: `has another digest for run ${run} than the pack that was handed over` })),
  ];
  return findings.length === 0 ? { ...integrity, findings: [...integrity.findings, { message: 'every run in it has the digest that was handed over before' }] } : { ...integrity, result: 'fail', findings: [...findings, ...integrity.findings] };
}

async function time(folder: string, options: PackVerifyOptions): Promise<VerifyVerdict> {
  const findings = await timesOfPack(folder);
  if (findings.length > 0) return verdict('time', 'fail', findings, TIME_DOES_NOT_SHOW);
  const { anchored, problems, notes } = await anchorsOfPack(folder, options);
  if (problems.length > 0) return verdict('time', 'fail', problems, TIME_DOES_NOT_SHOW);
  return verdict('time', anchored ? 'pass' : 'cannot_say', [...notes, { message: 'the times in the log agree with each other' }], anchored ? ANCHORED_DOES_NOT_SHOW : TIME_DOES_NOT_SHOW);
}

/** Pages stay with management, so a pack can repeat what its runs say of their completeness and not prove it. */
async function completeness(folder: string): Promise<VerifyVerdict> {
  const { pack, period } = await readPack(folder);
  const gaps = period?.coverageGaps ?? [];
  return verdict('completeness', 'cannot_say', [
    { message: `pages and ledger of the ${pack.runs.length} runs are not in the pack; \`rollcall verify\` on a run judges what was due in it, and \`rollcall pack add --runs\` hands one over` },
    ...gaps.map((gap) => ({ message: `${gap.unit}: ${gap.source ?? 'the unit'} could not be read in ${gap.runs.length} of ${gap.ofRuns} runs: ${gap.outcome}` })),
  ], COMPLETENESS_DOES_NOT_SHOW);
}
