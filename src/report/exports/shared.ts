// SPDX-License-Identifier: Apache-2.0
import type { Control } from '../../bundle/records.ts';
import { byCodeUnit } from '../../model/json.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { ExportBundle } from './open.ts';
import { uuidOf } from './uuid.ts';

/** A path of the bundle as a URI reference: file names may hold percent signs of their own. */
export function fileUri(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

/** The kind of row whose list was left open, where the verdict is about what such a list may hold: `aws.access-key`. Null for a verdict on one subject's facts. */
export function openList({ result, observed }: Verdict): string | null {
  const kind = observed['unknown'];
  return result === 'not_evaluated' && typeof kind === 'string' && kind.includes('.') ? kind : null;
}

/** An id of check and subject that stays the same from run to run, whatever the result. */
export function findingId(verdict: Verdict): string {
  return uuidOf('finding', verdict.check, verdict.unit, verdict.subject, verdict.subjectKind, openList(verdict));
}

/** Management's controls that a check shows, by id. */
export function controlsOf({ records }: ExportBundle, check: string): readonly Control[] {
  return records.evidence.map(({ control }) => control).filter((control) => control.checks.some((entry) => entry.check === check)).toSorted((a, b) => byCodeUnit(a.id, b.id));
}

/** What a result is to management: a deviation candidate only where a control of theirs names the check. */
export function standsAs(bundle: ExportBundle, { check, result }: Verdict): 'deviation candidate' | 'open result of a control' | 'result of a control' | 'observation' {
  if (controlsOf(bundle, check).length === 0) return 'observation';
  return result === 'not_met' ? 'deviation candidate' : result === 'met' ? 'result of a control' : 'open result of a control';
}

/** What tells a verdict from every other of its run. */
export function verdictIdentity({ check, unit, subject, subjectKind, observed }: Verdict): readonly unknown[] {
  return [check, unit, subject, subjectKind, observed];
}
