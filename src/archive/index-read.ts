// SPDX-License-Identifier: Apache-2.0
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Listing } from '../bundle/closed-lists.ts';
import type { Instant } from '../model/instant.ts';
import { lifecycleSchema, type LifecycleEvent } from '../model/lifecycle.ts';
import type { LifeLine, RunRef } from '../period/history.ts';
import { lifeLineOf } from '../period/history-line.ts';
import { withSuccessors } from '../period/history-successors.ts';
import type { Seen, Subject, UnitTimeline } from '../period/history-timeline.ts';
import { versionSchema, type Version } from '../period/history-version.ts';
import { createdSchema } from './index-fill.ts';
import { numberIn, numberOrNull, textIn, textOrNull, type Row } from './index-tables.ts';

const VERSIONS_KEPT = 20_000;
const listsSchema = z.record(z.string(), z.string().nullable());

/** What the index keeps, as the pure history function takes it. One reader serves one state of the index. */
export interface IndexReader {
  readonly runs: readonly RunRef[];
  timeline(unit: string): UnitTimeline;
  /** Life lines of subjects that a condition on the table `subjects` picks, with their successors. Streams a holder at a time. */
  lines(where: string, ...values: readonly (string | number)[]): Generator<LifeLine>;
  /** Events of a time that do not give the id of what they are about. */
  unnamedEvents(from: Instant, to: Instant): readonly LifecycleEvent[];
  /** The version of a span, by its digest. */
  version(digest: string): Version;
}

export function indexReader(db: DatabaseSync): IndexReader {
  const runs = db.prepare('SELECT run, at, until FROM runs ORDER BY position').all().map((row): RunRef => ({ run: textIn(row, 'run'), at: textIn(row, 'at') as Instant, until: textIn(row, 'until') as Instant }));
  const spansOf = db.prepare('SELECT from_pos, to_pos, digest FROM spans WHERE subject = ? ORDER BY from_pos');
  const contentOf = db.prepare('SELECT content FROM versions WHERE digest = ?');
  const eventsOf = db.prepare('SELECT content FROM events WHERE unit = ? AND subject = ? ORDER BY at, key');
  const byKey = db.prepare('SELECT * FROM subjects WHERE type = ? AND key = ?');
  const versions = new Map<string, Version>();
  const timelines = new Map<string, UnitTimeline>();
  const lists = new Map<number, ReadonlyMap<string, Listing>>();

  function version(digest: string): Version {
    const there = versions.get(digest);
    if (there !== undefined) return there;
    const made = versionSchema.parse(JSON.parse(textIn(contentOf.get(digest) ?? {}, 'content')));
    if (versions.size >= VERSIONS_KEPT) versions.clear();
    versions.set(digest, made);
    return made;
  }

  function timeline(unit: string): UnitTimeline {
    const there = timelines.get(unit);
    if (there !== undefined) return there;
    const own = db.prepare('SELECT position, was_read, why, lists FROM unit_runs WHERE unit = ? ORDER BY position').all(unit).map((row) => {
      const position = numberIn(row, 'position');
      const run = runs[position];
      if (run === undefined) throw new RangeError(`index: run ${position} is not among the runs`);
      return { position, run, read: numberIn(row, 'was_read') === 1, why: textIn(row, 'why'), lists: listsOf(numberIn(row, 'lists')) };
    });
    const windows = db.prepare('SELECT content FROM windows WHERE unit = ? ORDER BY content').all(unit).flatMap((row) => {
      const window = lifecycleSchema.parse(JSON.parse(textIn(row, 'content')));
      return window.type === 'event-window' ? [window] : [];
    });
    const unnamed = db.prepare('SELECT content FROM events WHERE unit = ? AND subject IS NULL ORDER BY at, key').all(unit).flatMap((row) => eventIn(row));
    const made = { unit, runs: own, windows, unnamed };
    timelines.set(unit, made);
    return made;
  }

  function listsOf(id: number): ReadonlyMap<string, Listing> {
    const there = lists.get(id);
    if (there !== undefined) return there;
    const content = listsSchema.parse(JSON.parse(textIn(db.prepare('SELECT content FROM lists WHERE id = ?').get(id) ?? {}, 'content')));
    const made = new Map(Object.entries(content).map(([kind, why]) => [kind, { closed: why === null, why: why ?? '' }]));
    lists.set(id, made);
    return made;
  }

  function subjectOf(row: Row): Subject {
    const unit = textIn(row, 'unit');
    const last = timeline(unit).runs.findLast(({ read }) => read)?.position ?? -1;
    const seen = spansOf.all(numberIn(row, 'id')).map((span): Seen => ({ from: numberIn(span, 'from_pos'), to: numberOrNull(span, 'to_pos') ?? last, version: version(textIn(span, 'digest')) }));
    return { type: textIn(row, 'type') === 'identity' ? 'identity' : 'credential', key: textIn(row, 'key'), unit, seen, created: createdSchema.parse(JSON.parse(textIn(row, 'created'))) };
  }

  function told(unit: string, key: string): readonly LifecycleEvent[] {
    return eventsOf.all(unit, key).flatMap((row) => eventIn(row));
  }

  function lineOf(row: Row, holderRow: Row | undefined, otherNames: readonly Subject[]): LifeLine {
    const subject = subjectOf(row);
    const holder = textOrNull(row, 'holder');
    return lifeLineOf({
      subject, runs, around: { timeline: timeline(subject.unit), holder: holderRow === undefined || textIn(holderRow, 'unit') !== subject.unit ? null : subjectOf(holderRow), otherNames },
      events: numberIn(row, 'told') === 1 ? told(subject.unit, subject.key) : [], holderEvents: holder === null ? [] : told(subject.unit, holder),
    });
  }

  // Named, since for the order of keys SQLite would rather go through every credential there is.
  const held = db.prepare("SELECT * FROM subjects INDEXED BY subjects_of_holder WHERE unit = ? AND type = 'credential' AND holder IS ? AND kind = ? ORDER BY key");
  const otherNamed = db.prepare("SELECT * FROM subjects INDEXED BY subjects_of_holder WHERE unit = ? AND type = 'credential' AND holder IS ? AND kind = ? AND id_basis <> ? ORDER BY key");

  /** All credentials of one holder and one kind, since what succeeds one is among them. */
  function group(unit: string, holder: string, kind: string): readonly LifeLine[] {
    const rows = held.all(unit, holder, kind);
    const holderRow = byKey.get('identity', holder);
    const subjects = new Map(rows.map((row) => [row, textIn(row, 'id_basis')]));
    const bases = new Set(subjects.values());
    return withSuccessors(rows.map((row) => lineOf(row, holderRow, bases.size < 2 ? [] : rows.filter((other) => subjects.get(other) !== subjects.get(row)).map(subjectOf))));
  }

  function* lines(where: string, ...values: readonly (string | number)[]): Generator<LifeLine> {
    const picked = db.prepare(`SELECT * FROM subjects WHERE ${where} ORDER BY unit, type DESC, holder, kind, key`);
    let current: { readonly of: string; readonly lines: ReadonlyMap<string, LifeLine> } = { of: '', lines: new Map() };
    for (const row of picked.iterate(...values)) {
      const [unit, key, kind, holder] = [textIn(row, 'unit'), textIn(row, 'key'), textIn(row, 'kind'), textOrNull(row, 'holder')];
      if (textIn(row, 'type') === 'identity') yield lineOf(row, undefined, []);
      else if (holder === null) yield lineOf(row, undefined, otherNamed.all(unit, null, kind, textIn(row, 'id_basis')).map(subjectOf));
      else {
        const of = JSON.stringify([unit, holder, kind]);
        if (current.of !== of) current = { of, lines: new Map(group(unit, holder, kind).map((line) => [line.key, line])) };
        const line = current.lines.get(key);
        if (line === undefined) throw new RangeError(`index: ${key} is not among what its holder has`);
        yield line;
      }
    }
  }

  return {
    runs, timeline, lines, version,
    unnamedEvents: (from, to) => db.prepare('SELECT content FROM events WHERE subject IS NULL AND at >= ? AND at < ? ORDER BY at, key').all(from, to).flatMap((row) => eventIn(row)),
  };
}

function eventIn(row: Row): readonly LifecycleEvent[] {
  const event = lifecycleSchema.parse(JSON.parse(textIn(row, 'content')));
  return event.type === 'event' ? [event] : [];
}
