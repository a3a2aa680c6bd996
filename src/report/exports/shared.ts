// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from '../../model/verdict.ts';
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
