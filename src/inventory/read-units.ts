// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE, pagesFile } from '../bundle/layout.ts';
import { bodyForRows } from '../bundle/page-body.ts';
import type { Scope } from '../bundle/records.ts';
import { byCodeUnit } from '../model/json.ts';
import { ledgerEntrySchema, pageLineSchema, type Call, type Failure, type LedgerEntry, type PageLine, type Skip } from '../model/ledger.ts';
import { pageReference, unitFolder, type CallId } from '../model/reference.ts';
import { sourcesOf, type AnySource, type Depth, type Provider, type ReadEnd } from '../model/source.ts';
import { UnitReads } from '../model/unit-reads.ts';
import type { Unit } from '../model/unit.ts';

/** One unit as it was read: rows and ends made from its pages and ledger, with the ledger itself. */
export interface ReadUnit {
  readonly unit: Unit;
  readonly provider: Provider;
  readonly reads: UnitReads;
  readonly calls: readonly Call[];
  readonly skips: readonly Skip[];
  /** Pages by source, without bodies: for counts and unknown fields. */
  readonly pages: ReadonlyMap<string, readonly Omit<PageLine, 'body'>[]>;
  /** What does not fit together: a page without call, a body that its source cannot read. Empty for an honest bundle. */
  readonly problems: readonly string[];
}

/**
 * Reads the units of a bundle one after another, ordered by folder name, from ledger and pages alone. Throws a
 * BundleFormatError where a file is damaged; what is whole but contradictory is told in `problems`.
 */
export async function* readUnits(bundle: string, scope: Scope, providers: readonly Provider[], depth: Depth): AsyncGenerator<ReadUnit> {
  const ledger = ledgerByUnit(join(bundle, BUNDLE.calls));
  const units = [...scope.units].sort((a, b) => byCodeUnit(unitFolder(a.id), unitFolder(b.id)));
  const entries = new Map<string, LedgerEntry[]>();
  for (const unit of units) {
    const provider = providers.find(({ id }) => id === unit.provider);
    if (provider === undefined) throw new Error(`${unit.id}: this version knows no provider ${unit.provider}`);
    while (!entries.has(unit.id)) {
      const next = await ledger.next();
      if (next.done === true) break;
      entries.set(next.value.unit, next.value.entries);
    }
    const own = entries.get(unit.id) ?? [];
    entries.delete(unit.id);
    yield await readUnit(bundle, unit, provider, depth, own);
  }
}

/** What was read of the units at which joins of other units look: see `Provider.above`. Reads the ledger once more, and only where there are such units. */
export async function readAbove(bundle: string, scope: Scope, providers: readonly Provider[], depth: Depth): Promise<(unit: string) => UnitReads | null> {
  const above = new Map(scope.units.flatMap((unit) => {
    const provider = providers.find(({ id }) => id === unit.provider);
    return provider?.above?.includes(unit.kind) === true ? [[unit.id, { unit, provider }] as const] : [];
  }));
  const reads = new Map<string, UnitReads>();
  if (above.size > 0) {
    for await (const { unit: id, entries } of ledgerByUnit(join(bundle, BUNDLE.calls))) {
      const found = above.get(id);
      if (found !== undefined) reads.set(id, (await readUnit(bundle, found.unit, found.provider, depth, entries)).reads);
    }
  }
  return (unit) => reads.get(unit) ?? null;
}

async function* ledgerByUnit(file: string): AsyncGenerator<{ unit: string; entries: LedgerEntry[] }> {
  let current: { unit: string; entries: LedgerEntry[] } | null = null;
  for await (const entry of readJsonLines(file, ledgerEntrySchema)) {
    if (current !== null && current.unit !== entry.unit) {
      yield current;
      current = null;
    }
    current ??= { unit: entry.unit, entries: [] };
    current.entries.push(entry);
  }
  if (current !== null) yield current;
}

async function readUnit(bundle: string, unit: Unit, provider: Provider, depth: Depth, entries: readonly LedgerEntry[]): Promise<ReadUnit> {
  const reads = new UnitReads(unit, depth);
  const problems: string[] = [];
  const calls = entries.filter((entry) => entry.type === 'call');
  const skips = entries.filter((entry) => entry.type === 'skip');
  const pages = new Map<string, Omit<PageLine, 'body'>[]>();
  for (const skip of skips) reads.skipped(skip.source, skip.parent, { skip: skip.kind, reason: skip.reason });
  const bySource = Map.groupBy(calls, (call) => call.source);
  const there = await filesIn(join(bundle, BUNDLE.pages, unitFolder(unit.id)));
  for (const source of sourcesOf(provider, unit)) {
    const mine = bySource.get(source.id);
    const file = join(bundle, pagesFile(unit.id, source.id));
    if (mine === undefined) {
      if (there.has(basename(file))) problems.push(`${pagesFile(unit.id, source.id)}: pages without any call in the ledger`);
      continue;
    }
    bySource.delete(source.id);
    const lines = new Map<string | null, PageLine[]>();
    // A source none of whose calls brought a page has no file of pages; one that is missing elsewhere is damage, and told as such.
    if (there.has(basename(file)) || mine.some(({ outcome }) => outcome === 'ok' || outcome === 'empty')) for await (const line of readJsonLines(file, pageLineSchema)) {
      const list = lines.get(line.parent);
      if (list === undefined) lines.set(line.parent, [line]);
      else list.push(line);
    }
    pages.set(source.id, [...lines.values()].flat().map(({ body: _body, ...rest }) => rest));
    for (const [parent, group] of Map.groupBy(mine, (call) => call.parent)) {
      const { end, rows } = endOf(unit, source, parent, group, lines.get(parent) ?? [], problems);
      reads.read(source.id, parent, end, rows);
      lines.delete(parent);
    }
    for (const [parent] of lines) problems.push(`${pagesFile(unit.id, source.id)}: a page of ${parent ?? 'the unit'} without call in the ledger`);
  }
  for (const [source] of bySource) problems.push(`${unit.id}: the ledger has calls of ${source}, a source that this version does not know`);
  return { unit, provider, reads, calls, skips, pages, problems };
}

/** How a read ended, from its calls and pages: complete only with every page from the first on and an end marker on the last. */
function endOf(unit: Unit, source: AnySource, parent: string | null, calls: readonly Call[], lines: readonly PageLine[], problems: string[]): { end: ReadEnd; rows: ReturnType<AnySource['rows']> } {
  const ids: CallId[] = calls.map(({ id }) => id);
  const key = { unit: unit.id, source: source.id, parent };
  const rows: ReturnType<AnySource['rows']>[number][] = [];
  const place = `${pagesFile(unit.id, source.id)}: ${parent ?? 'the unit'}`;
  const answered = calls.filter((call) => call.outcome === 'ok' || call.outcome === 'empty');
  if (answered.length !== lines.length) problems.push(`${place}: ${answered.length} calls brought a page, ${lines.length} pages are there`);
  const last = calls.at(-1);
  let closed = false;
  let polling = false;
  for (const [index, line] of lines.entries()) {
    if (line.page !== index + 1) problems.push(`${place}: page ${index + 1} is missing`);
    if (!answered.some((call) => call.id === line.call)) problems.push(`${place}: page ${line.page} names a call that did not bring it`);
    const body = bodyForRows(line.body);
    if (!source.page.schema.safeParse(body).success) {
      problems.push(`${place}: page ${line.page} does not fit the schema of its source`);
      return { end: { state: 'failed', outcome: 'malformed', errorCode: null, operation: last?.operation ?? '', calls: ids }, rows };
    }
    rows.push(...source.rows(body, { unit, parent, providerTime: line.providerTime, ref: (...pointer) => pageReference(key, line.page, pointer) }));
    const end = source.page.end(body);
    closed = 'last' in end;
    polling = 'again' in end;
  }
  if (closed && last !== undefined && (last.outcome === 'ok' || last.outcome === 'empty')) return { end: { state: 'complete', pages: lines.length, calls: ids }, rows };
  const failed = last !== undefined && last.outcome !== 'ok' && last.outcome !== 'empty' ? last : undefined;
  const outcome: Failure = failed === undefined ? (polling ? 'timeout' : 'malformed') : (failed.outcome as Failure);
  if (failed === undefined && !polling) problems.push(`${place}: the list neither ends nor fails`);
  return { end: { state: 'failed', outcome, errorCode: failed?.errorCode ?? null, operation: last?.operation ?? '', calls: ids }, rows };
}

/** Names in a unit's folder of pages, asked for once: there are many sources that most units have no page of. A unit of which no call brought a page has no folder. */
async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set((await readdir(folder)).sort(byCodeUnit));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}
