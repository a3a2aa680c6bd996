// SPDX-License-Identifier: Apache-2.0
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bodyForRows } from '../bundle/page-body.ts';
import { byCodeUnit } from '../model/json.ts';
import { callSchema, pageLineSchema, redactionSchema, type Call, type PageLine, type Redaction } from '../model/ledger.ts';
import { pageReference } from '../model/reference.ts';
import type { AnySource } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { ReadResult } from './read.ts';

/** One list that a killed run had read to its end, well or not, as it stands in the unit's working files. */
export interface ReplayedList { readonly source: string; readonly parent: string | null; readonly calls: readonly Call[]; readonly pages: readonly PageLine[]; readonly redactions: readonly Redaction[]; readonly result: ReadResult }

/** What a unit's working files hold of a run that was killed. */
export interface Replay {
  /** The lists that had ended, by source and parent. */
  readonly lists: readonly ReplayedList[];
  /** Calls of lists that had not ended: they are made again. */
  readonly dropped: number;
  /** Removes what was taken aside, once it stands in the working files again. */
  done(): Promise<void>;
}

const ANEW: Replay = { lists: [], dropped: 0, done: async () => undefined };

/**
 * Takes a unit's working files of a killed run aside and reads them. A last line that was cut off is left out; a list counts only with an end marker on its last page, or with a failure that was not to be
 * tried again. Killed while it replays, it replays the same again. Rows are made where `keeps` says that another source looks at them.
 */
export async function replayUnit(folder: string, unit: Unit, sources: readonly AnySource[], keeps: (source: AnySource) => boolean): Promise<Replay> {
  const aside = `${folder}.before`;
  if (await isThere(aside)) await rm(folder, { recursive: true, force: true });
  else if (await isThere(folder)) await rename(folder, aside);
  else return ANEW;
  const calls = (await lines(join(aside, 'calls.jsonl'), z.looseObject({ type: z.string() }))).flatMap((entry) => (entry.type === 'call' ? [callSchema.parse(entry)] : []));
  const redactions = Map.groupBy(await lines(join(aside, 'redactions.jsonl'), redactionSchema), ({ source, parent }) => keyOf(source, parent));
  const pages = Map.groupBy(await lines(join(aside, 'pages.jsonl'), pageLineSchema), ({ source, parent }) => keyOf(source, parent));
  const lists: ReplayedList[] = [];
  let dropped = 0;
  for (const [key, own] of Map.groupBy(calls, ({ source, parent }) => keyOf(source, parent))) {
    const source = sources.find(({ id }) => id === own[0]?.source);
    const result = source === undefined ? null : endOf(unit, source, inOrder(own), (pages.get(key) ?? []).toSorted((a, b) => a.page - b.page), keeps(source));
    const [first] = own;
    if (result === null || first === undefined) dropped += own.length;
    else lists.push({ source: first.source, parent: first.parent, calls: inOrder(own), pages: (pages.get(key) ?? []).toSorted((a, b) => a.page - b.page), redactions: redactions.get(key) ?? [], result });
  }
  return { lists, dropped, done: () => rm(aside, { recursive: true, force: true }) };
}

/** How a list had ended, with its rows; null where it had not, or where calls and pages do not fit together. */
function endOf(unit: Unit, source: AnySource, calls: readonly Call[], pages: readonly PageLine[], keep: boolean): ReadResult | null {
  const last = calls.at(-1);
  if (last === undefined) return null;
  const key = { unit: unit.id, source: source.id, parent: last.parent };
  const ids = calls.map(({ id }) => id);
  const answered = calls.filter(({ outcome }) => outcome === 'ok' || outcome === 'empty');
  if (answered.length !== pages.length || pages.some(({ page }, index) => page !== index + 1)) return null;
  const rows: ReadResult['rows'][number][] = [];
  for (const { page, body: onDisk, providerTime } of pages) {
    const body = bodyForRows(onDisk);
    if (keep) rows.push(...source.rows(body, { unit, parent: key.parent, providerTime, ref: (...pointer) => pageReference(key, page, pointer) }));
  }
  if (last.outcome !== 'ok' && last.outcome !== 'empty') return last.willRetry ? null : { rows, end: { state: 'failed', outcome: last.outcome, errorCode: last.errorCode, operation: last.operation, calls: ids } };
  const end = pages.at(-1);
  return end !== undefined && 'last' in source.page.end(bodyForRows(end.body)) ? { rows, end: { state: 'complete', pages: pages.length, calls: ids } } : null;
}

function inOrder(calls: readonly Call[]): readonly Call[] {
  return calls.toSorted((a, b) => a.page - b.page || a.attempt - b.attempt || byCodeUnit(a.id, b.id));
}

function keyOf(source: string, parent: string | null): string {
  return JSON.stringify([source, parent]);
}

/** Whole lines of a working file, parsed; the rest of one that was cut off while it was written is left out. Throws where a whole line does not fit. */
async function lines<T>(file: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  if (!(await isThere(file))) return [];
  const text = await readFile(file, 'utf8');
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '').map((line) => schema.parse(JSON.parse(line)));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
