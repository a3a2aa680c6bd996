// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { digestOfFile } from '../evidence/digest.ts';
import type { LogEvent } from '../evidence/log-format.ts';
import { populationFile, readPopulation, type PopulationRow } from '../evidence/populations.ts';
import { exactField } from '../evidence/populations-row.ts';
import { readRun } from '../evidence/read-seal.ts';
import { InputError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import { foldedVerdictSchema, verdictSchema, type Verdict } from '../model/verdict.ts';
import { accepts, acceptancesOf, acceptanceState, type Acceptance } from './acceptances.ts';
import { MAX_ITEMS, type RepresentationDocument, type RepresentedItem, type Reviewed, type ReviewItem, type ReviewSheet } from './review-format.ts';

/** What a review freezes: a population of a bundle, and management's own list where there is one. */
export interface SheetOptions {
  readonly review: string; readonly population: Reviewed; readonly opens: Instant; readonly closes: Instant;
  /** For the acceptances in force when the review opens. */ readonly events: readonly LogEvent[];
  readonly represented: { readonly event: Extract<LogEvent, { readonly event: 'representation.recorded' }>; readonly document: RepresentationDocument } | null;
}

/** Groups of items that are little work: in what order they stand, and what puts an item into each. */
export const GROUPS = [
  { id: 'provider-made', title: 'Made and run by the provider', holds: ({ responsibility }: Pick<ReviewItem, 'responsibility'>): boolean => responsibility === 'provider' || responsibility.startsWith('provider;') },
  { id: 'never-used-and-disabled', title: 'Already disabled or expired, and no use recorded', holds: ({ status, lastUsed }: Pick<ReviewItem, 'status' | 'lastUsed'>): boolean => (status === 'inactive' || status === 'expired') && lastUsed.startsWith('no use') },
] as const satisfies readonly { readonly id: string; readonly title: string; readonly holds: (item: ReviewItem) => boolean }[];

/**
 * The sheet of a review over a sealed bundle: each row of the population with what its reviewer has to see, in the population's order and under its numbers. Pure in the bundle's files and the
 * events given. Throws a BundleFormatError where the population is not the one that was sealed, an InputError where it is too large for one review.
 */
export async function makeSheet(bundle: string, options: SheetOptions): Promise<ReviewSheet> {
  const { review, population, opens, closes } = options;
  const file = join(bundle, populationFile(population));
  const { sha256 } = await digestOfFile(file);
  await holdAgainstManifest(bundle, populationFile(population), sha256);
  const run = await readRun(bundle);
  const rows: PopulationRow[] = [];
  for await (const row of readPopulation(file)) {
    if (rows.length === MAX_ITEMS) throw new InputError('--population', `the population has more than ${MAX_ITEMS} rows`, 'review a run of a narrower scope: a scan of some of the targets');
    rows.push(row);
  }
  const notMet = await notMetOf(bundle, new Set(rows.map((row) => exactField(row, 'key'))));
  const acceptances = acceptancesOf(options.events).filter((acceptance) => acceptanceState(acceptance, opens) === 'in force');
  const items = rows.map((row) => itemOf(row, notMet.get(exactField(row, 'key')) ?? [], acceptances));
  const groups = GROUPS.flatMap(({ id, title }) => {
    const count = items.filter(({ group }) => group === id).length;
    return count === 0 ? [] : [{ id, title, count }];
  });
  return { format: 'rollcall-review-sheet/1', review, run: run.run, asOf: run.asOf, population, populationSha256: sha256, opens, closes, items, groups, represented: representedOf(options.represented) };
}

/** A digest freezes a population only where it is the one that the seal is over. */
async function holdAgainstManifest(bundle: string, file: string, sha256: string): Promise<void> {
  const manifest = join(bundle, BUNDLE.manifest);
  let text: string;
  try {
    text = await readFile(manifest, 'utf8');
  } catch (error) {
    throw new BundleFormatError(manifest, 'cannot be read: a review needs a sealed run', { cause: error });
  }
  const line = text.split('\n').find((candidate) => candidate.endsWith(`  ${file}`));
  if (line !== `${sha256}  ${file}`) throw new BundleFormatError(join(bundle, file), line === undefined ? 'is not in the manifest of its run' : 'is not the file that was sealed: its digest is another');
}

async function notMetOf(bundle: string, keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Verdict[]>> {
  const found = new Map<string, Verdict[]>();
  for await (const row of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) {
    if (row.type !== 'verdict' || row.result !== 'not_met' || !keys.has(row.subject)) continue;
    const list = found.get(row.subject);
    if (list === undefined) found.set(row.subject, [row]);
    else list.push(row);
  }
  return found;
}

function itemOf(row: PopulationRow, verdicts: readonly Verdict[], acceptances: readonly Acceptance[]): ReviewItem {
  const key = exactField(row, 'key');
  const bare = {
    number: Number(row.number), key, unit: row.unit, kind: row.kind, identity: row.identity, name: row.credential_id.startsWith('n/a: ') ? row.identity_id : row.credential_id, owner: row.owner, ownerBasis: row.owner_basis, recordedOwner: recordedOwner(row),
    purpose: row.purpose, class: row.class, responsibility: row.responsibility, created: row.created, createdBasis: row.created_basis, ageDays: row.age_days, expires: row.expires, lastUsed: row.last_used, lastUsedNote: row.last_used_note,
    privilege: row.privilege, status: row.status, notMet: verdicts.map(({ check, reason }) => ({ check, reason })).sort((a, b) => byCodeUnit(a.check, b.check)),
    acceptances: verdicts.flatMap((verdict) => acceptances.filter((acceptance) => accepts(acceptance, verdict)).map(({ recorded: { acceptance, expires } }) => ({ acceptance, check: verdict.check, expires }))).sort((a, b) => byCodeUnit(a.acceptance, b.acceptance) || byCodeUnit(a.check, b.check)),
  };
  return { ...bare, group: GROUPS.find(({ holds }) => holds(bare))?.id ?? null };
}

/** The owner as somebody wrote them, or null: the words `none`, `unknown: …` and `n/a: …` are ours where the cell is not marked as changed. */
function recordedOwner(row: PopulationRow): string | null {
  const exact = exactField(row, 'owner');
  return exact === row.owner && /^(?:none$|unknown: |n\/a: )/.test(exact) ? null : exact;
}

function representedOf(represented: SheetOptions['represented']): ReviewSheet['represented'] {
  if (represented === null) return null;
  const { event, document } = represented;
  const items = document.rows.map((row): RepresentedItem => ({ key: representedKey(row), ...row }));
  return { documentSha256: event.documentSha256, recorded: event.at, by: event.by, items };
}

/** Key of a line of management's own list: no key of a unit begins so. */
export function representedKey({ system, credential }: { readonly system: string; readonly credential: string }): string {
  return `represented/${encodeURIComponent(system.toWellFormed())}/${encodeURIComponent(credential.toWellFormed())}`;
}
