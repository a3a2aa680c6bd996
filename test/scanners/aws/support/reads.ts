// SPDX-License-Identifier: Apache-2.0
import { SOURCES } from '../../../../scanners/aws/sources.ts';
import { dueReads } from '../../../../src/model/due.ts';
import { pageReference } from '../../../../src/model/reference.ts';
import type { SourceRow } from '../../../../src/model/row.ts';
import type { AnySource, Depth, ReadEnd } from '../../../../src/model/source.ts';
import { UnitReads } from '../../../../src/model/unit-reads.ts';
import type { Unit } from '../../../../src/model/unit.ts';

export const UNIT: Unit = { id: 'aws:111122223333', provider: 'aws', kind: 'account', nativeId: '111122223333', name: null, target: 'test', basis: 'own_login' };

export function sourceOf(id: string): AnySource {
  const source = SOURCES.find((candidate) => candidate.id === id);
  if (source === undefined) throw new Error(`there is no source ${id}`);
  return source;
}

/** Rows of one page as the source makes them. */
export function rowsOf(id: string, body: unknown, parent: string | null = null): readonly SourceRow[] {
  return sourceOf(id).rows(body, { unit: UNIT, parent, providerTime: null, ref: (...pointer) => pageReference({ unit: UNIT.id, source: id, parent }, 1, pointer) });
}

export const COMPLETE: ReadEnd = { state: 'complete', pages: 1, calls: [] };
export function failed(outcome: Extract<ReadEnd, { state: 'failed' }>['outcome']): ReadEnd {
  return { state: 'failed', outcome, errorCode: null, operation: 'Some', calls: [] };
}

/** What was read so far: pages by source and parent. */
export function readsWith(depth: Depth, pages: readonly (readonly [source: string, parent: string | null, body: unknown, end?: ReadEnd])[]): UnitReads {
  const reads = new UnitReads(UNIT, depth);
  for (const [source, parent, body, end] of pages) reads.read(source, parent, end ?? COMPLETE, body === null ? [] : rowsOf(source, body, parent));
  return reads;
}

/** What becomes of a source's reads: `read` or the reason of a skip, by parent. */
export function dueOf(id: string, reads: UnitReads): { readonly [parent: string]: string } {
  return Object.fromEntries(dueReads(sourceOf(id), reads).map((due) => (due.kind === 'read' ? [due.seed.parent ?? '-', 'read'] : [due.parent ?? '-', due.reason.skip])));
}

export const user = (id: string, more: object = {}): object => ({ UserName: id.toLowerCase(), UserId: id, Arn: `arn:aws:iam::111122223333:user/${id.toLowerCase()}`, Path: '/', CreateDate: '2026-01-01T00:00:00Z', ...more });
export const details = (more: object = {}): object => ({ UserDetailList: '', GroupDetailList: '', RoleDetailList: '', Policies: '', IsTruncated: 'false', ...more });
const EMPTY_SLOTS = Object.fromEntries([1, 2].flatMap((n) => [
  [`access_key_${n}_active`, 'false'], [`access_key_${n}_last_rotated`, 'N/A'], [`access_key_${n}_last_used_date`, 'N/A'], [`access_key_${n}_last_used_region`, 'N/A'], [`access_key_${n}_last_used_service`, 'N/A'], [`cert_${n}_active`, 'false'], [`cert_${n}_last_rotated`, 'N/A'],
]));
export const reportRow = (id: string, more: object = {}): object => ({
  user: id.toLowerCase(), arn: `arn:aws:iam::111122223333:user/${id.toLowerCase()}`, user_creation_time: '2026-01-01T00:00:00+00:00', password_enabled: 'false', password_last_used: 'N/A', password_last_changed: 'N/A', password_next_rotation: 'N/A', mfa_active: 'false', ...EMPTY_SLOTS, ...more,
});
export const report = (...rows: readonly object[]): object => ({ GeneratedTime: '2026-11-22T08:00:00Z', ReportFormat: 'text/csv', rows });
export const key = (id: string, name: string, created: string): object => ({ UserName: name, AccessKeyId: id, Status: 'Active', CreateDate: created });
