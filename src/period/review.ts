// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../evidence/log-format.ts';
import type { Instant } from '../model/instant.ts';
import { samePerson, type Person } from '../model/person.ts';
import type { Decision, DecisionsDocument, ReviewRole, ReviewSheet } from './review-format.ts';

/** One person's decision on one item. `late`: outside the window of the review. */
export interface Act { readonly role: ReviewRole; readonly decision: Decision; readonly reason: string; readonly by: Person; readonly at: Instant; readonly sequence: number; readonly late: boolean; /** Why one person did both; null where nobody said so. */ readonly samePersonReason: string | null }
/** A decision that its owner made and somebody approved. `samePerson`: whether that was one person. */
export interface Approved { readonly decision: Decision; readonly owner: Act; readonly approver: Act; readonly samePerson: boolean }
/**
 * `undecided`: no owner decided. `confirmed`: an owner decided, nobody approved that. `approved`: the newest decision of the owner is approved. `changed`: the approver
 * decided otherwise than the owner, or the owner decided otherwise after an approval; what was approved before stays in force until the new decision is approved.
 */
export type ItemStanding = 'undecided' | 'confirmed' | 'approved' | 'changed';
export interface ItemState {
  readonly key: string;
  /** Whether this tool read it; else it is management's representation. */
  readonly read: boolean;
  readonly recordedOwner: string | null;
  readonly state: ItemStanding;
  readonly owner: Act | null;
  /** The approver's newest act after the owner's newest, whichever way it went. */
  readonly approver: Act | null;
  readonly inForce: Approved | null;
  /** Every act on it, in the order of the log. */
  readonly acts: readonly Act[];
}
export interface ReviewState {
  readonly review: string;
  readonly started: EventOf<'review.started'>;
  readonly closed: EventOf<'review.closed'> | null;
  /** `open` until its window ends or somebody closes it, whichever is first. */
  readonly state: 'open' | 'window over' | 'closed';
  /** Items of the population in the sheet's order, then those that management represents. */
  readonly items: readonly ItemState[];
  /** Keys without an approved decision when the review ended; null while it is open. */
  readonly undecidedAtClose: readonly string[] | null;
  /** What the log or its documents hold that cannot count, and why. */
  readonly problems: readonly string[];
}

/** What a review stands on: its sheet, the log, and the documents that its batches name; one that cannot be read gives its problem. */
export interface ReviewSource {
  readonly events: readonly LogEvent[];
  readonly sheet: ReviewSheet;
  readonly documents: ReadonlyMap<string, DecisionsDocument | { readonly problem: string }>;
  /** What was logged after it is not looked at; it tells whether the window is over. */
  readonly asOf: Instant;
}

/** The same person as far as names tell; an address such as `ines.duarte@company.example` is the person of its first part. */
export function oneAndTheSame(a: string, b: string): boolean {
  const plain = (name: string): string => (/^[^@\s]+@[^@\s]+$/.test(name.trim()) ? name.trim().replace(/@.*$/, '').replace(/[._+-]+/g, ' ') : name);
  return samePerson(plain(a), plain(b)) || samePerson(a, b);
}

/** Reviews that a log tells of, in the order of their start. */
export function reviewsIn(events: readonly LogEvent[]): readonly EventOf<'review.started'>[] {
  return events.filter((event) => event.event === 'review.started');
}

/**
 * What became of a review: the fold of its events over its frozen sheet. Nothing that a person did is left out: an act that cannot count is a problem, told in words.
 * Returns null where the log does not tell of the review.
 */
export function foldReview(review: string, source: ReviewSource): ReviewState | null {
  const events = source.events.filter(({ at }) => at <= source.asOf);
  const started = reviewsIn(events).find((event) => event.review === review);
  if (started === undefined) return null;
  const closed = events.find((event) => event.event === 'review.closed' && event.review === review) ?? null;
  const problems: string[] = [];
  const items = new Map<string, MutableItem>();
  for (const { key, recordedOwner } of source.sheet.items) items.set(key, emptyItem(key, true, recordedOwner));
  for (const { key, owner } of source.sheet.represented?.items ?? []) items.set(key, emptyItem(key, false, owner === '' ? null : owner));
  const end = closed !== null && closed.at < started.closes ? closed.at : started.closes;
  let undecidedAtClose: readonly string[] | null = null;
  const takeStock = (): void => {
    undecidedAtClose ??= [...items.values()].filter(({ inForce }) => inForce === null).map(({ key }) => key);
  };
  for (const event of events) {
    if (event.event !== 'review.decided' || event.review !== review) continue;
    if (event.at > end) takeStock();
    applyBatch(event, source, started, items, end, problems);
  }
  const over = source.asOf > end || (closed?.event === 'review.closed' && closed.at <= source.asOf);
  if (over) takeStock();
  return { review, started, closed: closed?.event === 'review.closed' ? closed : null, state: closed !== null ? 'closed' : over ? 'window over' : 'open', items: [...items.values()].map(frozen), undecidedAtClose, problems };
}

interface MutableItem { readonly key: string; readonly read: boolean; readonly recordedOwner: string | null; owner: Act | null; approver: Act | null; inForce: Approved | null; readonly acts: Act[] }

function emptyItem(key: string, read: boolean, recordedOwner: string | null): MutableItem {
  return { key, read, recordedOwner, owner: null, approver: null, inForce: null, acts: [] };
}

function applyBatch(event: EventOf<'review.decided'>, { sheet, documents }: ReviewSource, started: EventOf<'review.started'>, items: ReadonlyMap<string, MutableItem>, end: Instant, problems: string[]): void {
  const place = `batch at place ${event.sequence} of the log`;
  const document = documents.get(event.decisionsSha256);
  if (document === undefined || 'problem' in document) {
    problems.push(`${place}: its document cannot be read${document === undefined ? '' : `: ${document.problem}`}; none of its ${event.count} decisions counts`);
    return;
  }
  if (document.review !== event.review || document.sheetSha256 !== started.sheetSha256) {
    problems.push(`${place}: its document is of another review or another sheet; none of its decisions counts`);
    return;
  }
  if (document.items.length !== event.count) problems.push(`${place}: the log says ${event.count} decisions and its document holds ${document.items.length}`);
  const late = event.at > end || event.at < started.opens;
  for (const { key, decision, reason } of document.items) {
    const item = items.get(key);
    if (item === undefined) {
      problems.push(`${place}: no item of review ${sheet.review} has the key ${key}`);
      continue;
    }
    const act: Act = { role: event.role, decision, reason, by: event.by, at: event.at, sequence: event.sequence, late, samePersonReason: event.samePersonReason };
    item.acts.push(act);
    if (act.role === 'owner') {
      item.owner = act;
      item.approver = null;
      continue;
    }
    const refused = applyApproval(item, act);
    if (refused !== null) problems.push(`${place}: ${key}: ${refused}`);
  }
}

/** An approval counts where it is of what the owner decided, by somebody else or with the reason why not. Returns why it does not. */
function applyApproval(item: MutableItem, act: Act): string | null {
  if (item.owner === null) return 'an approval of what no owner decided';
  const self = isSelfReview(act.by.name, item.owner.by.name, item.recordedOwner);
  if (self && act.samePersonReason === null) return 'the approver is the owner, and no reason is given for that';
  item.approver = act;
  if (act.decision === item.owner.decision) item.inForce = { decision: act.decision, owner: item.owner, approver: act, samePerson: self };
  return null;
}

/** Whether an approver would approve their own: they decided as the owner, or are the recorded one. */
export function isSelfReview(approver: string, decidedBy: string, recordedOwner: string | null): boolean {
  return oneAndTheSame(approver, decidedBy) || (recordedOwner !== null && oneAndTheSame(approver, recordedOwner));
}

function frozen({ key, read, recordedOwner, owner, approver, inForce, acts }: MutableItem): ItemState {
  const state: ItemStanding = owner === null ? 'undecided' : inForce !== null && inForce.owner === owner ? (approver !== null && approver.decision !== owner.decision ? 'changed' : 'approved') : inForce !== null || approver !== null ? 'changed' : 'confirmed';
  return { key, read, recordedOwner, state, owner, approver, inForce, acts };
}

/** Items by how they stand and by what is in force: counts that add up to the number of items. Represented ones are counted apart. */
export function reviewCounts({ items }: Pick<ReviewState, 'items'>): { readonly read: ReviewCounts; readonly represented: ReviewCounts } {
  return { read: countsOf(items.filter(({ read }) => read)), represented: countsOf(items.filter(({ read }) => !read)) };
}

export interface ReviewCounts {
  readonly items: number; readonly undecided: number; readonly confirmed: number; readonly approved: number; readonly changed: number;
  /** Decisions in force. */
  readonly inForce: { readonly [decision in Decision]: number };
  /** Of those in force: owner and approver are one person. */ readonly samePerson: number;
  /** Items on which somebody acted outside the window. */ readonly late: number;
}

function countsOf(items: readonly ItemState[]): ReviewCounts {
  const standing = (wanted: ItemStanding): number => items.filter(({ state }) => state === wanted).length;
  const inForce = (decision: Decision): number => items.filter((item) => item.inForce?.decision === decision).length;
  return {
    items: items.length, undecided: standing('undecided'), confirmed: standing('confirmed'), approved: standing('approved'), changed: standing('changed'),
    inForce: { keep: inForce('keep'), rotate: inForce('rotate'), revoke: inForce('revoke') }, samePerson: items.filter((item) => item.inForce?.samePerson === true).length, late: items.filter(({ acts }) => acts.some(({ late }) => late)).length,
  };
}
