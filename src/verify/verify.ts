// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import { readRun } from '../evidence/seal.ts';
import { authenticity } from './authenticity.ts';
import { integrity } from './integrity.ts';
import { reDerivation } from './re-derivation.ts';
import { verdict, VERDICT_NAMES, type VerdictName, type VerifyReport, type VerifyVerdict } from './report.ts';
import { time } from './time.ts';

export { VERDICT_NAMES, type VerdictName, type VerifyReport } from './report.ts';

export interface VerifyOptions {
  /** Public keys in PEM form that the reader trusts; from the reader, never from the bundle. */
  readonly keys: readonly string[];
  readonly logDir?: string;
  /** A checkpoint that the reader kept. */
  readonly checkpoint?: string;
  readonly require: readonly VerdictName[];
  /** Derives a bundle's derived files into a folder. */
  readonly rederive: (bundle: string, out: string) => Promise<void>;
  readonly completeness: (bundle: string) => Promise<{ readonly problems: readonly string[]; readonly gaps: readonly string[] }>;
}

const COMPLETENESS_DOES_NOT_SHOW = 'what no interface lists (the blind spots), units that nobody named, or that the provider answered truly';
const PERIOD_DOES_NOT_SHOW = 'anything about other days: one bundle shows one moment';

/** Six verdicts on a bundle, each on its own; a damaged file is a finding, never an exception. No network, no SDK. */
export async function verifyBundle(bundle: string, options: VerifyOptions): Promise<VerifyReport> {
  const verdicts = [
    await guarded('integrity', () => integrity(bundle)),
    await guarded('authenticity', () => authenticity(bundle, options)),
    await guarded('time', () => time(bundle)),
    await guarded('completeness', async () => completeness(await options.completeness(bundle))),
    verdict('period-coverage', 'cannot_say', [{ message: 'a bundle is of one moment; whether a period is covered is asked of all runs of the archive' }], PERIOD_DOES_NOT_SHOW),
    await guarded('re-derivation', () => reDerivation(bundle, options.rederive)),
  ];
  const required = VERDICT_NAMES.filter((name) => options.require.includes(name));
  const failed = verdicts.some(({ result }) => result === 'fail');
  const unsaid = verdicts.some(({ name, result }) => result === 'cannot_say' && required.includes(name));
  return { bundle, run: await runOf(bundle), verdicts, required, exitCode: failed ? 1 : unsaid ? 3 : 0 };
}

function completeness({ problems, gaps }: { readonly problems: readonly string[]; readonly gaps: readonly string[] }): VerifyVerdict {
  if (problems.length > 0) return verdict('completeness', 'fail', problems.map((message) => ({ message })), COMPLETENESS_DOES_NOT_SHOW);
  if (gaps.length > 0) return verdict('completeness', 'cannot_say', [...gaps.map((message) => ({ message })), { message: 'every other read that was due has a call or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
  return verdict('completeness', 'pass', [{ message: 'every read that was due has a call that ended its list, or a recorded reason' }], COMPLETENESS_DOES_NOT_SHOW);
}

/** A damaged or missing file makes a verdict fail with its name; anything else is a fault of ours and is not hidden. */
async function guarded(name: VerdictName, judge: () => Promise<VerifyVerdict>): Promise<VerifyVerdict> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof BundleFormatError) return verdict(name, 'fail', [{ message: error.message }], 'more than that: the bundle could not be read');
    const code = (error as NodeJS.ErrnoException).code;
    const path = (error as NodeJS.ErrnoException).path;
    if (code !== undefined && path !== undefined && ['ENOENT', 'EACCES', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(code)) return verdict(name, 'fail', [{ file: path, message: code === 'ENOENT' ? 'is missing' : `cannot be read (${code})` }], 'more than that: the bundle could not be read');
    throw error;
  }
}

async function runOf(bundle: string): Promise<string | null> {
  try {
    return (await readRun(bundle)).run;
  } catch (error) {
    if (error instanceof BundleFormatError) return null;
    throw error;
  }
}
