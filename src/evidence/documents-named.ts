// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from './log-format.ts';

// Members whose value is the digest of a document of the archive: see src/evidence/events/. The digest of a tag manifest, a checkpoint or a population is of something else.
const NAMES: ReadonlySet<string> = new Set(['tokenSha256', 'sheetSha256', 'decisionsSha256', 'documentSha256']);

/** Digests of the documents that an event cannot be understood without: approvals attached to a person's act, frozen sheets, decisions, time stamp tokens. */
export function documentsNamed(event: LogEvent): readonly string[] {
  const found = new Set<string>();
  collect(event, found);
  return [...found];
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const attached = 'basis' in value && value.basis === 'approval attached';
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && (NAMES.has(name) || (attached && name === 'sha256'))) found.add(member);
    else collect(member, found);
  }
}
