// SPDX-License-Identifier: Apache-2.0
import { listingOf } from '../bundle/closed-lists.ts';
import { isLeftOut } from '../bundle/records.ts';
import type { Diff } from './diff.ts';
import { lifeLines, type HistoryRun } from './history-walk.ts';
import type { Dated, LifeLine } from './history.ts';

const KEYS_NAMED = 20;

type Lists = Pick<Diff, 'created' | 'rotated' | 'enabled' | 'disabled' | 'revoked' | 'reappeared' | 'between' | 'changed' | 'differences'>;
export interface DiffedLines extends Lists { readonly unproven: Diff['notComparable']['unproven'] }

/** What an archive knows of a key over all its runs; null where it has none. */
export type Earlier = (type: LifeLine['type'], key: string) => LifeLine | null;

/** What became of identities and credentials from A to B: the life lines of these two runs alone, told as a difference. */
export async function diffLines(a: HistoryRun, b: HistoryRun, earlier: Earlier): Promise<DiffedLines> {
  const lists: DiffedLines = { created: [], rotated: [], enabled: [], disabled: [], revoked: [], reappeared: [], between: [], changed: [], differences: [], unproven: [] };
  const unproven = new Map<string, DiffedLines['unproven'][number]>();
  const unsaid = (listedBy: 'a' | 'b', line: LifeLine, why: string): void => {
    const group = JSON.stringify([listedBy, line.unit, line.kind, why]);
    const there = unproven.get(group) ?? { listedBy, unit: line.unit, kind: line.kind, why, count: 0, keys: [] };
    unproven.set(group, { ...there, count: there.count + 1, keys: there.keys.length < KEYS_NAMED ? [...there.keys, line.key] : there.keys });
  };
  for await (const line of lifeLines([a, b])) {
    one(line, { a, b, lists, earlier, unsaid });
  }
  return { ...lists, unproven: [...unproven.values()] };
}

interface Into { readonly a: HistoryRun; readonly b: HistoryRun; readonly lists: DiffedLines; readonly earlier: Earlier; readonly unsaid: (listedBy: 'a' | 'b', line: LifeLine, why: string) => void }

function one(line: LifeLine, { a, b, lists, earlier, unsaid }: Into): void {
  const subject = { key: line.key, type: line.type, kind: line.kind, unit: line.unit, identity: line.identity, name: line.name };
  const inB = line.lastSeen?.run === b.ref.run;
  const inA = line.firstSeen?.run === a.ref.run;
  if (!inA && !inB) {
    // An audit log reaches back before A; what was over by then is no difference of these two.
    const gone = line.gone.at(-1);
    if (gone === undefined ? line.appeared.when.to >= a.ref.at : gone.when.to >= a.ref.at && gone.provenBy?.run !== a.ref.run) lists.between.push({ ...subject, dated: line.appeared, gone: datedOf(gone) });
  }
  if (!inA && inB) came(line, subject, { a, lists, earlier, unsaid });
  if (inA && !inB) went(line, subject, { lists, unsaid });
  for (const { status, changed } of line.statuses) {
    if (changed === null) continue;
    if (status === 'inactive') lists.disabled.push({ ...subject, dated: changed });
    if (status === 'active') lists.enabled.push({ ...subject, dated: changed });
  }
  for (const { field, before, after } of line.changes) lists.changed.push({ ...subject, field, before, after });
  for (const { kind, text, events, runs } of line.differences) lists.differences.push({ key: line.key, kind, text, events: [...events], runs: runs.map(({ run }) => run) });
  const { successor } = line;
  // One that was disabled already in A is none of these two runs' doing.
  const endedSince = (inA && !inB) || line.statuses.some(({ status, changed }) => status === 'inactive' && changed !== null);
  if (endedSince && successor !== null && successor.ended !== null && (successor.older === 'gone' || successor.older === 'disabled') && line.identity !== null && inA) {
    lists.rotated.push({ identity: line.identity, kind: line.kind, unit: line.unit, older: line.key, newer: successor.key, appeared: successor.appeared, became: successor.older, ended: successor.ended, basis: successor.basis });
  }
}

function came(line: LifeLine, subject: Omit<Diff['created'][number], 'dated'>, { a, lists, earlier, unsaid }: Pick<Into, 'a' | 'lists' | 'earlier' | 'unsaid'>): void {
  const back = earlier(line.type, line.key)?.gone.find(({ reappeared }) => reappeared !== null && reappeared.run.run === line.firstSeen?.run)?.reappeared ?? null;
  if (back !== null) {
    lists.reappeared.push({ ...subject, dated: datedOf(back) ?? line.appeared });
    return;
  }
  const { from } = line.appeared.when;
  if (line.absentBefore !== null || (from !== null && from >= a.ref.at)) lists.created.push({ ...subject, dated: line.appeared });
  else if (line.appeared.when.to < a.ref.at) unsaid('b', line, 'it was there before A by its date, and A does not list it');
  else unsaid('b', line, whyNotIn(a, line));
}

function went(line: LifeLine, subject: Omit<Diff['created'][number], 'dated'>, { lists, unsaid }: Pick<Into, 'lists' | 'unsaid'>): void {
  const gone = line.gone.at(-1);
  if (gone !== undefined) lists.revoked.push({ ...subject, dated: { when: gone.when, basis: gone.basis, event: gone.event }, proof: gone.proof });
  else unsaid('a', line, line.notObserved?.reasons.map(({ why }) => why).join('; ') ?? 'nothing proves that it is gone');
}

function whyNotIn({ coverage }: HistoryRun, { unit, kind }: LifeLine): string {
  const there = coverage.units.find((one) => one.unit === unit);
  if (there === undefined) return 'A did not have the unit in scope';
  if (isLeftOut(there.outcome)) return `A did not read the unit (${there.outcome}: ${there.reason})`;
  const listed = listingOf(coverage.lists, unit, kind);
  return listed === undefined ? `A does not say whether its list of ${kind} closed` : !listed.closed ? `the list of ${kind} did not close in A (${listed.why})` : `A names what this holder has of kind ${kind} in another form`;
}

function datedOf(dated: Dated | undefined | null): Dated | null {
  return dated === undefined || dated === null ? null : { when: dated.when, basis: dated.basis, event: dated.event };
}
