// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../model/instant.ts';
import type { LifeLine, RunRef } from '../period/history.ts';
import type { Period } from '../period/history-dates.ts';
import type { PopulationKind } from '../period/history-movements.ts';
import { addRun } from './index-fill.ts';
import { movementsOfPeriod, populationAsOf, unitsAsOf, type Member, type Movements, type UnitAsOf } from './index-answers.ts';
import { indexReader } from './index-read.ts';
import { archivePaths } from '../bundle/layout.ts';
import { emptied, INDEX_FILE, isBroken, openTables, textIn } from './index-tables.ts';
import { damageOf, sealedRuns, type DamagedRun, type SealedRun } from './runs.ts';

/** Answers over all runs of an archive, from an index that is made from the bundles and can be deleted at any time. It is never evidence. */
export interface ArchiveIndex {
  /** The runs that answers are from, in the order of their start. */
  readonly runs: readonly (RunRef & { readonly folder: string })[];
  /** What stands among the runs and could not be read: no answer has it in it, and every one that is shown names it. */
  readonly damaged: readonly DamagedRun[];
  /** Life lines of what bears an id, key, name or address, to the letter. */
  linesNamed(text: string): readonly LifeLine[];
  /** The life line of a key, or null. */
  lineOf(type: LifeLine['type'], key: string): LifeLine | null;
  /** All life lines, streamed by unit and holder. */
  lines(): Generator<LifeLine>;
  /** Which run speaks for each unit at a date, and for which kinds. */
  unitsAsOf(date: Instant): readonly UnitAsOf[];
  /** What stood in a population at a date. */
  populationAsOf(date: Instant, population: PopulationKind): Generator<Member>;
  /** Additions and removals of a period, reconciled with the populations at its ends. */
  movements(period: Period, population: PopulationKind): Movements;
  close(): void;
}

/** Told of each run that is added, since a first indexing of many runs takes a while. */
export type Indexing = (run: string, done: number, of: number) => void;

/**
 * Opens the index of an archive and brings it up to date, run by run. Where runs that it knows are not what the archive holds any more (another
 * content, one more in between, one less), it is made anew. A damaged bundle is told in `damaged`. Throws what SQLite and the file system throw.
 */
export async function openIndex(archive: string, progress: Indexing = () => undefined): Promise<ArchiveIndex> {
  const { runs, damaged } = await sealedRuns(archive);
  const file = join(archive, INDEX_FILE);
  for (let broken = false; ; broken = true) {
    const db = await openTables(file);
    try {
      const unreadable = await bringUpToDate(db, runs, progress);
      return answers(db, archive, [...damaged, ...unreadable]);
    } catch (error) {
      db.close();
      if (broken || !isBroken(error)) throw error;
      await rm(file, { force: true });
    }
  }
}

async function bringUpToDate(db: DatabaseSync, runs: readonly SealedRun[], progress: Indexing): Promise<readonly DamagedRun[]> {
  if ((await startOf(knownRuns(db), runs)) === null) emptied(db);
  const unreadable: DamagedRun[] = [];
  for (const [at, sealed] of runs.entries()) {
    if (knownRuns(db).some(({ run }) => run === sealed.run.run)) continue;
    progress(sealed.run.run, at, runs.length);
    // One writer at a time, and a run a transaction: cut short anywhere, the index holds whole runs. Who comes second finds the work done.
    db.exec('BEGIN IMMEDIATE');
    try {
      if (!knownRuns(db).some(({ run }) => run === sealed.run.run)) await addRun(db, sealed);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      unreadable.push({ folder: sealed.folder, problem: damageOf(error) });
    }
  }
  return unreadable;
}

interface KnownRun { readonly run: string; readonly seal: string; readonly name: string }

function knownRuns(db: DatabaseSync): readonly KnownRun[] {
  return db.prepare('SELECT run, seal, folder FROM runs ORDER BY position').all().map((row) => ({ run: textIn(row, 'run'), seal: textIn(row, 'seal'), name: textIn(row, 'folder') }));
}

/** Whether what is indexed is still the beginning of what the archive holds: null where it has to be made anew. What could not be read then and still cannot be does not count. */
async function startOf(known: readonly KnownRun[], runs: readonly SealedRun[]): Promise<'goes on' | null> {
  let at = 0;
  for (const sealed of runs) {
    const there = known[at];
    if (there === undefined) return 'goes on';
    if (there.run === sealed.run.run && there.seal === sealed.seal && there.name === basename(sealed.folder)) at += 1;
    else if (known.some(({ run }) => run === sealed.run.run) || (await isWhole(sealed))) return null;
  }
  return at === known.length ? 'goes on' : null;
}

async function isWhole(sealed: SealedRun): Promise<boolean> {
  try {
    await sealed.coverage();
    for (const rows of [sealed.identities(), sealed.credentials(), sealed.events()]) for await (const _row of rows) continue;
    return true;
  } catch (error) {
    damageOf(error);
    return false;
  }
}

function answers(db: DatabaseSync, archive: string, damaged: readonly DamagedRun[]): ArchiveIndex {
  const reader = indexReader(db);
  const folders = db.prepare('SELECT folder FROM runs ORDER BY position').all().map((row) => textIn(row, 'folder'));
  return {
    runs: reader.runs.map((run, position) => ({ ...run, folder: join(archivePaths(archive).runs, folders[position] ?? '') })), damaged,
    linesNamed: (text) => [...reader.lines('key = ? OR native_id = ? OR name = ? OR address = ?', text, text, text, text)],
    lineOf: (type, key) => [...reader.lines('type = ? AND key = ?', type, key)][0] ?? null,
    lines: () => reader.lines('1'),
    unitsAsOf: (date) => unitsAsOf(db, reader, date), populationAsOf: (date, population) => populationAsOf(db, reader, date, population), movements: (period, population) => movementsOfPeriod(db, reader, period, population),
    close: () => db.close(),
  };
}

