// SPDX-License-Identifier: Apache-2.0
import { INES } from '../../fixtures/company/quarter/acts.ts';
import { momentOfDay } from '../../fixtures/company/quarter/account.ts';
import { aws } from '../../fixtures/company/quarter/keys.ts';
import { DECIDED, OTHER_SYSTEMS, REVIEW } from '../../fixtures/company/quarter/review.ts';
import { keepDocument } from '../archive/documents.ts';
import { archivePaths } from '../bundle/layout.ts';
import { appendEvent } from '../evidence/append-log.ts';
import { sha256 } from '../evidence/digest.ts';
import { readLog } from '../evidence/read-log.ts';
import type { Signer } from '../evidence/signer.ts';
import { millisecondsOf, type Instant } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { representationSchema } from '../period/review-format.ts';
import { makeSheet } from '../period/review-sheet.ts';
import { newestRepresentation, openReview, recordBatch } from './review-archive.ts';

/** A step of the review: on its day, with the bundle of the newest sealed run. */
export interface ReviewStep { readonly day: number; readonly play: (at: Instant, bundle: string) => Promise<void> }

/** The quarter's review, played through the same functions that the commands use. Owners decide on what they own; one person approves; what nobody owns stays undecided. */
export function reviewSteps(archive: string, first: Instant, signer: Signer): readonly ReviewStep[] {
  const { log } = archivePaths(archive);
  return [
    { day: REVIEW.opens - 0.1, play: async (at) => {
      const document = representationSchema.parse({ format: 'rollcall-representation/1', origin: 'other-systems.csv', fileSha256: sha256(canonicalJson(OTHER_SYSTEMS)), rows: OTHER_SYSTEMS });
      const documentSha256 = await keepDocument(archive, Buffer.from(`${canonicalJson(document)}\n`));
      await appendEvent(log, { event: 'representation.recorded', at, documentSha256, count: OTHER_SYSTEMS.length, by: INES }, signer);
    } },
    { day: REVIEW.opens, play: async (at, bundle) => {
      const { events } = await readLog(log);
      const closes = momentOfDay(first, REVIEW.closesOn);
      const sheet = await makeSheet(bundle, { review: REVIEW.id, population: REVIEW.population, opens: at, closes, events, represented: await newestRepresentation(archive, events) });
      const sheetSha256 = await keepDocument(archive, Buffer.from(`${canonicalJson(sheet)}\n`));
      await appendEvent(log, { event: 'review.started', at, review: REVIEW.id, run: sheet.run, population: REVIEW.population, populationSha256: sheet.populationSha256, sheetSha256, count: sheet.items.length, opens: at, closes, control: REVIEW.control, by: INES, authority: REVIEW.authority }, signer);
    } },
    { day: REVIEW.ownersDecide, play: async (at) => {
      const { sheet } = await openReview(archive, REVIEW.id, at);
      const owners = Map.groupBy([...sheet.items.map(({ key, recordedOwner }) => ({ key, owner: recordedOwner })), ...(sheet.represented?.items ?? []).map(({ key, owner }) => ({ key, owner }))], ({ owner }) => owner);
      for (const [owner, items] of owners) {
        if (owner === null || owner === '') continue;
        await recordBatch(archive, { review: REVIEW.id, role: 'owner', name: owner, samePersonReason: null, person: async () => ({ name: owner, basis: 'typed only' }), items: items.map(({ key }) => ({ key, ...decisionOn(key) })) }, signer, () => millisecondsOf(at));
      }
    } },
    { day: REVIEW.approved, play: async (at) => {
      const { state } = await openReview(archive, REVIEW.id, at);
      const items = state.items.flatMap(({ key, owner }) => (owner === null ? [] : [{ key, decision: owner.decision, reason: 'Agreed with the owner.' }]));
      await recordBatch(archive, { review: REVIEW.id, role: 'approver', name: INES.name, samePersonReason: null, person: async () => INES, items }, signer, () => millisecondsOf(at));
    } },
    { day: REVIEW.closed, play: async (at) => {
      await appendEvent(log, { event: 'review.closed', at, review: REVIEW.id, by: INES, note: 'What nobody owns goes to the platform lead.' }, signer);
    } },
  ];
}

function decisionOn(key: string): { readonly decision: 'keep' | 'rotate' | 'revoke'; readonly reason: string } {
  const found = Object.entries(DECIDED).find(([slug]) => aws.key(slug) === key);
  return found?.[1] ?? { decision: 'keep', reason: 'In use, and mine.' };
}
