// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE, pagesFile } from '../bundle/layout.ts';
import { dueReads } from '../model/due.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Redaction, Skip } from '../model/ledger.ts';
import { pageLineSchema } from '../model/ledger.ts';
import { unitFolder } from '../model/reference.ts';
import { UnitReads } from '../model/unit-reads.ts';
import type { AnySource, Connection, Depth, Seed } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { RunningLane } from './lane.ts';
import type { Progress } from './progress.ts';
import { readList, type Pace, type ReadResult, type ReadTools } from './read.ts';
import type { Redactor } from './redact.ts';
import { replayUnit } from './replay.ts';
import { openWorkFile } from './work-files.ts';

export interface UnitCollection {
  readonly unit: Unit;
  readonly sources: readonly AnySource[];
  readonly connection: Connection;
  readonly lane: (source: AnySource) => RunningLane;
  readonly depth: Depth;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly clock: () => number;
  readonly pace: Pace;
  /** The bundle being written, and the folder of unfinished files. */
  readonly bundle: string;
  readonly work: string;
  /** Sources whose rows are wanted afterwards, since they list other units. */
  readonly keeps?: readonly string[];
  /** Told what each page of those sources has as it comes, with nothing of the pages before it. Not told of what a killed run had read to its end. */
  readonly paged?: (page: UnitReads) => void;
  /** Told how many more rows are held for sources that follow. */
  readonly held?: (rows: number) => void;
  /** Told how many calls of lists that had not ended a resumed run makes again. */
  readonly madeAgain?: (calls: number) => void;
}

interface LedgerKey { readonly source: string; readonly parent: string | null; readonly page: number; readonly attempt: number }

/**
 * Reads one unit: every source as soon as those it needs have ended, follow-ups after their parent's pages are on disk.
 * Writes pages, ledger and redactions of the unit, ordered, when all have ended. A failed read never stops another. Returns what was read, with the rows that were kept.
 */
export async function collectUnit(options: UnitCollection): Promise<UnitReads> {
  const { unit, sources, progress } = options;
  progress({ kind: 'unit-started', unit: unit.id, sources: sources.length });
  const folder = join(options.work, unitFolder(unit.id));
  // Only rows that another source looks at are held; of all others the pages on disk are enough.
  const followed = new Set(sources.flatMap(({ after, parent }) => (parent === null ? after : [...after, parent])));
  const keeps = (source: AnySource): boolean => options.keeps?.includes(source.id) === true || followed.has(source.id);
  const before = await replayUnit(folder, unit, sources, keeps);
  await mkdir(folder, { recursive: true });
  const ledger = openWorkFile<LedgerKey>(join(folder, 'calls.jsonl'));
  const redactions = openWorkFile<LedgerKey>(join(folder, 'redactions.jsonl'));
  const pages = openWorkFile<LedgerKey>(join(folder, 'pages.jsonl'));
  const reads = new UnitReads(unit, options.depth);
  const ended = new Map<string, Promise<void>>();
  const replayed = await replay();
  for (const source of inOrder(sources)) {
    const needs = [...source.after, ...(source.parent === null ? [] : [source.parent])].map((id) => ended.get(id) ?? Promise.resolve());
    ended.set(source.id, Promise.all(needs).then(() => collectSource(source)));
  }
  const results = await Promise.allSettled(ended.values());
  const broken = results.find((result) => result.status === 'rejected');
  const [left] = replayed.keys();
  if (broken === undefined && left !== undefined) throw new Error(`${unit.id}: the run that is resumed had read ${left}, which nothing makes due now`);
  if (broken !== undefined) {
    for (const file of [ledger, redactions, pages]) file.close();
    throw broken.reason;
  }
  for (const part of [join(options.bundle, BUNDLE.pages, unitFolder(unit.id)), join(options.work, 'ledger'), join(options.work, 'redactions')]) await mkdir(part, { recursive: true });
  await pages.finish(({ source }) => join(options.bundle, pagesFile(unit.id, source)), byRead);
  await ledger.finish(() => join(options.work, 'ledger', `${unitFolder(unit.id)}.gz`), byRead);
  await redactions.finish(() => join(options.work, 'redactions', `${unitFolder(unit.id)}.gz`), byRead);
  progress({ kind: 'unit-ended', unit: unit.id });
  return reads;

  async function collectSource(source: AnySource): Promise<void> {
    const due = dueReads(source, reads);
    const seeds: Seed[] = [];
    for (const item of due) {
      if (item.kind !== 'read') continue;
      const there = replayed.get(listKey(source.id, item.seed.parent));
      if (there === undefined) seeds.push(item.seed);
      else {
        replayed.delete(listKey(source.id, item.seed.parent));
        reads.read(source.id, item.seed.parent, there.end, there.rows);
        options.held?.(there.rows.length);
      }
    }
    for (const item of due) {
      if (item.kind === 'read') continue;
      const entry: Skip = { type: 'skip', unit: unit.id, source: source.id, parent: item.parent, kind: item.reason.skip, reason: item.reason.reason };
      ledger.append({ source: source.id, parent: item.parent, page: 0, attempt: 0 }, entry);
      reads.skipped(source.id, item.parent, item.reason);
    }
    if (seeds.length === 0) return;
    const lane = options.lane(source);
    progress({ kind: 'reads-due', unit: unit.id, source: source.id, reads: seeds.length, ...(source.depth === 'deep' ? { estimate: { title: source.title, requests: seeds.length * (source.requestsPerRead ?? 1), perSecond: lane.lane.rate } } : {}) });
    const { paged } = options;
    const tells = paged !== undefined && options.keeps?.includes(source.id) === true;
    const tools: Omit<ReadTools, 'pageRows'> = {
      keepRows: keeps(source), connection: options.connection, lane, redactor: options.redactor, signal: options.signal, progress, clock: options.clock, pace: options.pace,
      sink: {
        call: (call) => { ledger.append({ source: source.id, parent: call.parent, page: call.page, attempt: call.attempt }, call); },
        page: (line, removed) => {
          const key = { source: source.id, parent: line.parent, page: line.page, attempt: 0 };
          // What was removed stands in its list before the page does: a page that a killed run leaves is whole in every file.
          for (const { pointer, rule } of removed) {
            const redaction: Redaction = { unit: unit.id, source: source.id, parent: line.parent, page: line.page, pointer: pointer.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''), rule };
            redactions.append(key, redaction);
          }
          return pageLineSchema.parse(pages.read(pages.append(key, line))).body;
        },
      },
    };
    // Workers pull; nothing is queued ahead of the lane beyond what it can hold.
    const queue = seeds[Symbol.iterator]();
    const workers = Array.from({ length: Math.min(lane.lane.concurrency, seeds.length) }, async () => {
      for (const seed of queue) {
        const result = await readList(unit, source, seed, !tells ? tools : {
          ...tools, pageRows: (rows) => {
            const page = new UnitReads(unit, options.depth);
            page.read(source.id, seed.parent, { state: 'complete', pages: 1, calls: [] }, rows);
            paged(page);
          },
        });
        reads.read(source.id, seed.parent, result.end, result.rows);
        options.held?.(result.rows.length);
        progress({ kind: 'read-ended', unit: unit.id, source: source.id, ok: result.end.state === 'complete' });
      }
    });
    await Promise.all(workers);
  }

  /** Puts what a killed run had read to its end into the working files of this one. Returns how each list had ended. */
  async function replay(): Promise<Map<string, ReadResult>> {
    const results = new Map<string, ReadResult>();
    for (const list of before.lists) {
      const source = sources.find(({ id }) => id === list.source);
      if (source === undefined) throw new Error(`${unit.id}: the run that is resumed had read ${list.source}, which is not a source of it`);
      for (const call of list.calls) ledger.append({ source: list.source, parent: list.parent, page: call.page, attempt: call.attempt }, call);
      for (const redaction of list.redactions) redactions.append({ source: list.source, parent: list.parent, page: redaction.page, attempt: 0 }, redaction);
      for (const page of list.pages) pages.append({ source: list.source, parent: list.parent, page: page.page, attempt: 0 }, page);
      results.set(listKey(list.source, list.parent), list.result);
    }
    await before.done();
    if (before.dropped > 0) options.madeAgain?.(before.dropped);
    return results;
  }
}

function listKey(source: string, parent: string | null): string {
  return parent === null ? source : `${source} of ${parent}`;
}

/** Ledger and pages stand by source, parent (a unit's own list first), page and attempt. */
function byRead(a: LedgerKey, b: LedgerKey): number {
  return byCodeUnit(a.source, b.source) || byParent(a.parent, b.parent) || a.page - b.page || a.attempt - b.attempt;
}
function byParent(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return byCodeUnit(a, b);
}

/** Sources so that each comes after those it needs. Throws on a source that names one that is not there, and on a circle. */
export function inOrder(sources: readonly AnySource[]): readonly AnySource[] {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const ordered: AnySource[] = [];
  const state = new Map<string, 'open' | 'done'>();
  function visit(source: AnySource): void {
    if (state.get(source.id) === 'done') return;
    if (state.get(source.id) === 'open') throw new Error(`source ${source.id} needs itself through its \`after\` or \`parent\``);
    state.set(source.id, 'open');
    for (const need of [...source.after, ...(source.parent === null ? [] : [source.parent])]) {
      const needed = byId.get(need);
      if (needed === undefined) throw new Error(`source ${source.id} needs ${need}, which is not in the provider's list`);
      visit(needed);
    }
    state.set(source.id, 'done');
    ordered.push(source);
  }
  for (const source of sources) visit(source);
  return ordered;
}
