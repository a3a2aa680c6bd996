// SPDX-License-Identifier: Apache-2.0
import type { EventOf, LogEvent } from '../../src/evidence/log-format.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { Decision, DecisionsDocument, RepresentedItem, ReviewItem, ReviewRole, ReviewSheet } from '../../src/period/review-format.ts';

/** A moment of the reviews that tests tell of: day and hour of July 2026. */
export function july(day: number, hour = 9): Instant {
  return `2026-07-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
}

export function reviewItem(number: number, overrides: Partial<ReviewItem> = {}): ReviewItem {
  return {
    number, key: `aws:111122223333/AKIA${number}`, unit: 'aws:111122223333', kind: 'aws.access-key', identity: 'deploy-bot', name: `AKIA${number}`, owner: 'Bo Lind', ownerBasis: 'exact: owners', recordedOwner: 'Bo Lind', purpose: 'deploys', class: 'non-human', responsibility: 'entity',
    created: '2026-01-01T00:00:00.000Z', createdBasis: 'exact', ageDays: '181', expires: 'none', lastUsed: 'no use since 2026-01-01T00:00:00.000Z', lastUsedNote: 'granularity day', privilege: 'not_administrator', status: 'active', notMet: [], acceptances: [], group: null, ...overrides,
  };
}

export function reviewSheet(items: readonly ReviewItem[], represented: readonly RepresentedItem[] = []): ReviewSheet {
  return {
    format: 'rollcall-review-sheet/1', review: '2026-Q3', run: '019a0000-0000-7000-8000-000000000000', asOf: july(1), population: 'credentials', populationSha256: sha256('population'), opens: july(1), closes: '2026-07-10T23:59:59.999Z' as Instant, items: [...items],
    groups: [], represented: represented.length === 0 ? null : { documentSha256: sha256('list'), recorded: july(1), by: { name: 'Ines Duarte', basis: 'typed only' }, items: [...represented] },
  };
}

/** A log of one review, built an act at a time. */
export class ReviewStory {
  readonly events: LogEvent[];
  readonly documents = new Map<string, DecisionsDocument>();
  readonly sheet: ReviewSheet;
  constructor(sheet: ReviewSheet) {
    this.sheet = sheet;
    const started: EventOf<'review.started'> = {
      event: 'review.started', sequence: 0, at: sheet.opens, review: sheet.review, run: sheet.run, population: sheet.population, populationSha256: sheet.populationSha256, sheetSha256: sha256(canonicalJson(sheet)), count: sheet.items.length, opens: sheet.opens, closes: sheet.closes, control: null,
      by: { name: 'Ines Duarte', basis: 'typed only' }, authority: 'policy 4.2',
    };
    this.events = [started];
  }
  decide(at: Instant, role: ReviewRole, name: string, items: readonly (readonly [key: string, decision: Decision])[], samePersonReason: string | null = null, change: Partial<DecisionsDocument> = {}): this {
    const document: DecisionsDocument = { format: 'rollcall-review-decisions/1', review: this.sheet.review, sheetSha256: sha256(canonicalJson(this.sheet)), items: items.map(([key, decision]) => ({ key, decision, reason: `${name} says ${decision}` })), ...change };
    const digest = sha256(`${this.events.length} ${canonicalJson(document)}`);
    this.documents.set(digest, document);
    this.events.push({ event: 'review.decided', sequence: this.events.length, at, review: this.sheet.review, role, decisionsSha256: digest, count: items.length, by: { name, basis: 'typed only' }, samePersonReason });
    return this;
  }
  close(at: Instant): this {
    this.events.push({ event: 'review.closed', sequence: this.events.length, at, review: this.sheet.review, by: { name: 'Ines Duarte', basis: 'typed only' }, note: null });
    return this;
  }
}
