// SPDX-License-Identifier: Apache-2.0
import type { Run, Scope } from '../bundle/records.ts';
import { dueReads } from '../model/due.ts';
import { sourcesOf, type Provider } from '../model/source.ts';
import { unitFolder } from '../model/reference.ts';
import { readUnits, type ReadUnit } from './read-units.ts';

export interface Completeness {
  /** Where the bundle contradicts itself: a read that was due and left neither call nor reason, a page without call. Empty for an honest scan. */
  readonly problems: readonly string[];
  /** What the bundle itself says could not be read, in words. */
  readonly gaps: readonly string[];
}

/**
 * Recomputes from the pages which reads were due in every unit and finds a call or a recorded reason for each. This is the proof
 * that "no such row" means "listed and not there". Reads ledger and pages only; throws a BundleFormatError on a damaged file.
 */
export async function completenessOf(bundle: string, run: Pick<Run, 'depth' | 'failedLogins'>, scope: Scope, providers: readonly Provider[]): Promise<Completeness> {
  const problems: string[] = [];
  const gaps: string[] = [];
  const folders = scope.units.map(({ id }) => unitFolder(id));
  if (new Set(folders).size !== folders.length) problems.push('scope.json: a unit stands twice');
  const told = new Set([...scope.units.map(({ id }) => id), ...scope.unreachable.map(({ unit }) => unit), ...scope.excluded.map(({ unit }) => unit), ...(scope.listed ?? []).map(({ unit }) => unit)]);
  const closedUnits = new Set((scope.listed ?? []).flatMap(({ unit, state }) => (state === 'closed' ? [unit] : [])));
  const listed = new Set<string>();
  for await (const read of readUnits(bundle, scope, providers, run.depth)) {
    problems.push(...read.problems, ...duenessProblems(read));
    for (const one of read.provider.parents?.find(({ unitKind }) => unitKind === read.unit.kind)?.units(read.reads) ?? []) {
      listed.add(one.id);
      if (!told.has(one.id)) problems.push(`${read.unit.id} lists ${one.id}, and scope.json says nothing of it`);
      else if (one.closed === null && closedUnits.has(one.id)) problems.push(`${one.id}: scope.json has it as closed, and ${read.unit.id} lists it as open`);
    }
    for (const source of sourcesOf(read.provider, read.unit)) {
      const failed = read.reads.reads(source.id).filter(({ end }) => end.state === 'failed');
      const first = failed[0];
      if (first !== undefined && first.end.state === 'failed') gaps.push(`${read.unit.id}: ${source.id} (${source.title}): ${failed.length} of its reads ended ${first.end.outcome}`);
    }
    if (read.calls.length === 0) problems.push(`${read.unit.id}: the ledger has no call of it`);
  }
  // A provider without such lists finds its units when it logs in, of which no page is kept.
  const withLists = new Set(providers.flatMap(({ id, parents = [] }) => (parents.length === 0 ? [] : [id])));
  for (const { id, basis, provider } of scope.units) if (basis === 'discovered' && withLists.has(provider) && !listed.has(id)) problems.push(`${id}: is said to have been found in a list, and no list has it`);
  for (const { unit, state } of scope.listed ?? []) {
    if (!listed.has(unit)) problems.push(`${unit}: scope.json says that a list has it, and none does`);
    if (state === 'undeclared') gaps.push(`${unit}: a list has it, and nobody declared it`);
  }
  for (const { unit, reason } of scope.unreachable) gaps.push(`${unit}: unreachable: ${reason}`);
  for (const { target, message } of run.failedLogins) gaps.push(`the login ${target} did not answer: ${message}`);
  return { problems, gaps };
}

function duenessProblems(read: ReadUnit): string[] {
  const problems: string[] = [];
  for (const source of sourcesOf(read.provider, read.unit)) {
    const due = dueReads(source, read.reads);
    const made = new Map(read.reads.reads(source.id).map(({ parent, end }) => [parent, end]));
    for (const item of due) {
      const parent = item.kind === 'read' ? item.seed.parent : item.parent;
      const end = made.get(parent);
      made.delete(parent);
      const place = `${read.unit.id}: ${source.id}${parent === null ? '' : ` of ${parent}`}`;
      if (end === undefined) problems.push(`${place}: was due and left neither call nor reason`);
      else if (item.kind === 'read' && end.state === 'skipped') problems.push(`${place}: was due and is recorded as skipped: ${end.reason}`);
      else if (item.kind === 'skip' && end.state !== 'skipped') problems.push(`${place}: was not due (${item.reason.reason}) and has calls`);
    }
    for (const [parent, end] of made) problems.push(`${read.unit.id}: ${source.id}${parent === null ? '' : ` of ${parent}`}: ${end.state === 'skipped' ? 'a recorded reason' : 'calls'} without anything that made it due`);
  }
  return problems;
}
