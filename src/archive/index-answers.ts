// SPDX-License-Identifier: Apache-2.0
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../model/instant.ts';
import type { LifecycleEvent } from '../model/lifecycle.ts';
import type { PrincipalClass } from '../model/row.ts';
import type { LifeStatus, RunRef } from '../period/history.ts';
import type { Period } from '../period/history-dates.ts';
import { belongsTo, byKeyAndTime, movementsIn, type Movement, type PopulationKind } from '../period/history-movements.ts';
import { edgesOf, type PopulationMovements } from '../period/history-movements-of.ts';
import { reconciler, type Edges } from '../period/history-reconcile.ts';
import type { UnitRun } from '../period/history-timeline.ts';
import type { IndexReader } from './index-read.ts';
import { numberIn, textIn } from './index-tables.ts';

/** A unit's part in a population as of a date: which run speaks for it, and for which kinds its lists closed. */
export interface UnitAsOf {
  readonly unit: string;
  /** The newest run at or before the date that had it in scope; null where there is none. */
  readonly run: RunRef | null;
  /** Why nothing is known of it where that run did not read it, else null. */
  readonly unread: string | null;
  readonly closed: readonly string[];
  readonly unknown: readonly { readonly kind: string; readonly why: string }[];
}
export interface Member { readonly key: string; readonly unit: string; readonly kind: string; readonly identity: string | null; readonly name: string | null; readonly status: LifeStatus; readonly class: PrincipalClass | null; readonly run: RunRef }

/** The units of the index, each with the run that speaks for it at a date. */
export function unitsAsOf(db: DatabaseSync, reader: IndexReader, date: Instant): readonly UnitAsOf[] {
  return unitsOf(db).map((unit) => {
    const last = newestAt(reader, unit, date);
    if (last === null) return { unit, run: null, unread: 'no run at or before the date had it in scope', closed: [], unknown: [] };
    const lists = [...last.lists].map(([kind, listing]) => ({ kind, ...listing }));
    return { unit, run: last.run, unread: last.read ? null : last.why, closed: lists.filter(({ closed }) => closed).map(({ kind }) => kind), unknown: lists.filter(({ closed }) => !closed).map(({ kind, why }) => ({ kind, why })) };
  });
}

/** What stood in a population at a date, from the newest run of each unit at or before it. Streams by unit and key; a unit that this run did not read has no members, see `unitsAsOf`. */
export function* populationAsOf(db: DatabaseSync, reader: IndexReader, date: Instant, population: PopulationKind): Generator<Member> {
  const rows = db.prepare('SELECT s.key, p.digest FROM subjects s JOIN spans p ON p.subject = s.id WHERE s.unit = ? AND s.type = ? AND p.from_pos <= ? AND coalesce(p.to_pos, ?) >= ? ORDER BY s.key');
  for (const unit of unitsOf(db)) {
    const last = newestAt(reader, unit, date);
    if (last?.read !== true) continue;
    for (const row of rows.iterate(unit, population === 'credentials' ? 'credential' : 'identity', last.position, last.position, last.position)) {
      const version = reader.version(textIn(row, 'digest'));
      if (population === 'non-human identities' && version.class === 'human') continue;
      yield { key: textIn(row, 'key'), unit, kind: version.kind, identity: version.identity, name: version.name, status: version.status, class: version.class, run: last.run };
    }
  }
}

export interface Movements extends PopulationMovements { readonly edges: readonly Edges[]; readonly unnamed: readonly LifecycleEvent[] }

/**
 * Additions and removals of a period with what reconciles them. Those that a run well before the period and the newest run saw, without
 * absence, event or a later date between, are counted and not looked at one by one: most of an estate moves in no period.
 */
export function movementsOfPeriod(db: DatabaseSync, reader: IndexReader, period: Period, population: PopulationKind): Movements {
  const edges = new Map(unitsOf(db).map((unit) => [unit, edgesOf(unit, reader.timeline(unit).runs, period)]));
  const sum = reconciler(population, period, edges);
  const type = population === 'credentials' ? 'credential' : 'identity';
  const additions: Movement[] = [];
  const removals: Movement[] = [];
  for (const [unit, edge] of edges) {
    const settled = edge.opening === null || edge.opening.at > period.from ? -1 : (reader.timeline(unit).runs.findLast(({ read, run }) => read && run.until < period.from)?.position ?? -1);
    const still = "told = 0 AND spans = 1 AND open_digest IS NOT NULL AND first_pos <= ? AND (class IS NULL OR class <> 'human')";
    sum.unmoved(numberIn(db.prepare(`SELECT count(*) AS n FROM subjects WHERE unit = ? AND type = ? AND ${still}`).get(unit, type, settled) ?? {}, 'n'));
    for (const line of reader.lines(`unit = ? AND type = ? AND NOT (${still})`, unit, type, settled)) {
      sum.add(line);
      if (belongsTo(line, population)) for (const movement of movementsIn(line, period)) (movement.movement === 'addition' ? additions : removals).push(movement);
    }
  }
  return { additions: additions.sort(byKeyAndTime), removals: removals.sort(byKeyAndTime), reconciliation: sum.finish(), edges: [...edges.values()], unnamed: reader.unnamedEvents(period.from, period.to) };
}

function unitsOf(db: DatabaseSync): readonly string[] {
  return db.prepare('SELECT DISTINCT unit FROM unit_runs ORDER BY unit').all().map((row) => textIn(row, 'unit'));
}
function newestAt(reader: IndexReader, unit: string, date: Instant): UnitRun | null {
  return reader.timeline(unit).runs.findLast((one) => one.run.at <= date) ?? null;
}
