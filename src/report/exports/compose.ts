// SPDX-License-Identifier: Apache-2.0
import { LEFT_OUT, ocsfLines } from '../ocsf.ts';
import { sarifPieces } from '../sarif.ts';
import type { ExportBundle } from './open.ts';
import type { ExportFile } from './write.ts';

export type ExportFormat = 'oscal' | 'ocsf' | 'sarif';

/** The files of a format, still to be written, and what a reader should know about them. Names carry the run, so that exports of several runs fit in one folder. */
export function composeExport(bundle: ExportBundle, format: ExportFormat): { readonly files: readonly ExportFile[]; readonly notes: readonly string[] } {
  const { run } = bundle.records.run;
  if (format === 'sarif') return { files: [{ name: `${run}.sarif`, pieces: sarifPieces(bundle) }], notes: [] };
  if (format === 'ocsf') {
    const without = LEFT_OUT.map((result) => `${bundle.checks.reduce((sum, { counts }) => sum + counts[result], 0)} ${result.replaceAll('_', ' ')}`);
    return { files: [{ name: `${run}.ocsf.jsonl`, pieces: ocsfLines(bundle) }], notes: [`Without an event, since there was nothing to hold a check against: ${without.join(', ')}.`] };
  }
  throw new Error(`there is no export ${format}`);
}
