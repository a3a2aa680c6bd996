// SPDX-License-Identifier: Apache-2.0
import type { Instant, When } from '../model/instant.ts';
import type { LifeLine, RunRef } from './history.ts';
import type { Approved, ReviewState } from './review.ts';

/** What later runs show of a decision in force. `when`: of what was done; an interval where only runs bound it. `run`: the run that shows it. */
export interface FollowThrough {
  readonly key: string; readonly decision: 'rotate' | 'revoke'; readonly owner: string | null; readonly approvedBy: string | null; readonly decidedAt: Instant;
  readonly state: 'done' | 'not done' | 'cannot say'; readonly when: When | null; readonly run: string | null; readonly why: string;
}
type Shown = Pick<FollowThrough, 'state' | 'when' | 'run' | 'why'>;

/**
 * Whether what was decided happened, for each approved revoke and rotate, in the review's order. `lines`: the life lines of all sealed runs (`lifeLines`), of the keys decided upon at least;
 * `newest`: the newest run among them. Gone is proven only by a list that closed in a later run (rule five of the design); the provider's word of a deletion alone is shown and does not settle it.
 */
export function followThrough({ items }: Pick<ReviewState, 'items'>, lines: ReadonlyMap<string, LifeLine>, newest: RunRef | null): readonly FollowThrough[] {
  return items.flatMap(({ key, read, inForce }) => {
    if (inForce === null || inForce.decision === 'keep') return [];
    const base = { key, decision: inForce.decision, owner: inForce.owner.by.name, approvedBy: inForce.approver.by.name, decidedAt: inForce.approver.at };
    return [{ ...base, ...shownOf(inForce, read, lines.get(key), newest) }];
  });
}

function shownOf(decided: Approved, read: boolean, line: LifeLine | undefined, newest: RunRef | null): Shown {
  if (!read) return cannotSay('it is in a system that this tool does not read: management shows it');
  if (line === undefined || line.lastSeen === null) return cannotSay('no sealed run that is at hand listed it');
  const gone = line.state === 'gone' ? line.gone.at(-1) : undefined;
  if (gone === undefined && (newest === null || newest.at <= decided.approver.at)) return cannotSay('no run was made since the decision');
  return decided.decision === 'revoke' ? revoked(line, gone, decided.approver.at, newest) : rotated(line, gone, decided.approver.at, newest);
}

function revoked(line: LifeLine, gone: LifeLine['gone'][number] | undefined, decidedAt: Instant, newest: RunRef | null): Shown {
  if (gone !== undefined) {
    if (gone.provenBy === null) return { state: 'cannot say', when: gone.when, run: null, why: 'the provider\'s audit log tells of its deletion; no complete list of a later run shows that it is gone' };
    return { state: 'done', when: gone.when, run: gone.provenBy.run, why: `${PROOFS[gone.proof]}${gone.when.to < decidedAt ? '; it was gone before the decision' : ''}` };
  }
  if (line.state === 'present') return { state: 'not done', when: null, run: newest?.run ?? null, why: `still listed in the newest run${disabled(line)}` };
  if (line.lastSeen !== null && line.lastSeen.at > decidedAt) return { state: 'not done', when: null, run: line.lastSeen.run, why: `still listed after the decision${disabled(line)}; runs after that cannot say: ${reasons(line)}` };
  return cannotSay(`it is not among what later runs read, and no list closed that would have it: ${reasons(line)}`);
}

const PROOFS = { list: 'the complete list of its kind does not have it', 'holder list': 'the complete list of its holder does not have it', 'holder gone': 'its holder is gone', event: 'the provider\'s audit log tells of its deletion' } as const;

/** Replaced: its holder got a newer one of its kind after the decision, and this one no longer opens anything. */
function rotated(line: LifeLine, gone: LifeLine['gone'][number] | undefined, decidedAt: Instant, newest: RunRef | null): Shown {
  if (line.type === 'identity') return cannotSay('an identity has nothing to rotate of its own: review its credentials');
  if (line.identity === null) return cannotSay('it belongs to the unit and not to a holder, so that nothing tells what took its place');
  const { successor } = line;
  if (successor === null) {
    if (gone !== undefined && gone.provenBy !== null) return { state: 'not done', when: gone.when, run: gone.provenBy.run, why: 'it is gone and its holder has no newer one of its kind: revoked rather than rotated' };
    return line.state === 'present' ? { state: 'not done', when: null, run: newest?.run ?? null, why: 'still listed in the newest run, and its holder has no newer one of its kind' } : cannotSay(reasons(line));
  }
  const came = successor.appeared.when;
  if (came.to <= decidedAt) return unreplaced(line, successor.older, newest, `the newer one, ${successor.key}, was there before the decision`);
  if (came.from === null || came.from <= decidedAt) return cannotSay(`whether ${successor.key} came before or after the decision is not known`);
  if (successor.older === 'disabled' || (successor.older === 'gone' && gone?.provenBy !== null)) {
    return { state: 'done', when: successor.ended?.when ?? came, run: gone?.provenBy?.run ?? line.lastSeen?.run ?? null, why: `replaced by ${successor.key}; this one is ${successor.older}` };
  }
  return unreplaced(line, successor.older, newest, `${successor.key} came after the decision`);
}

function unreplaced(line: LifeLine, older: 'in use' | 'disabled' | 'gone' | 'not observed', newest: RunRef | null, about: string): Shown {
  if (older === 'in use') return { state: 'not done', when: null, run: newest?.run ?? null, why: `${about}; this one is still active` };
  return cannotSay(older === 'not observed' ? `${about}; of this one: ${reasons(line)}` : `${about}; this one is ${older}`);
}

function disabled({ statuses }: LifeLine): string {
  const now = statuses.at(-1)?.status;
  return now === 'inactive' || now === 'expired' ? `, ${now}` : '';
}

function reasons({ notObserved }: LifeLine): string {
  const told = notObserved?.reasons.map(({ run, why }) => `run ${run.run}: ${why}`) ?? [];
  return told.length === 0 ? 'nothing tells why' : told.join('; ');
}

function cannotSay(why: string): Shown {
  return { state: 'cannot say', when: null, run: null, why };
}
