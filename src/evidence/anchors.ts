// SPDX-License-Identifier: Apache-2.0
import type { Instant } from '../model/instant.ts';
import type { EventOf, LogEvent } from './log-format.ts';

type Anchoring = EventOf<'checkpoint.anchored'>;
type StampAnchor = Extract<Anchoring['anchor'], { readonly kind: 'rfc3161' }>;
type OtherAnchor = Extract<Anchoring['anchor'], { readonly kind: 'elsewhere' }>;

/** A time stamp, as the log tells of it. */
export interface LoggedStamp { readonly sequence: number; readonly at: Instant; readonly size: number; readonly checkpointSha256: string; readonly anchor: StampAnchor }
/** A handing over, as the log tells of it. */
export interface LoggedHandOver { readonly sequence: number; readonly at: Instant; readonly size: number; readonly checkpointSha256: string; readonly anchor: OtherAnchor }

/** Entries of the log from one to another, and what outside the archive remembers them: the earliest stamp and the earliest handing over of a checkpoint that covers them. */
export interface AnchorRange { readonly from: number; readonly to: number; readonly stamp: LoggedStamp | null; readonly handOver: LoggedHandOver | null }

/** Time stamps that the log tells of, the one over the smallest checkpoint first. */
export function stampsOf(events: readonly LogEvent[]): readonly LoggedStamp[] {
  return anchorings(events).flatMap(({ anchor, ...event }): LoggedStamp[] => (anchor.kind === 'rfc3161' ? [{ ...event, anchor }] : [])).sort((a, b) => a.size - b.size || a.sequence - b.sequence);
}

/** Handings over that the log tells of, the one of the smallest checkpoint first. */
export function handOversOf(events: readonly LogEvent[]): readonly LoggedHandOver[] {
  return anchorings(events).flatMap(({ anchor, ...event }): LoggedHandOver[] => (anchor.kind === 'elsewhere' ? [{ ...event, anchor }] : [])).sort((a, b) => a.size - b.size || a.sequence - b.sequence);
}

function anchorings(events: readonly LogEvent[]): readonly Omit<Anchoring, 'event'>[] {
  return events.filter((event) => event.event === 'checkpoint.anchored').map(({ sequence, at, size, checkpointSha256, anchor }) => ({ sequence, at, size, checkpointSha256, anchor }));
}

/**
 * The log cut where its anchors end, from its first entry to its last. A range without stamp is unanchored, whatever was handed over: that shows only to whoever kept it. What the
 * log tells of anchors is not verified here.
 */
export function anchorRanges(events: readonly LogEvent[]): readonly AnchorRange[] {
  const stamps = stampsOf(events);
  const handOvers = handOversOf(events);
  const ends = [...new Set([...stamps, ...handOvers].map(({ size }) => Math.min(size, events.length)).concat(events.length))].filter((size) => size > 0).sort((a, b) => a - b);
  return ends.map((end, index) => ({
    from: ends[index - 1] ?? 0, to: end - 1,
    stamp: earliest(stamps.filter(({ size }) => size >= end), ({ anchor }) => anchor.time), handOver: earliest(handOvers.filter(({ size }) => size >= end), ({ at }) => at),
  }));
}

function earliest<T extends { readonly sequence: number }>(of: readonly T[], time: (one: T) => Instant): T | null {
  return of.reduce<T | null>((first, one) => (first === null || time(one) < time(first) || (time(one) === time(first) && one.sequence < first.sequence) ? one : first), null);
}
