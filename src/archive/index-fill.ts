// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { BundleFormatError } from '../bundle/jsonl.ts';
import { sha256 } from '../evidence/digest.ts';
import { whenSchema, type When } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import type { LifecycleEvent } from '../model/lifecycle.ts';
import type { Credential, Identity } from '../model/row.ts';
import { withCreated } from '../period/history-dates.ts';
import { unitRunsOf, type UnitRun } from '../period/history-timeline.ts';
import { versionOf } from '../period/history-version.ts';
import { numberIn, numberOrNull, textIn, textOrNull } from './index-tables.ts';
import type { SealedRun } from './runs.ts';

export const createdSchema: z.ZodType<readonly When[]> = z.array(whenSchema);

/**
 * Adds one run to the index, after all that are in it: as one transaction of the caller's. Writes only what changed since the run before. Throws
 * a BundleFormatError where the bundle is damaged.
 */
export async function addRun(db: DatabaseSync, sealed: SealedRun): Promise<void> {
  const { run } = sealed;
  const coverage = await sealed.coverage();
  const position = numberIn(db.prepare('SELECT count(*) AS n FROM runs').get() ?? {}, 'n');
  db.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)').run(position, run.run, basename(sealed.folder), sealed.seal, run.startedAt, run.finishedAt);
  const units = unitRunsOf(coverage, { run: run.run, at: run.startedAt, until: run.finishedAt }, position);
  const previous = new Map([...units.keys()].map((unit) => [unit, numberOrNull(db.prepare('SELECT max(position) AS n FROM unit_runs WHERE unit = ? AND was_read = 1').get(unit) ?? {}, 'n') ?? -1]));
  for (const [unit, one] of units) db.prepare('INSERT INTO unit_runs VALUES (?, ?, ?, ?, ?)').run(unit, position, one.read ? 1 : 0, one.why, listsId(db, one));
  const sightings = sighter(db, { position, units, previous, folder: sealed.folder });
  for await (const row of sealed.identities()) sightings.see(row);
  for await (const row of sealed.credentials()) sightings.see(row);
  sightings.end();
  await addEvents(db, sealed, units);
}

function listsId(db: DatabaseSync, { lists }: UnitRun): number {
  const content = canonicalJson(Object.fromEntries([...lists].map(([kind, { closed, why }]) => [kind, closed ? null : why])));
  db.prepare('INSERT INTO lists (content) VALUES (?) ON CONFLICT DO NOTHING').run(content);
  return numberIn(db.prepare('SELECT id FROM lists WHERE content = ?').get(content) ?? {}, 'id');
}

interface Place { readonly position: number; readonly units: ReadonlyMap<string, UnitRun>; readonly previous: ReadonlyMap<string, number>; readonly folder: string }

/** Takes the rows of a run one by one; `end` closes what no row was of. Holds one number a row that it saw. */
function sighter(db: DatabaseSync, { position, units, previous, folder }: Place): { see(row: Identity | Credential): void; end(): void } {
  const seen = new Set<number>();
  const find = db.prepare('SELECT id, created, open_digest, open_from, spans FROM subjects WHERE type = ? AND key = ?');
  const insert = db.prepare('INSERT INTO subjects (type, key, native_id, unit, kind, holder, name, address, id_basis, class, created, first_pos, open_digest, open_from, told, spans) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1)');
  const update = db.prepare('UPDATE subjects SET kind = ?, holder = ?, name = ?, address = ?, id_basis = ?, class = ?, first_pos = coalesce(first_pos, ?), open_digest = ?, open_from = ?, spans = spans + 1 WHERE id = ?');
  const setCreated = db.prepare('UPDATE subjects SET created = ? WHERE id = ?');
  const open = db.prepare('INSERT INTO spans VALUES (?, ?, NULL, ?)');
  const close = db.prepare('UPDATE spans SET to_pos = ? WHERE subject = ? AND from_pos = ?');
  const closed = db.prepare('UPDATE subjects SET open_digest = NULL, open_from = NULL WHERE id = ?');
  const keep = db.prepare('INSERT INTO versions VALUES (?, ?) ON CONFLICT DO NOTHING');
  const isOpen = db.prepare('SELECT id, open_from FROM subjects WHERE unit = ? AND open_digest IS NOT NULL');
  return {
    see(row) {
      if (units.get(row.unit)?.read !== true) throw new BundleFormatError(folder, `has a row ${row.key} of a unit that its coverage does not tell as read`);
      const { version, text, created } = versionOf(row);
      const digest = sha256(text);
      const address = row.type === 'identity' ? row.address : null;
      const found = find.get(row.type, row.key);
      if (found === undefined) {
        keep.run(digest, text);
        const { lastInsertRowid } = insert.run(row.type, row.key, row.id, row.unit, version.kind, version.identity, version.name, address, version.idBasis, version.class, canonicalJson(created === null ? [] : [created]), position, digest, position);
        seen.add(Number(lastInsertRowid));
        open.run(lastInsertRowid, position, digest);
        return;
      }
      const id = numberIn(found, 'id');
      if (created !== null) {
        const before = textIn(found, 'created');
        const now = canonicalJson(withCreated(createdSchema.parse(JSON.parse(before)), created));
        if (now !== before) setCreated.run(now, id);
      }
      if (seen.has(id)) return;
      seen.add(id);
      if (textOrNull(found, 'open_digest') === digest) return;
      const openFrom = numberOrNull(found, 'open_from');
      if (openFrom !== null) close.run(previous.get(row.unit) ?? -1, id, openFrom);
      keep.run(digest, text);
      open.run(id, position, digest);
      update.run(version.kind, version.identity, version.name, address, version.idBasis, version.class, position, digest, position, id);
    },
    end() {
      for (const [unit, { read }] of units) {
        if (!read) continue;
        const gone: [number, number][] = [];
        for (const row of isOpen.iterate(unit)) if (!seen.has(numberIn(row, 'id'))) gone.push([numberIn(row, 'id'), numberIn(row, 'open_from')]);
        for (const [id, from] of gone) {
          close.run(previous.get(unit) ?? -1, id, from);
          closed.run(id);
        }
      }
    },
  };
}

/** Events and windows of a run. One that only events name becomes a subject without sightings, with what its last event says of it. */
async function addEvents(db: DatabaseSync, sealed: SealedRun, units: ReadonlyMap<string, UnitRun>): Promise<void> {
  const keepEvent = db.prepare('INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?)');
  const keepWindow = db.prepare('INSERT INTO windows VALUES (?, ?) ON CONFLICT DO NOTHING');
  const subject = db.prepare("INSERT INTO subjects (type, key, native_id, unit, kind, holder, name, id_basis, created, told, spans) VALUES (?, ?, ?, ?, ?, ?, ?, 'provider', '[]', 1, 0) ON CONFLICT (type, key) DO UPDATE SET told = 1");
  const newest = db.prepare('SELECT content FROM events WHERE unit = ? AND subject = ? ORDER BY at DESC, key DESC LIMIT 1');
  const tell = db.prepare('UPDATE subjects SET kind = ?, holder = ?, name = ? WHERE type = ? AND key = ? AND first_pos IS NULL');
  for await (const row of sealed.events()) {
    if (!units.has(row.unit)) throw new BundleFormatError(sealed.folder, `has an event ${row.key} of a unit that its coverage does not tell of`);
    if (row.type === 'event-window') {
      keepWindow.run(row.unit, canonicalJson(row));
      continue;
    }
    keepEvent.run(row.key, row.unit, row.subject, row.at, canonicalJson(row));
    if (row.subject === null) continue;
    subject.run(row.subjectType, row.subject, row.subject.slice(row.unit.length + 1), row.unit, row.subjectKind, row.identity, row.name);
    const last = JSON.parse(textIn(newest.get(row.unit, row.subject) ?? {}, 'content')) as LifecycleEvent;
    tell.run(last.subjectKind, last.identity, last.name, last.subjectType, row.subject);
  }
}
