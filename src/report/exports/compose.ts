// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../../model/errors.ts';
import { LEFT_OUT, ocsfLines } from '../ocsf.ts';
import { documentName } from '../oscal/common.ts';
import { milestonesPieces } from '../oscal/milestones.ts';
import { planPieces } from '../oscal/plan.ts';
import { resultsPieces } from '../oscal/results.ts';
import { sarifPieces } from '../sarif.ts';
import type { ExportBundle } from './open.ts';
import type { ExportFile } from './write.ts';

export type ExportFormat = 'oscal' | 'ocsf' | 'sarif';

/**
 * The files of a format, still to be written, and what a reader should know about them. Names carry the run, so that exports of several
 * runs fit in one folder. Throws an InputError where the format cannot tell of this run.
 */
export function composeExport(bundle: ExportBundle, format: ExportFormat): { readonly files: readonly ExportFile[]; readonly notes: readonly string[] } {
  const { run } = bundle.records.run;
  if (format === 'sarif') return { files: [{ name: `${run}.sarif`, pieces: sarifPieces(bundle) }], notes: [] };
  if (format === 'ocsf') {
    const without = LEFT_OUT.map((result) => `${bundle.checks.reduce((sum, { counts }) => sum + counts[result], 0)} ${result.replaceAll('_', ' ')}`);
    return { files: [{ name: `${run}.ocsf.jsonl`, pieces: ocsfLines(bundle) }], notes: [`Without an event, since there was nothing to hold a check against: ${without.join(', ')}.`] };
  }
  if (bundle.records.evidence.length === 0) throw new InputError('--format oscal', 'this run has no control of management, and OSCAL tells results by control', 'declare controls in controls.yaml and scan again, or export as ocsf or sarif');
  const files = [{ name: documentName(run, 'assessment-plan'), pieces: planPieces(bundle) }, { name: documentName(run, 'assessment-results'), pieces: resultsPieces(bundle) }];
  if (bundle.log === null || bundle.log.deviations.length === 0) return { files, notes: [`No plan of action and milestones: ${bundle.log === null ? 'no log is at hand' : 'the log holds no deviation'}, and the format needs one item at least.`] };
  return { files: [...files, { name: documentName(run, 'plan-of-action-and-milestones'), pieces: milestonesPieces(bundle, bundle.log) }], notes: [] };
}
