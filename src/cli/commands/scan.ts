// SPDX-License-Identifier: Apache-2.0
import { PROVIDERS } from '../../../scanners/index.ts';
import { RESUME_WITHIN_HOURS, unfinishedRuns } from '../../archive/run-state.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { InputError } from '../../model/errors.ts';
import { readLog } from '../../evidence/read-log.ts';
import { instantOf, type Instant } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { sourcesOf, type Depth, type Provider } from '../../model/source.ts';
import type { Unit } from '../../model/unit.ts';
import type { Severity } from '../../model/verdict.ts';
import { accepts, acceptancesOf, acceptanceState } from '../../period/acceptances.ts';
import { Interrupted, runScan, type ScanResult } from '../../pipeline/scan.ts';
import { failsOn, summarize, type Summary } from '../../report/summary.ts';
import { endedEntries } from '../../scope/ended.ts';
import { anchorScan, type AnchorOutcome } from '../anchoring.ts';
import { isReadAt } from '../depth.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { interruptible } from '../interrupt.ts';
import { load, type Loaded } from '../load.ts';
import { namedRun } from '../named-run.ts';
import { readingBundle } from '../newest-run.ts';
import { notMetRows } from '../recorded-owners.ts';
import { printSummary } from '../print-summary.ts';
import { progressBar, type ScanTally } from '../progress-bar.ts';
import type { PushOutcome } from '../../archive/push.ts';
import { openScanPlace, type ScanPlace } from '../scan-place.ts';
import { chooseSigner } from '../signing.ts';
import { printPush, pushFailed } from './archive-push.ts';
import { freeSpentMemory } from '../spent-memory.ts';
import { processTerminal, table, type Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

export interface ScanCommandOptions {
  readonly config?: string; readonly archive?: string; readonly depth: Depth; readonly owners?: string; readonly controls?: string; readonly key?: string; readonly scheduled?: boolean;
  readonly failOn?: Severity; readonly resume?: string; readonly newSince?: string; readonly explainTime?: boolean; readonly quiet?: boolean; readonly json?: boolean;
}

/** `rollcall scan`: the main job. Exit 3 for a gap in scope that nobody had named, before 1 for what `--fail-on` names. */
export async function scan(options: ScanCommandOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  if (options.newSince !== undefined && options.failOn === undefined) throw new InputError('--new-since', 'decides what --fail-on fails on, and there is none', 'give --fail-on with the least severity that is to fail');
  const loaded = await load(options, PROVIDERS);
  const done = await scanWith(terminal, loaded, options, PROVIDERS);
  if (done === null) return EXIT.interrupted;
  const { result, summary, tally, anchor, pushed } = done;
  const finding = options.failOn !== undefined && failsOn(summary, options.failOn);
  const gap = summary.unexpectedGaps > 0 || summary.differingTotals > 0;
  const notKept = pushed !== null && pushFailed(pushed);
  const code = gap ? EXIT.gap : finding || notKept ? EXIT.finding : EXIT.ok;
  if (options.json === true) {
    terminal.json({
      bundle: result.bundle, run: result.run.run, seal: result.sealed, anchor, exitCode: code, gapInScope: gap, findingAtOrAbove: options.failOn === undefined ? null : { severity: options.failOn, found: finding },
      principals: summary.principals, credentials: summary.credentials, results: summary.results, notMet: summary.notMet, acceptances: summary.acceptances, gaps: summary.coverage.gaps, controlTotals: summary.coverage.controlTotals, equalTotals: summary.coverage.equalTotals, units: summary.coverage.units.map(({ unit, outcome, reason }) => ({ unit, outcome, reason })),
      ...(pushed === null ? {} : { archive: pushed }),
      ...(options.explainTime === true ? { time: [...tally.waitedMs].map(([operation, entry]) => ({ operation, ...entry })) } : {}),
    });
  } else {
    printSummary(terminal, result.bundle, summary);
    if (anchor !== null) terminal.out(anchor.anchored ? `  anchored  ${anchor.time} by ${printable(anchor.authority)}: ${anchor.file}` : '  unanchored: no time stamp; nothing outside bears witness to this run\'s time');
    if (pushed !== null) printPush(terminal, pushed);
    if (options.explainTime === true) explainTime(terminal, tally);
    if (gap) terminal.note('Exit code 3: something in scope could not be read, or the provider counts otherwise, and nobody had named it under expectedGaps.');
    else if (notKept) terminal.note('Exit code 1: the run is sealed here, and the bucket does not hold it as it should.');
    else if (finding) terminal.note(`Exit code 1: a check of severity ${options.failOn ?? ''} or above is not met${options.newSince === undefined ? '' : ' and was not already not met then'}, and no acceptance is in force over it.`);
  }
  return code;
}

/** A scan with everything loaded, told on a terminal. Null where the user interrupted it. */
export async function scanWith(terminal: Terminal, loaded: Loaded, options: Omit<ScanCommandOptions, 'config' | 'owners' | 'controls'>, providers: readonly Provider[]): Promise<{ readonly result: ScanResult; readonly summary: Summary; readonly tally: ScanTally; readonly anchor: AnchorOutcome | null; /** What became of it in a bucket; null where the archive is a folder. */ readonly pushed: PushOutcome | null } | null> {
  const place = await openScanPlace(options.archive ?? loaded.configuration.output.archive, loaded.configuration.output);
  try {
    return await scanInto(terminal, loaded, options, providers, place);
  } finally {
    place.close();
  }
}

async function scanInto(terminal: Terminal, loaded: Loaded, options: Omit<ScanCommandOptions, 'config' | 'owners' | 'controls'>, providers: readonly Provider[], place: ScanPlace): ReturnType<typeof scanWith> {
  const archive = place.folder;
  if (options.resume === undefined) await tellUnfinished(terminal, archive);
  const known = options.newSince === undefined ? () => false : await notMetIn(archive, options.newSince);
  const { signer } = await chooseSigner(terminal, archive, loaded.configuration.signing, options.key);
  for (const ended of endedEntries(loaded.configuration, instantOf(Date.now()))) terminal.error(printable(`${loaded.file ?? 'configuration'}: ${ended}`));
  const interrupt = interruptible(terminal);
  const bar = progressBar(terminal, Date.now);
  try {
    const result = await runScan({
      archive, providers, configuration: loaded.configuration, declared: loaded.file !== null, targets: loaded.targets, inputs: loaded.inputs, depth: options.depth, occasion: options.scheduled === true ? 'scheduled' : 'ad hoc',
      signer, ...(place.append === null ? {} : { append: place.append }), ...(options.resume === undefined ? {} : { resume: await resumable(archive, options.resume) }), toolVersion: VERSION, clock: Date.now, signal: interrupt.signal, progress: bar.progress,
      announce: (logins, units, failed, notices) => {
        for (const login of logins) terminal.note(`${login.target}: ${printable(login.principal)} answered at ${printable(login.endpoint)}`);
        for (const login of failed) terminal.error(`${login.target}: no login: ${printable(login.message)}`);
        for (const notice of notices) terminal.note(printable(notice));
        if (units.length === 0) terminal.note('About to read nothing: no login answered.');
        for (const provider of providers) {
          const own = units.filter((unit) => unit.provider === provider.id);
          if (own.length > 0) terminal.note(`About to read ${own.map(({ id, name }) => printable(name === null ? id : `${id} (${name})`)).join(', ')}, depth ${options.depth}: ${titlesOf(provider, own, options.depth).join('; ')}.`);
        }
        const opted = [...new Set(units.flatMap((unit) => (unit.optedIn ?? []).map((name) => `${name} of ${unit.target}`)))];
        terminal.note(opted.length === 0 ? 'Names, dates and policies only; no secret value is asked for.' : `The scope opts into answers that carry values (${opted.map(printable).join(', ')}): they transit the memory of this program, which keeps a length and a verdict of each. No other secret value is asked for.`);
      },
      between: freeSpentMemory,
      stage: (name) => {
        bar.stop();
        terminal.note(name === 'deriving' ? 'Read. Deriving inventory, verdicts and evidence from the pages on disk.' : 'Sealing.');
      },
    });
    const anchor = await anchorScan(terminal, archive, loaded.configuration.anchor, signer, place.append ?? undefined);
    bar.stop();
    return { result, summary: await summarize(result.bundle, await acceptedAt(archive, result.run.asOf), known), tally: bar.tally(), anchor, pushed: await place.push(terminal, result.run.run) };
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    terminal.error(`Interrupted: nothing was sealed.${error instanceof Interrupted ? ` What was read stays for ${RESUME_WITHIN_HOURS} hours after its start: \`rollcall scan --resume ${error.run}\` goes on with it.${error.notLogged === null ? '' : ` The log does not tell of the interrupt: ${printable(error.notLogged)}`}` : ''}`);
    return null;
  } finally {
    bar.stop();
    interrupt.stop();
  }
}

/** The acceptance of the archive's log that is in force over a result at a moment, if there is one. */
async function acceptedAt(archive: string, at: Instant): Promise<(result: { readonly check: string; readonly unit: string; readonly subject: string }) => string | null> {
  const inForce = acceptancesOf((await readLog(archivePaths(archive).log)).events).filter((acceptance) => acceptanceState(acceptance, at) === 'in force');
  return (result) => inForce.find((acceptance) => accepts(acceptance, result))?.recorded.acceptance ?? null;
}

/** Whether a result was not met in an earlier run either. What that run could not evaluate or did not have counts as new. */
async function notMetIn(archive: string, named: string): Promise<(result: { readonly check: string; readonly subject: string }) => boolean> {
  const earlier = await namedRun(named === 'last' ? 'newest' : named, archive);
  const there = new Set((await readingBundle(earlier.folder, () => notMetRows(earlier.folder))).map(({ check, subject }) => `${check} ${subject}`));
  return ({ check, subject }) => there.has(`${check} ${subject}`);
}

/** What is read of these units at a depth, in words, each once. */
function titlesOf(provider: Provider, units: readonly Unit[], depth: Depth): readonly string[] {
  return [...new Set(units.flatMap((unit) => sourcesOf(provider, unit).filter((source) => isReadAt(depth, source, unit))).map(({ title }) => title))];
}

/** Runs that were killed leave their folder; their start is in the log for good, and nobody but a person should remove what they had read. */
async function tellUnfinished(terminal: Terminal, archive: string): Promise<void> {
  const { work } = archivePaths(archive);
  const left = await unfinishedRuns(archive);
  if (left.length > 0) terminal.note(`${work} holds ${left.length} unfinished run${left.length === 1 ? '' : 's'}, interrupted, killed or still going: ${left.map(printable).join(', ')}. The log has their start. \`rollcall scan --resume RUN\` goes on with one that began in the last ${RESUME_WITHIN_HOURS} hours; else remove its folder.`);
}

/** The id of the run to go on with. */
async function resumable(archive: string, named: string): Promise<string> {
  if (named !== 'last') return named;
  const newest = (await unfinishedRuns(archive)).at(-1);
  if (newest === undefined) throw new InputError('--resume', `${archive} holds no unfinished run`, 'every run of it has ended; scan anew');
  return newest;
}

function explainTime(terminal: Terminal, tally: ScanTally): void {
  terminal.out('');
  const rows = [...tally.waitedMs].sort(([, a], [, b]) => b.waitedMs - a.waitedMs).map(([operation, entry]) => [operation, String(entry.calls), String(entry.retries), `${(entry.waitedMs / 1000).toFixed(1)} s`]);
  for (const line of table(['operation', 'calls', 'repeated', 'waited in its lane, summed'], rows)) terminal.out(line);
}
