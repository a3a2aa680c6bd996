// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../../bundle/jsonl.ts';
import { archivePaths, BUNDLE } from '../../bundle/layout.ts';
import type { EventOf, LogEvent, NewEvent } from '../../evidence/log-format.ts';
import { readRun } from '../../evidence/read-seal.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf, plusDays } from '../../model/instant.ts';
import { samePerson, type Person } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { foldedVerdictSchema, verdictSchema } from '../../model/verdict.ts';
import { z } from 'zod';
import { deviationsOf } from '../../period/deviations.ts';
import { whenInWords, whoActed } from '../../period/words.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { refuseRepair, refuseUnknown } from '../deviation-refusals.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { loadPeriod, periodDays } from '../load-period.ts';
import { momentOf } from '../moment.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { dayFrom, eventsOf, idFrom, recordAct } from '../recording.ts';
import { processTerminal, table } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

type Recorded = EventOf<'deviation.recorded'>;
interface WordOptions { readonly cause?: string; readonly extent?: string; readonly recurrence?: string; readonly compensatingControl?: string; readonly response?: string; readonly owner?: string; readonly due?: string }
export interface DeviationOptions extends ActingOptions, WordOptions {
  readonly id: string; readonly control: string; readonly check?: string; readonly subject?: readonly string[]; readonly run?: string; readonly schedule?: string; readonly slot?: readonly string[]; readonly review?: string; readonly item?: readonly string[];
  readonly beganFrom?: string; readonly beganTo?: string; readonly detected?: string;
}

/** `rollcall deviations record`. Of results, the run that is named must show each of them as not met; control, schedule, slots, review and items must be there. */
export async function deviationsRecord(options: DeviationOptions): Promise<ExitCode> {
  const at = instantOf(Date.now());
  const { about, run, seenAt } = await aboutFrom(options);
  const detected = options.detected === undefined ? at : momentOf(options.detected, '--detected');
  const to = options.beganTo === undefined ? (seenAt ?? detected) : momentOf(options.beganTo, '--began-to');
  if (seenAt !== null && to > seenAt) throw new InputError('--began-to', `${to} is later than ${seenAt}, when it was ${about.kind === 'slots' ? 'due' : 'seen'}`, 'give a moment by which it had begun');
  const from = options.beganFrom === undefined ? (about.kind === 'slots' ? to : null) : momentOf(options.beganFrom, '--began-from');
  if (from !== null && from > to) throw new InputError('--began-from', `${from} is later than ${to}`, 'give a moment before which it had not begun, and one by which it had');
  const act = (by: Person): NewEvent => ({ event: 'deviation.recorded', at, deviation: idFrom(options.id), control: options.control, about, began: { from, to }, detected, detectedIn: run, words: wordsFrom(options), by });
  const { terminal, signer, person } = await acting(options);
  await refuseUnknown(options.archive, await eventsOf(options.archive), { control: options.control, about, detectedIn: run, at });
  const event = await recordAct(terminal, options.archive, signer, act(await person(act)), (events) => {
    if (find(events, options.id) !== undefined) throw new InputError('--id', `there is a deviation ${options.id} already`, 'give it another id, or add to it with `rollcall deviations explain`');
  });
  if (options.json === true) terminal.json(event);
  else {
    const subjects = about.kind === 'results' ? about.subjects.length : about.kind === 'slots' ? about.due.length : about.items.length;
    const missing = deviationsOf([event])[0]?.missing ?? [];
    terminal.out(`Recorded: ${printable(options.id)}, ${subjects} ${about.kind === 'results' ? 'subjects' : about.kind === 'slots' ? 'slots' : 'items'}.${missing.length === 0 ? '' : ` Not said yet: ${missing.join(', ')}; \`rollcall deviations explain --id ${printable(options.id)}\` adds it.`}`);
  }
  return EXIT.ok;
}

async function aboutFrom(options: DeviationOptions): Promise<{ readonly about: Recorded['about']; readonly run: string | null; readonly seenAt: Recorded['detected'] | null }> {
  const kinds = [options.check, options.schedule, options.review].filter((kind) => kind !== undefined).length;
  if (kinds !== 1) throw new InputError('deviations record', kinds === 0 ? 'does not say what did not operate' : 'names more than one thing', 'give either --check, or --schedule with --slot, or --review with --item');
  if (options.schedule !== undefined) return { about: { kind: 'slots', schedule: options.schedule, due: (options.slot ?? []).map((slot) => momentOf(slot, '--slot')) }, run: null, seenAt: options.slot?.[0] === undefined ? null : momentOf(options.slot[0], '--slot') };
  if (options.review !== undefined) return { about: { kind: 'review', review: options.review, items: [...(options.item ?? [])] }, run: null, seenAt: null };
  const check = options.check ?? '';
  const byId = options.run === undefined ? undefined : join(archivePaths(options.archive).runs, options.run);
  const bundle = await chosenRun({ archive: options.archive, ...(options.run === undefined ? {} : { run: byId !== undefined && (await isFolder(byId)) ? byId : options.run }) });
  return readingBundle(bundle, async () => {
    const run = await readRun(bundle);
    const notMet = new Set<string>();
    for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) if (verdict.type === 'verdict' && verdict.check === check && verdict.result === 'not_met') notMet.add(verdict.subject);
    const subjects = options.subject ?? [...notMet];
    const other = subjects.find((subject) => !notMet.has(subject));
    if (other !== undefined) throw new InputError('--subject', `in run ${run.run} ${check} is not "not met" for ${other}`, 'name a run that shows it, and a key as `rollcall explain` prints it');
    if (subjects.length === 0) throw new InputError('--check', `run ${run.run} shows nobody who does not meet ${check}`, 'name another run with --run, or another check');
    return { about: { kind: 'results', check, subjects: [...subjects] }, run: run.run, seenAt: run.startedAt };
  });
}

function wordsFrom(options: WordOptions): Recorded['words'] {
  const { recurrence } = options;
  if (recurrence !== undefined && recurrence !== 'isolated' && recurrence !== 'recurring') throw new InputError('--recurrence', `${recurrence} is neither`, 'write isolated or recurring');
  return { cause: options.cause ?? null, extent: options.extent ?? null, recurrence: recurrence ?? null, compensatingControl: options.compensatingControl ?? null, response: options.response ?? null, owner: options.owner ?? null, due: options.due === undefined ? null : dayFrom(options.due, '--due') };
}

/** `rollcall deviations explain`: adds, and edits nothing. */
export async function deviationsExplain(options: ActingOptions & WordOptions & { readonly id: string }): Promise<ExitCode> {
  const words = wordsFrom(options);
  if (Object.values(words).every((word) => word === null)) throw new InputError('deviations explain', 'says nothing', 'give at least one of --cause, --extent, --recurrence, --compensating-control, --response, --owner, --due');
  return onKnown(options, (at) => (by) => ({ event: 'deviation.explained', at, deviation: idFrom(options.id), words, by }));
}

/** `rollcall deviations approve`: a second person stands behind what was said. */
export async function deviationsApprove(options: ActingOptions & { readonly id: string; readonly samePersonReason?: string }): Promise<ExitCode> {
  return onKnown(options, (at) => (by) => ({ event: 'deviation.approved', at, deviation: idFrom(options.id), by, samePersonReason: options.samePersonReason ?? null }), (events) => {
    const said = deviationsOf(events).find(({ recorded }) => recorded.deviation === options.id);
    const own = [...(said === undefined ? [] : [said.recorded.by]), ...(said?.said.map(({ by }) => by) ?? [])].some(({ name }) => samePerson(name, options.by));
    if (own && options.samePersonReason === undefined) throw new InputError('--by', `${options.by} recorded or explained it`, 'let a second person approve, or say why one does both with --same-person-reason');
  });
}

/** `rollcall deviations repair`: when it was mended, between its beginning and the start of the sealed run that shows it. Whether that run does is said by `rollcall period`. */
export async function deviationsRepair(options: ActingOptions & { readonly id: string; readonly provenBy: string; readonly repaired: string }): Promise<ExitCode> {
  const repaired = momentOf(options.repaired, '--repaired');
  return onKnown(options, (at) => (by) => ({ event: 'deviation.repaired', at, deviation: idFrom(options.id), repaired, provenBy: options.provenBy, by }), (events) => {
    refuseRepair(events, { deviation: options.id, repaired, provenBy: options.provenBy });
  });
}

async function onKnown(options: ActingOptions & { readonly id: string }, make: (at: ReturnType<typeof instantOf>) => (by: Person) => NewEvent, refuse: (events: readonly LogEvent[]) => void = () => undefined): Promise<ExitCode> {
  const act = make(instantOf(Date.now()));
  const { terminal, signer, person } = await acting(options);
  const event = await recordAct(terminal, options.archive, signer, act(await person(act)), (events) => {
    if (find(events, options.id) === undefined) throw new InputError('--id', `there is no deviation ${options.id}`, '`rollcall deviations list` shows all');
    refuse(events);
  });
  if (options.json === true) terminal.json(event);
  else terminal.out(`Recorded on ${printable(options.id)}. What was said before stays.`);
  return EXIT.ok;
}

/** `rollcall deviations list`: all, or with `--unexplained` what a control bears on and no deviation explains. */
export async function deviationsList(options: { readonly archive: string; readonly unexplained?: boolean; readonly from?: string; readonly to?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  if (options.unexplained === true) {
    const now = instantOf(Date.now());
    const { unexplained } = await loadPeriod(options.archive, periodDays({ from: options.from ?? plusDays(now, -90).slice(0, 10), to: options.to ?? now.slice(0, 10) }), now);
    if (options.json === true) terminal.json(unexplained);
    else if (unexplained.length === 0) terminal.out('Nothing that a control bears on is without an explanation.');
    else for (const line of table(['control', 'what', 'name', 'subject', 'since'], unexplained.map((one) => [one.control ?? '', one.what, one.name ?? '', one.subject ?? '', one.since?.slice(0, 10) ?? '']))) terminal.out(line);
    return unexplained.length === 0 ? EXIT.ok : EXIT.finding;
  }
  const all = deviationsOf(await eventsOf(options.archive));
  if (options.json === true) terminal.json(all);
  else if (all.length === 0) terminal.out('None is recorded. `rollcall deviations list --unexplained` shows what a control bears on and nobody has explained.');
  else for (const line of table(['deviation', 'control', 'began', 'mended', 'not said', 'approved by'], all.map(({ recorded, missing, approved, repaired }) => [recorded.deviation, recorded.control, whenInWords(recorded.began), repaired === null ? '' : repaired.repaired.slice(0, 10), missing.join(', '), approved.map(({ by }) => whoActed(by)).join('; ')]))) terminal.out(line);
  return EXIT.ok;
}

function find(events: readonly LogEvent[], id: string): LogEvent | undefined {
  return events.find((event) => event.event === 'deviation.recorded' && event.deviation === id);
}
