// SPDX-License-Identifier: Apache-2.0
import { sealedRun } from '../../archive/runs.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import { sha256 } from '../../evidence/digest.ts';
import { recordId } from '../../evidence/events/common.ts';
import type { NewEvent } from '../../evidence/log-format.ts';
import { readLog } from '../../evidence/read-log.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { keepDocument } from '../../archive/documents.ts';
import { canonicalJson } from '../../model/json.ts';
import { personName, type Person } from '../../model/person.ts';
import { endOfDay, type Reviewed } from '../../period/review-format.ts';
import { makeSheet } from '../../period/review-sheet.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { newestRepresentation } from '../review-archive.ts';

export interface StartOptions extends ActingOptions { readonly id: string; readonly population: Reviewed; readonly run?: string; readonly closes: string; readonly authority: string; readonly control?: string }

/** `rollcall review start`: freezes a population by the digest of its file, keeps the sheet and logs that the review began. */
export async function reviewStart(options: StartOptions): Promise<ExitCode> {
  if (!recordId.safeParse(options.id).success) throw new InputError('--id', `${options.id.slice(0, 80)} is no id`, 'use letters, digits, dot, hyphen and underscore, 64 at most, such as 2026-Q3');
  if (options.authority.length > 4000) throw new InputError('--authority', 'is longer than 4000 characters', 'name the policy and its number');
  personName(options.by, '--by');
  const opens = instantOf(Date.now());
  const closes = endOfDay(options.closes);
  if (closes === null) throw new InputError('--closes', `${options.closes} is no day`, 'give a day such as 2026-10-15');
  if (closes <= opens) throw new InputError('--closes', `${options.closes} is over`, 'give the day on which the review ends, today or later');
  const bundle = await chosenRun(options);
  const { log } = archivePaths(options.archive);
  const { events } = await readLog(log);
  refuseTwice(events, options.id);
  const sheet = await readingBundle(bundle, async () => {
    await sealedRun(bundle);
    return makeSheet(bundle, { review: options.id, population: options.population, opens, closes, events, represented: await newestRepresentation(options.archive, events) });
  });
  const bytes = Buffer.from(`${canonicalJson(sheet)}\n`);
  const { terminal, signer, person } = await acting(options);
  const act = (by: Person): NewEvent => ({
    event: 'review.started', at: instantOf(Date.now()), review: options.id, run: sheet.run, population: options.population, populationSha256: sheet.populationSha256, sheetSha256: sha256(bytes), count: sheet.items.length, opens, closes, control: options.control ?? null, by, authority: options.authority,
  });
  const by = await person(act);
  await keepDocument(options.archive, bytes);
  const event = await appendEvent(log, (there) => {
    refuseTwice(there, options.id);
    return act(by);
  }, signer);
  if (options.json === true) terminal.json({ ...event, groups: sheet.groups, represented: sheet.represented?.items.length ?? 0 });
  else {
    terminal.out(`Review ${options.id} of ${sheet.items.length} ${options.population} of run ${sheet.run}, until the end of ${options.closes} (UTC).`);
    terminal.out(`Population SHA-256 ${sheet.populationSha256}`);
    for (const { title, count } of sheet.groups) terminal.out(`  ${count} of them: ${title.toLowerCase()}`);
    if (sheet.represented !== null) terminal.out(`  beside them, management representation: ${sheet.represented.items.length} in other systems, from ${printable(sheet.represented.by.name)}`);
    terminal.note(`Next: rollcall review serve --id ${options.id}, or rollcall review workbook --id ${options.id} --out review.xlsx`);
  }
  return EXIT.ok;
}

function refuseTwice(events: readonly { readonly event: string; readonly review?: string }[], id: string): void {
  if (events.some((event) => event.event === 'review.started' && event.review === id)) throw new InputError('--id', `there is a review ${id} already`, 'choose another id; a review is never started again');
}
