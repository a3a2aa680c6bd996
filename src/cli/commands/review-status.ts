// SPDX-License-Identifier: Apache-2.0
import { sealedRuns } from '../../archive/runs.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { readLog } from '../../evidence/read-log.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { lifeLines } from '../../period/history-walk.ts';
import type { LifeLine, RunRef } from '../../period/history.ts';
import { followThrough, type FollowThrough } from '../../period/review-follow.ts';
import { reviewCounts, reviewsIn, type Act, type ReviewState } from '../../period/review.ts';
import { whenInWords, whoActed } from '../../period/words.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { openReview } from '../review-archive.ts';
import { processTerminal, table, type Terminal } from '../terminal.ts';

/** `rollcall review status`: counts, what is undecided, and what later runs show. 1 where the review is over and something is open. */
export async function reviewStatus(options: { readonly id: string; readonly archive: string; readonly item?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const { state, sheet } = await openReview(options.archive, options.id, instantOf(Date.now()));
  const { follow, notes } = await followOf(options.archive, state);
  if (options.item !== undefined) {
    const item = state.items.find(({ key }) => key === options.item);
    if (item === undefined) throw new InputError('--item', `review ${options.id} has no item ${options.item}`, 'the keys stand in its workbook and in `rollcall review status --json`');
    const seen = sheet.items.find(({ key }) => key === item.key) ?? sheet.represented?.items.find(({ key }) => key === item.key) ?? null;
    if (options.json === true) terminal.json({ ...item, seen, followThrough: follow.find(({ key }) => key === item.key) ?? null });
    else printItem(terminal, item, follow);
    return EXIT.ok;
  }
  const counts = reviewCounts(state);
  const open = state.state !== 'open' && ((state.undecidedAtClose?.length ?? 0) > 0 || follow.some((one) => one.state === 'not done'));
  if (options.json === true) terminal.json({ review: options.id, state: state.state, started: state.started, closed: state.closed, counts, undecidedAtClose: state.undecidedAtClose, items: state.items, followThrough: follow, problems: [...state.problems, ...notes] });
  else printStatus(terminal, state, follow, notes);
  return open ? EXIT.finding : EXIT.ok;
}

/** What the sealed runs of an archive show of the decisions in force. Damaged runs are told. */
export async function followOf(archive: string, state: ReviewState): Promise<{ readonly follow: readonly FollowThrough[]; readonly notes: readonly string[] }> {
  const wanted = new Set(state.items.filter(({ inForce }) => inForce !== null && inForce.decision !== 'keep').map(({ key }) => key));
  if (wanted.size === 0) return { follow: [], notes: [] };
  const { runs, damaged } = await sealedRuns(archive);
  const refs = runs.map(({ run }): RunRef => ({ run: run.run, at: run.startedAt, until: run.finishedAt }));
  const history = await Promise.all(runs.map(async (run, at) => ({ ref: refs[at] ?? { run: run.run.run, at: run.run.startedAt, until: run.run.finishedAt }, coverage: await run.coverage(), identities: () => run.identities(), credentials: () => run.credentials(), events: () => run.events() })));
  const lines = new Map<string, LifeLine>();
  for await (const line of lifeLines(history)) if (wanted.has(line.key)) lines.set(line.key, line);
  return { follow: followThrough(state, lines, refs.at(-1) ?? null), notes: damaged.map(({ folder, problem }) => `${folder} is no sealed run and shows nothing: ${problem}`) };
}

function printStatus(terminal: Terminal, state: ReviewState, follow: readonly FollowThrough[], notes: readonly string[]): void {
  const { read, represented } = reviewCounts(state);
  const { started } = state;
  terminal.out(`Review ${state.review}: ${state.state}, from ${started.opens.slice(0, 10)} to the end of ${started.closes.slice(0, 10)} (UTC), held by ${printable(whoActed(started.by))} by authority of ${printable(started.authority)}`);
  terminal.out(`${read.items} ${started.population} of run ${started.run}; population SHA-256 ${started.populationSha256}`);
  for (const line of table(['', 'items', 'undecided', 'confirmed', 'approved', 'changed', 'keep', 'rotate', 'revoke', 'same person', 'late'], [['read', read] as const, ...(represented.items === 0 ? [] : [['management representation', represented] as const])].map(([name, of]) =>
    [name, ...[of.items, of.undecided, of.confirmed, of.approved, of.changed, of.inForce.keep, of.inForce.rotate, of.inForce.revoke, of.samePerson, of.late].map(String)]))) terminal.out(line);
  if (state.undecidedAtClose !== null) terminal.out(`${state.undecidedAtClose.length} had no approved decision when the review ended${state.undecidedAtClose.length === 0 ? '' : `: ${listed(state.undecidedAtClose)}`}`);
  if (follow.length > 0) for (const line of table(['decided', 'what later runs show', 'when', 'item', 'why'], follow.map((one) => [one.decision, one.state, one.when === null ? '' : whenInWords(one.when), one.key, one.why]), 120)) terminal.out(line);
  for (const problem of [...state.problems, ...notes]) terminal.out(terminal.warn(`! ${printable(problem)}`));
}

function listed(keys: readonly string[]): string {
  return `${keys.slice(0, 5).map(printable).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`;
}

function printItem(terminal: Terminal, { key, state, acts, recordedOwner, inForce }: ReviewState['items'][number], follow: readonly FollowThrough[]): void {
  const told = (act: Act): string => `${act.at.slice(0, 16)}Z  ${act.role.padEnd(8)}  ${act.decision.padEnd(6)}  ${printable(whoActed(act.by))}: ${printable(act.reason)}${act.samePersonReason === null ? '' : ` [same person: ${printable(act.samePersonReason)}]`}${act.late ? ' [outside the window]' : ''}`;
  terminal.out(`${printable(key)}: ${state}; recorded owner: ${printable(recordedOwner ?? 'none')}`);
  for (const act of acts) terminal.out(`  ${told(act)}`);
  if (inForce !== null) terminal.out(`In force: ${inForce.decision}${inForce.samePerson ? ', same person' : ''}`);
  for (const one of follow.filter((candidate) => candidate.key === key)) terminal.out(`${one.state}: ${printable(one.why)}`);
}

/** `rollcall review list`. */
export async function reviewList(options: { readonly archive: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const { events } = await readLog(archivePaths(options.archive).log);
  const reviews = await Promise.all(reviewsIn(events).map(async ({ review }) => openReview(options.archive, review, instantOf(Date.now()))));
  const rows = reviews.map(({ state }) => ({ review: state.review, state: state.state, population: state.started.population, count: state.started.count, opens: state.started.opens, closes: state.started.closes, by: state.started.by, counts: reviewCounts(state) }));
  if (options.json === true) terminal.json({ reviews: rows });
  else if (rows.length === 0) terminal.out('No review was started in this archive.');
  else for (const line of table(['review', 'state', 'population', 'items', 'closes', 'undecided', 'confirmed', 'approved', 'changed'], rows.map((row) => [row.review, row.state, row.population, String(row.count), row.closes.slice(0, 10), ...[row.counts.read.undecided, row.counts.read.confirmed, row.counts.read.approved, row.counts.read.changed].map(String)]))) terminal.out(line);
  return EXIT.ok;
}
