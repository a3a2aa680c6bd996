// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../model/json.ts';
import type { Dated, LifeLine, Successor } from './history.ts';

/**
 * Credentials of one holder and one kind, each with the next one that the holder got after it. Nothing says that the newer replaced the
 * older: it is a fact of the holder, with the order of both and what became of the older. Where the order cannot be proven there is none.
 */
export function withSuccessors(group: readonly LifeLine[]): readonly LifeLine[] {
  const ordered = group.toSorted((a, b) => byCodeUnit(a.appeared.when.to, b.appeared.when.to) || byCodeUnit(a.key, b.key));
  return group.map((line) => {
    if (line.identity === null || line.type !== 'credential') return line;
    const next = ordered.find((other) => other.key !== line.key && other.identity === line.identity && other.kind === line.kind && other.idBasis === line.idBasis && order(line, other) !== null);
    return next === undefined ? line : { ...line, successor: successorOf(line, next) };
  });
}

/** On what the order of two stands, or null where it is not proven. */
function order(older: LifeLine, newer: LifeLine): string | null {
  const { from } = newer.appeared.when;
  if (from !== null && older.appeared.when.to < from) return 'the dates of both';
  if (older.firstSeen !== null && newer.absentBefore !== null && older.firstSeen.at <= newer.absentBefore.at) return `the run of ${newer.absentBefore.at}, which lists the older and whose complete list lacks the newer`;
  return null;
}

function successorOf(line: LifeLine, next: LifeLine): Successor {
  const gone = line.state === 'gone' ? (line.gone.at(-1) ?? null) : null;
  const inactive = line.statuses.at(-1)?.status === 'inactive' ? (line.disabled.at(-1) ?? null) : null;
  const ended: Dated | null = gone === null ? inactive : { when: gone.when, basis: gone.basis, event: gone.event };
  return {
    key: next.key, appeared: next.appeared, overlap: overlapOf(line, next, gone),
    older: gone !== null ? 'gone' : line.state === 'not observed' ? 'not observed' : inactive !== null ? 'disabled' : 'in use', ended,
    basis: `same holder and kind; order by ${order(line, next) ?? ''}`,
  };
}

function overlapOf(line: LifeLine, next: LifeLine, gone: Dated | null): Successor['overlap'] {
  const { when } = next.appeared;
  if (line.lastSeen !== null && (line.lastSeen.at >= when.to || (next.firstSeen !== null && line.lastSeen.at >= next.firstSeen.at))) return 'yes';
  if (gone === null) return 'cannot say';
  if (gone.when.from !== null && gone.when.from >= when.to) return 'yes';
  return when.from !== null && when.from >= gone.when.to ? 'no' : 'cannot say';
}
