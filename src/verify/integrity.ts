// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { inspectBag } from '../evidence/bag.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { readRun, readSeal, type Seal } from '../evidence/read-seal.ts';
import { canonicalJson } from '../model/json.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the files are true or complete, or who made them: whoever holds a bundle can write other files with manifests to match';

/** Every file is what the manifests say, nothing is missing or extra, and the seal is over this tag manifest, this run and so many files. What else the seal counts, re-derivation judges. */
export async function integrity(bundle: string): Promise<VerifyVerdict> {
  const bag = await inspectBag(bundle);
  const findings: Finding[] = [...bag.findings];
  const seal = await sealOf(bundle, findings);
  if (seal !== null) {
    if (seal.text !== `${canonicalJson(seal.envelope)}\n` || seal.statementText !== canonicalJson(seal.statement)) findings.push({ file: BUNDLE.seal, message: 'is not in the one form in which a seal is written: it was changed' });
    if (!findings.some(({ file }) => file === BUNDLE.tagManifest) && (await digestOfFile(join(bundle, BUNDLE.tagManifest))).sha256 !== seal.statement.subject[0].digest.sha256) findings.push({ file: BUNDLE.tagManifest, message: 'is not the one that the seal is over' });
    const { run, counts } = seal.statement.predicate;
    if (findings.length === 0 && (counts.files !== bag.files || counts.bytes !== bag.bytes)) findings.push({ file: BUNDLE.seal, message: `counts ${counts.files} files of ${counts.bytes} bytes; there are ${bag.files} of ${bag.bytes}` });
    if (findings.length === 0) {
      const there = await readRun(bundle);
      if (there.run !== run) findings.push({ file: BUNDLE.seal, message: `is of run ${run}; ${BUNDLE.run} is of ${there.run}` });
    }
  }
  return findings.length === 0 ? verdict('integrity', 'pass', [{ message: `${bag.files} files, ${bag.bytes} bytes, each as sealed` }], DOES_NOT_SHOW) : verdict('integrity', 'fail', findings, DOES_NOT_SHOW);
}

/** The seal; null, with a finding, where there is none. What is wrong with it must not hide what is wrong with other files. */
async function sealOf(bundle: string, findings: Finding[]): Promise<Seal | null> {
  try {
    const seal = await readSeal(bundle);
    if (seal === null) findings.push({ file: BUNDLE.seal, message: 'is missing: this bundle was never sealed, or its seal was taken away' });
    return seal;
  } catch (error) {
    if (!(error instanceof BundleFormatError)) throw error;
    findings.push({ file: BUNDLE.seal, message: error.message });
    return null;
  }
}
