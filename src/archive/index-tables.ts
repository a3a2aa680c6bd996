// SPDX-License-Identifier: Apache-2.0
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { rm } from 'node:fs/promises';

/** Raised when the tables, or what `versionOf` keeps of a row, change: an index of another number is made anew. */
export const INDEX_FORMAT = 1;
export const INDEX_FILE = 'index.sqlite';

// `to_pos` null: seen by every run that read the unit since, so that a run in which nothing happened writes nothing.
const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE runs (position INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, folder TEXT NOT NULL, seal TEXT NOT NULL, at TEXT NOT NULL, until TEXT NOT NULL) STRICT;
CREATE TABLE lists (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE unit_runs (unit TEXT NOT NULL, position INTEGER NOT NULL, was_read INTEGER NOT NULL, why TEXT NOT NULL, lists INTEGER NOT NULL, PRIMARY KEY (unit, position)) STRICT, WITHOUT ROWID;
CREATE TABLE versions (digest TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE subjects (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, key TEXT NOT NULL, native_id TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL, holder TEXT, name TEXT, address TEXT, id_basis TEXT NOT NULL, class TEXT,
  created TEXT NOT NULL, first_pos INTEGER, open_digest TEXT, open_from INTEGER, told INTEGER NOT NULL, spans INTEGER NOT NULL, UNIQUE (type, key)
) STRICT;
CREATE INDEX subjects_of_holder ON subjects (unit, type, holder, kind);
CREATE INDEX subjects_by_name ON subjects (name);
CREATE INDEX subjects_by_id ON subjects (native_id);
CREATE TABLE spans (subject INTEGER NOT NULL, from_pos INTEGER NOT NULL, to_pos INTEGER, digest TEXT NOT NULL, PRIMARY KEY (subject, from_pos)) STRICT, WITHOUT ROWID;
CREATE TABLE events (key TEXT PRIMARY KEY, unit TEXT NOT NULL, subject TEXT, at TEXT NOT NULL, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX events_of_subject ON events (unit, subject);
CREATE TABLE windows (unit TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (unit, content)) STRICT, WITHOUT ROWID;
`;

export type Row = { readonly [column: string]: SQLOutputValue };

/** A column that holds text. Throws a TypeError where it does not: the tables are our own. */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`index: ${column} holds no text`);
  return value;
}
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textIn(row, column);
}
export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`index: ${column} holds no number`);
  return value;
}
export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : numberIn(row, column);
}

/**
 * Opens an index file, or makes it. One of another format, and one that is no database, is removed first: nothing in it is evidence. Where
 * the folder cannot be written, as on read-only media, the index stands in memory for this one use.
 */
export async function openTables(file: string): Promise<DatabaseSync> {
  try {
    const there = opened(file);
    if (there !== null) return unsynced(there);
    for (const suffix of ['', '-journal', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    return unsynced(emptied(new DatabaseSync(file)));
  } catch (error) {
    if (!notWritable(error)) throw error;
    return emptied(new DatabaseSync(':memory:'));
  }
}

/** Removes everything and makes the tables, as one step. */
export function emptied(db: DatabaseSync): DatabaseSync {
  db.exec('PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE');
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all().map((row) => textIn(row, 'name'));
  for (const name of names) db.exec(`DROP TABLE "${name}"`);
  db.exec(TABLES);
  db.prepare("INSERT INTO meta VALUES ('format', ?)").run(String(INDEX_FORMAT));
  db.exec('COMMIT');
  return db;
}

/** Without waiting for the disk: a killed process leaves whole transactions all the same, and what a power failure breaks is made anew. */
function unsynced(db: DatabaseSync): DatabaseSync {
  db.exec('PRAGMA synchronous = OFF');
  return db;
}

/** The database where it is of this format, else null. */
function opened(file: string): DatabaseSync | null {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA busy_timeout = 60000');
    const format = db.prepare("SELECT value FROM meta WHERE name = 'format'").get();
    if (format !== undefined && textIn(format, 'value') === String(INDEX_FORMAT)) {
      // Asks for the right to write now rather than in the middle of a run.
      db.exec('BEGIN IMMEDIATE; COMMIT');
      return db;
    }
  } catch (error) {
    db.close();
    if (notWritable(error)) throw error;
    if (!isSqlite(error)) throw error;
    return null;
  }
  db.close();
  return null;
}

/** Whether an error says that the file is broken: CORRUPT 11 and NOTADB 26 of https://sqlite.org/rescode.html. */
export function isBroken(error: unknown): boolean {
  return isSqlite(error) && [11, 26].includes(error.errcode & 0xff);
}

// PERM 3, READONLY 8, CANTOPEN 14; extended codes carry more in the higher bytes.
const NOT_WRITABLE: ReadonlySet<number> = new Set([3, 8, 14]);

function isSqlite(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR';
}
function notWritable(error: unknown): boolean {
  return (isSqlite(error) && NOT_WRITABLE.has(error.errcode & 0xff)) || ['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}
