// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { checkBag, filesOf } from '../evidence/bag.ts';
import { digestOfFile } from '../evidence/digest.ts';
import { countsOf, readRun, readSeal } from '../evidence/seal.ts';
import { canonicalJson } from '../model/json.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';

const DOES_NOT_SHOW = 'that the files are true or complete, or who made them: whoever holds a bundle can write other files with manifests to match';

/** Every file is what the manifests say, nothing is missing or extra, and the seal is over this tag manifest with these counts. */
export async function integrity(bundle: string): Promise<VerifyVerdict> {
  const findings: Finding[] = [...(await checkBag(bundle))];
  const seal = await readSeal(bundle);
  if (seal === null) findings.push({ file: BUNDLE.seal, message: 'is missing: this bundle was never sealed, or its seal was taken away' });
  else if (findings.length === 0) {
    const { statement } = seal;
    const tagManifest = await digestOfFile(join(bundle, BUNDLE.tagManifest));
    if (statement.subject[0].digest.sha256 !== tagManifest.sha256) findings.push({ file: BUNDLE.tagManifest, message: 'is not the one that the seal is over' });
    const run = await readRun(bundle);
    if (statement.predicate.run !== run.run) findings.push({ file: BUNDLE.run, message: `is run ${run.run}; the seal is of ${statement.predicate.run}` });
    const { files } = await filesOf(bundle, BUNDLE.data);
    const bytes = (await Promise.all(files.map((file) => digestOfFile(join(bundle, file))))).reduce((sum, digest) => sum + digest.bytes, 0);
    const { counts, gaps } = await countsOf(bundle, { files: files.length, bytes });
    if (canonicalJson(counts) !== canonicalJson(statement.predicate.counts) || gaps !== statement.predicate.gaps) findings.push({ file: BUNDLE.seal, message: 'counts other things than the files hold' });
    if (findings.length === 0) return verdict('integrity', 'pass', [{ message: `${files.length} files, ${bytes} bytes, each as sealed` }], DOES_NOT_SHOW);
  }
  return verdict('integrity', 'fail', findings, DOES_NOT_SHOW);
}
