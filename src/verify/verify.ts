// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import { readRun } from '../evidence/read-seal.ts';
import { authenticity } from './authenticity.ts';
import { integrity } from './integrity.ts';
import { guarded, reportOf, specialOf, strange, unread } from './judge.ts';
import { reDerivation } from './re-derivation.ts';
import { verdict, type VerdictName, type VerifyReport, type VerifyVerdict } from './report.ts';
import { time } from './time.ts';

export { VERDICT_NAMES, type VerdictName, type VerifyReport } from './report.ts';

export interface VerifyOptions {
  /** Public keys in PEM form that the reader trusts; from the reader, never from the bundle. */
  readonly keys: readonly string[];
  readonly logDir?: string;
  /** A checkpoint that the reader kept. */
  readonly checkpoint?: string;
  /** How far the provider's clock and the scan's may be apart, in milliseconds; five minutes where absent. */
  readonly maxSkewMs?: number;
  /** CA certificates of time stamp authorities in PEM form that the reader trusts; from the reader, never from a token. */
  readonly tsaCas?: readonly string[];
  /** How long after a seal its time stamp may be, in milliseconds; a day where absent. */
  readonly anchorWithinMs?: number;
  readonly require: readonly VerdictName[];
  /** Derives a bundle's derived files into a folder. */
  readonly rederive: (bundle: string, out: string) => Promise<void>;
  readonly completeness: (bundle: string) => Promise<{ readonly problems: readonly string[]; readonly gaps: readonly string[] }>;
}

const COMPLETENESS_DOES_NOT_SHOW = 'what no interface lists (the blind spots), units that nobody named, or that the provider answered truly';
const PERIOD_DOES_NOT_SHOW = 'anything about other days: one bundle shows one moment';

/** Six verdicts on a bundle, each on its own; a damaged file is a finding, never an exception. No network, no SDK. */
export async function verifyBundle(bundle: string, options: VerifyOptions): Promise<VerifyReport> {
  const special = await specialOf(bundle);
  const judge = (name: VerdictName, of: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> => (special.length > 0 ? Promise.resolve(unread(name, special)) : guarded(bundle, name, of));
  const verdicts = [
    await guarded(bundle, 'integrity', () => (special.length > 0 ? Promise.resolve(strange(special)) : integrity(bundle))),
    await judge('authenticity', () => authenticity(bundle, options)),
    await judge('time', () => time(bundle, options)),
    await judge('completeness', async () => completeness(await options.completeness(bundle))),
    verdict('period-coverage', 'cannot_say', [{ message: 'a bundle is of one moment; whether a period is covered is asked of all runs of the archive: `rollcall period`' }], PERIOD_DOES_NOT_SHOW),
    await judge('re-derivation', () => reDerivation(bundle, options.rederive)),
  ];
  return reportOf(bundle, special.length > 0 ? null : await runOf(bundle), verdicts, options.require);
}

function completeness({ problems, gaps }: { readonly problems: readonly string[]; readonly gaps: readonly string[] }): VerifyVerdict {
  if (problems.length > 0) return verdict('completeness', 'fail', problems.map((message) => ({ message })), COMPLETENESS_DOES_NOT_SHOW);
  if (gaps.length > 0) return verdict('completeness', 'cannot_say', [...gaps.map((message) => ({ message })), { message: 'every other read that was due has a call or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
  return verdict('completeness', 'pass', [{ message: 'every read that was due has a call that ended its list, or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
}

async function runOf(bundle: string): Promise<string | null> {
  try {
    return (await readRun(bundle)).run;
  } catch (error) {
    if (error instanceof BundleFormatError) return null;
    throw error;
  }
}
