// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipLines } from '../bundle/jsonl.ts';
import { BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { DERIVATION_VERSION } from '../bundle/records.ts';
import { filesOf } from '../evidence/bag.ts';
import { readRun } from '../evidence/seal.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the rules are right: the same code run again repeats its own mistakes. `rollcall trace` shows the way back to the source';

/** Derives everything again from pages, ledger and inputs, without network, and compares content. Another derivation version cannot be judged here: it says what can. */
export async function reDerivation(bundle: string, rederive: (bundle: string, out: string) => Promise<void>): Promise<VerifyVerdict> {
  const run = await readRun(bundle);
  if (run.derivationVersion !== DERIVATION_VERSION) {
    return verdict('re-derivation', 'cannot_say', [{ file: BUNDLE.run, message: `was derived by version ${run.derivationVersion}; this is ${DERIVATION_VERSION}. Run: npx rollcall@${run.tool.version} verify ${bundle}` }], DOES_NOT_SHOW);
  }
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-verify-'));
  try {
    await rederive(bundle, folder);
    const derived = (files: readonly string[]): readonly string[] => files.filter((file) => !COLLECTED.some((path) => file === path || file.startsWith(`${path}/`)));
    const sealed = derived((await filesOf(bundle, BUNDLE.data)).files);
    const again = derived((await filesOf(folder, BUNDLE.data)).files);
    const findings: Finding[] = [];
    for (const file of sealed) if (!again.includes(file)) findings.push({ file, message: 'does not follow from the pages: nothing makes it' });
    for (const file of again) if (!sealed.includes(file)) findings.push({ file, message: 'follows from the pages and is missing' });
    for (const file of sealed) {
      if (!again.includes(file)) continue;
      const difference = await firstDifference(join(bundle, file), join(folder, file));
      if (difference !== null) findings.push({ file, message: `does not follow from the pages: ${difference}` });
    }
    return findings.length === 0 ? verdict('re-derivation', 'pass', [{ message: `${sealed.length} files come out the same from pages, ledger and inputs` }], DOES_NOT_SHOW) : verdict('re-derivation', 'fail', findings, DOES_NOT_SHOW);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where two files first differ, by content: gzip is compared unpacked, so that another zlib does not matter. */
async function firstDifference(a: string, b: string): Promise<string | null> {
  if (!a.endsWith('.gz')) return (await readFile(a)).equals(await readFile(b)) ? null : 'its bytes differ';
  const left = gunzipLines(a);
  const right = gunzipLines(b);
  try {
    for (let line = 1; ; line += 1) {
      const [one, other] = await Promise.all([left.next(), right.next()]);
      if (one.done === true && other.done === true) return null;
      if (one.done === true || other.done === true || one.value !== other.value) return `line ${line} differs`;
    }
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}
