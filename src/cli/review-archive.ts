// SPDX-License-Identifier: Apache-2.0
import { keepDocument, readDocument } from '../archive/documents.ts';
import { BundleFormatError, parseJsonText } from '../bundle/jsonl.ts';
import { archivePaths } from '../bundle/layout.ts';
import { appendEvent } from '../evidence/append-log.ts';
import { sha256 } from '../evidence/digest.ts';
import type { LogEvent, NewEvent } from '../evidence/log-format.ts';
import { readLog } from '../evidence/read-log.ts';
import type { Signer } from '../evidence/signer.ts';
import { InputError } from '../model/errors.ts';
import { instantOf, type Instant } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import { decisionsSchema, representationSchema, sheetSchema, type DecisionsDocument, type ItemDecision, type RepresentationDocument, type ReviewRole, type ReviewSheet } from '../period/review-format.ts';
import { refusalsOf } from '../period/review-refusals.ts';
import { foldReview, reviewsIn, type ReviewState } from '../period/review.ts';
import type { Person } from '../model/person.ts';

/** A review with its frozen sheet, as an archive holds it now. */
export interface OpenedReview { readonly sheet: ReviewSheet; readonly sheetSha256: string; readonly state: ReviewState; readonly events: readonly LogEvent[] }

/** Keeps a value as a document, in canonical form. Returns its digest. */
export async function keepJson(archive: string, value: unknown): Promise<string> {
  return keepDocument(archive, jsonBytes(value));
}
function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${canonicalJson(value)}\n`);
}

/** Opens a review as the log stands now. Throws an InputError where there is none of that id, a BundleFormatError where its sheet is not what the log names. */
export async function openReview(archive: string, review: string, now: Instant): Promise<OpenedReview> {
  const { events } = await readLog(archivePaths(archive).log);
  return openReviewIn(archive, events, review, now);
}

export async function openReviewIn(archive: string, events: readonly LogEvent[], review: string, now: Instant): Promise<OpenedReview> {
  const all = reviewsIn(events);
  const started = all.find((event) => event.review === review);
  if (started === undefined) throw new InputError('--id', `the log of ${archive} tells of no review ${review}`, all.length === 0 ? '`rollcall review start` begins one' : `it tells of ${all.slice(-5).map((event) => event.review).join(', ')}`);
  const sheet = parseJsonText((await readDocument(archive, started.sheetSha256)).toString('utf8'), sheetSchema, `sheet of review ${review}`);
  const documents = new Map<string, DecisionsDocument | { readonly problem: string }>();
  for (const event of events) {
    if (event.event !== 'review.decided' || event.review !== review || documents.has(event.decisionsSha256)) continue;
    documents.set(event.decisionsSha256, await decisionsOf(archive, event.decisionsSha256));
  }
  // A clock that was set back must not hide what the log already holds.
  const newest = events.reduce<Instant>((latest, { at }) => (at > latest ? at : latest), now);
  const state = foldReview(review, { events, sheet, documents, asOf: newest });
  if (state === null) throw new Error(`review ${review} is in the log and its fold does not find it`);
  return { sheet, sheetSha256: started.sheetSha256, state, events };
}

async function decisionsOf(archive: string, digest: string): Promise<DecisionsDocument | { readonly problem: string }> {
  try {
    return parseJsonText((await readDocument(archive, digest)).toString('utf8'), decisionsSchema, `decisions ${digest}`);
  } catch (error) {
    if (error instanceof BundleFormatError) return { problem: error.message };
    throw error;
  }
}

/** Management's own list as it was recorded last, or null. Throws a BundleFormatError where its document is gone or changed. */
export async function newestRepresentation(archive: string, events: readonly LogEvent[]): Promise<{ readonly event: Extract<LogEvent, { readonly event: 'representation.recorded' }>; readonly document: RepresentationDocument } | null> {
  const event = events.findLast((candidate) => candidate.event === 'representation.recorded');
  if (event === undefined) return null;
  return { event, document: parseJsonText((await readDocument(archive, event.documentSha256)).toString('utf8'), representationSchema, `representation ${event.documentSha256}`) };
}

/** A batch to record: `person` gives who acts, from the act that they may have to sign. */
export interface NewBatch { readonly review: string; readonly role: ReviewRole; readonly name: string; readonly items: readonly ItemDecision[]; readonly samePersonReason: string | null; readonly person: (act: (person: Person) => NewEvent) => Promise<Person> }

/** Nothing of a batch was recorded; each refusal names its item. */
export class RefusedBatch extends InputError {
  readonly refusals: ReturnType<typeof refusalsOf>;
  constructor(refusals: ReturnType<typeof refusalsOf>) {
    const shown = refusals.slice(0, 20).map(({ key, why }) => `${key === null ? '' : `${printable(key)}: `}${why}`);
    super('review', `${refusals.length === 1 ? '' : `${refusals.length} refusals\n`}${shown.join('\n')}${refusals.length > shown.length ? `\nand ${refusals.length - shown.length} more` : ''}`, 'nothing was recorded; where one person has to do both, say why with --same-person-reason');
    this.refusals = refusals;
  }
}

/**
 * Records a batch: its document first, then its event. What the log says is asked again while it is held, so that two people at once cannot both approve what neither decided. Throws a RefusedBatch
 * where the batch cannot stand; nothing of it is then in the log.
 */
export async function recordBatch(archive: string, batch: NewBatch, signer: Signer, clock: () => number): Promise<{ readonly event: LogEvent; readonly opened: OpenedReview }> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const opened = await openReview(archive, batch.review, instantOf(clock()));
    const refusals = refusalsOf(opened.state, { role: batch.role, by: batch.name, items: batch.items, samePersonReason: batch.samePersonReason });
    if (refusals.length > 0) throw new RefusedBatch(refusals);
    const document: DecisionsDocument = { format: 'rollcall-review-decisions/1', review: batch.review, sheetSha256: opened.sheetSha256, items: [...batch.items] };
    const bytes = jsonBytes(decisionsSchema.parse(document));
    const act = (by: Person): Extract<NewEvent, { readonly event: 'review.decided' }> => ({ event: 'review.decided', at: instantOf(clock()), review: batch.review, role: batch.role, decisionsSha256: sha256(bytes), count: document.items.length, by, samePersonReason: batch.samePersonReason });
    const by = await batch.person(act);
    await keepDocument(archive, bytes);
    const seen = touching(opened.events, batch.review);
    try {
      const event = await appendEvent(archivePaths(archive).log, (events) => {
        if (touching(events, batch.review) !== seen) throw new LogMoved();
        return act(by);
      }, signer);
      return { event, opened };
    } catch (error) {
      if (!(error instanceof LogMoved)) throw error;
    }
  }
  throw new InputError('review', 'others kept deciding in this review at the same time', 'try again in a moment; nothing was recorded');
}

class LogMoved extends Error {}

function touching(events: readonly LogEvent[], review: string): number {
  return events.filter((event) => (event.event === 'review.decided' || event.event === 'review.closed') && event.review === review).length;
}
