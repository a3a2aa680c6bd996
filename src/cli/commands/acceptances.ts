// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { archivePaths } from '../../bundle/layout.ts';
import { instantOf, millisecondsOf, plusDays, type Instant } from '../../model/instant.ts';
import type { LogEvent, NewEvent } from '../../evidence/log-format.ts';
import { InputError } from '../../model/errors.ts';
import { samePerson, type Person } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { accepts, acceptancesOf, acceptanceState, isRetroactive } from '../../period/acceptances.ts';
import { whoActed } from '../../period/words.ts';
import { readDataFile } from '../../scope/read-file.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { momentOf } from '../moment.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { notMetRows, recordedOwners } from '../recorded-owners.ts';
import { approverFrom, byName, dayFrom, eventsOf, idFrom, recordAct, refuseMisshapen, type ApproverOptions } from '../recording.ts';
import { processTerminal, table } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

/** An acceptance may not run for longer than this: what nobody looks at again within a year nobody has accepted. */
const LONGEST_DAYS = 366;

const entrySchema = z.strictObject({
  id: z.string(), checks: z.array(z.string()).min(1), units: z.array(z.string()).min(1), subjects: z.array(z.string()).min(1), reason: z.string().min(1), ticket: z.string().min(1).optional(), expires: z.string(), from: z.string().optional(), samePersonReason: z.string().min(1).optional(),
});
type Entry = z.output<typeof entrySchema>;
type Recorded = Extract<NewEvent, { readonly event: 'acceptance.recorded' }>;

export interface RecordOptions extends ActingOptions, ApproverOptions {
  readonly id?: string; readonly check?: readonly string[]; readonly unit?: readonly string[]; readonly subject?: readonly string[]; readonly reason?: string; readonly ticket?: string; readonly from?: string; readonly expires?: string; readonly samePersonReason?: string; readonly file?: string;
}

/** `rollcall acceptances record`: one from flags, or many from a file; of many, all are looked at before the first is logged. Who is the recorded owner of something it is over approves it only with a reason. */
export async function acceptancesRecord(options: RecordOptions): Promise<ExitCode> {
  const entries = options.file === undefined ? [entryFrom(options)] : await entriesFrom(options.file);
  if (options.approvedBy === undefined) throw new InputError('--approved-by', 'nobody approved it', 'name the person who did; where that is the same person, give --same-person-reason as well');
  const at = instantOf(Date.now());
  const [asks, approves] = [byName(options.by, '--by'), byName(options.approvedBy, '--approved-by')];
  const one = samePerson(asks.name, approves.name);
  if (one) for (const { id, samePersonReason } of entries) if (samePersonReason === undefined) throw new InputError('--approved-by', `one person asks for ${id} and approves it`, 'let a second person approve, or say why one does both with --same-person-reason');
  const acts = entries.map((entry) => actOf(entry, at, one)(asks, approves));
  for (const act of acts) refuseMisshapen(act, act.acceptance);
  const { terminal, signer, person } = await acting(options);
  const there = await eventsOf(options.archive);
  for (const [index, entry] of entries.entries()) {
    refuseTwice(there, entry.id);
    if (entries.findIndex((other) => other.id === entry.id) !== index) throw new InputError(options.file ?? '--id', `the id ${entry.id} stands twice`, 'give each acceptance its own id');
  }
  const own = await ownedBy(options.archive, acts, approves.name);
  for (const [index, { id, samePersonReason }] of entries.entries()) {
    const subject = own[index];
    if (subject !== undefined && samePersonReason === undefined) throw new InputError('--approved-by', `${approves.name} is the recorded owner of ${subject}, which ${id} is over`, 'let somebody else approve, or say why one does both with --same-person-reason');
  }
  // Before the first is logged, all people are known: an approval or a key that cannot be read stops all.
  const complete: NewEvent[] = [];
  for (const [index, entry] of entries.entries()) {
    const act = actOf(entry, at, one || own[index] !== undefined);
    complete.push(act(await person((requester) => act(requester, approves)), (await approverFrom(options, options.archive, (approver) => act(asks, approver))) ?? approves));
  }
  const events: LogEvent[] = [];
  for (const [index, act] of complete.entries()) events.push(await recordAct(terminal, options.archive, signer, act, (log) => refuseTwice(log, entries[index]?.id ?? '')));
  if (options.json === true) terminal.json(events);
  else terminal.out(`${events.length === 1 ? 'Recorded' : `${events.length} recorded`}: ${entries.map(({ id }) => printable(id)).join(', ')}. No result changes; \`rollcall acceptances lint\` holds them against the newest run.`);
  return EXIT.ok;
}

function entryFrom(options: RecordOptions): Entry {
  const { id, check, unit, subject, reason, expires } = options;
  if (id === undefined || check === undefined || unit === undefined || subject === undefined || reason === undefined || expires === undefined) throw new InputError('acceptances record', 'lacks what it is over, or why', 'give --id, --check, --unit, --subject, --reason and --expires, or --file');
  return { id, checks: [...check], units: [...unit], subjects: [...subject], reason, expires, ...(options.ticket === undefined ? {} : { ticket: options.ticket }), ...(options.from === undefined ? {} : { from: options.from }), ...(options.samePersonReason === undefined ? {} : { samePersonReason: options.samePersonReason }) };
}

async function entriesFrom(file: string): Promise<readonly Entry[]> {
  const { value } = await readDataFile(file);
  const parsed = z.array(entrySchema).min(1).safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`${file}${issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')}`}`, issue?.message ?? 'does not fit', 'a list of {id, checks, units, subjects, reason, expires} with ticket, from and samePersonReason where there are any; nothing was recorded', { cause: parsed.error });
}

/** `same`: one person asks and approves, or approves what they own; else a reason for it that was given all the same is not kept. */
function actOf(entry: Entry, at: Instant, same: boolean): (requestedBy: Person, approvedBy: Person) => Recorded {
  const effective = entry.from === undefined ? at : momentOf(entry.from, 'from');
  const expires = dayFrom(entry.expires, 'expires');
  const last = millisecondsOf(momentOf(expires, 'expires'));
  if (last + 86_400_000 <= millisecondsOf(effective)) throw new InputError('expires', `${entry.id} ends on ${expires}, before it begins`, 'give a later day');
  if (last > millisecondsOf(plusDays(effective, LONGEST_DAYS))) throw new InputError('expires', `${entry.id} would run until ${expires}, for more than ${LONGEST_DAYS} days`, 'give an earlier day, and decide again when it comes');
  return (requestedBy, approvedBy) => ({
    event: 'acceptance.recorded', at, acceptance: idFrom(entry.id), match: { checks: entry.checks, units: entry.units, subjects: entry.subjects }, reason: entry.reason, ticket: entry.ticket ?? null, requestedBy, approvedBy,
    samePersonReason: same ? (entry.samePersonReason ?? null) : null, effective, expires,
  });
}

/** For each act, in order, something that it is over and that the approver answers for by the newest run; undefined where there is nothing such. */
async function ownedBy(archive: string, acts: readonly Recorded[], approver: string): Promise<readonly (string | undefined)[]> {
  if (!(await isFolder(archivePaths(archive).runs))) return [];
  const bundle = await chosenRun({ archive });
  return readingBundle(bundle, async () => {
    const owners = await recordedOwners(bundle);
    const owned = (await notMetRows(bundle)).filter(({ subject }) => samePerson(owners.get(subject) ?? '', approver));
    return acts.map((recorded) => owned.find((row) => accepts({ recorded }, row))?.subject);
  });
}

function refuseTwice(events: readonly LogEvent[], id: string): void {
  if (events.some((event) => event.event === 'acceptance.recorded' && event.acceptance === id)) throw new InputError('--id', `there is an acceptance ${id} already`, 'give it another id: what was recorded stays as it is, and can be withdrawn');
}

/** `rollcall acceptances withdraw`. */
export async function acceptancesWithdraw(options: ActingOptions & { readonly id: string; readonly reason: string; readonly from?: string }): Promise<ExitCode> {
  const { terminal, signer, person } = await acting(options);
  const at = instantOf(Date.now());
  const act = (by: Person): NewEvent => ({ event: 'acceptance.withdrawn', at, acceptance: idFrom(options.id), effective: options.from === undefined ? at : momentOf(options.from, '--from'), reason: options.reason, by });
  const event = await recordAct(terminal, options.archive, signer, act(await person(act)), (events) => {
    const found = acceptancesOf(events).find(({ recorded }) => recorded.acceptance === options.id);
    if (found === undefined) throw new InputError('--id', `there is no acceptance ${options.id}`, '`rollcall acceptances list` shows all');
    if (found.withdrawn !== null) throw new InputError('--id', `${options.id} was withdrawn on ${found.withdrawn.effective}`, 'it holds no more; nothing was recorded');
  });
  if (options.json === true) terminal.json(event);
  else terminal.out(`${printable(options.id)} is withdrawn. It stays in the log with both dates.`);
  return EXIT.ok;
}

/** `rollcall acceptances list`. */
export async function acceptancesList(options: { readonly archive: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const now = instantOf(Date.now());
  const all = acceptancesOf(await eventsOf(options.archive)).map((acceptance) => ({ ...acceptance, state: acceptanceState(acceptance, now), retroactive: isRetroactive(acceptance) }));
  if (options.json === true) terminal.json(all);
  else if (all.length === 0) terminal.out('None is recorded.');
  else for (const line of table(['acceptance', 'state', 'until', 'checks', 'subjects', 'requested by', 'approved by', ''], all.map(({ recorded, state, retroactive }) => [
    recorded.acceptance, state, recorded.expires, recorded.match.checks.join(', '), recorded.match.subjects.join(', '), whoActed(recorded.requestedBy), whoActed(recorded.approvedBy), [retroactive ? 'retroactive' : '', recorded.samePersonReason === null ? '' : 'same person'].filter((word) => word !== '').join(', '),
  ]))) terminal.out(line);
  return EXIT.ok;
}
