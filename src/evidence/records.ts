// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type Control, type Coverage, type EvidenceRecord, type Run, type Scope } from '../bundle/records.ts';
import type { Check, ParametersInForce } from '../checks/define.ts';
import { expectedText } from '../checks/run.ts';
import { RESULTS, type FoldedVerdict, type Result, type Verdict } from '../model/verdict.ts';
import type { PopulationFile } from './populations.ts';

export interface RecordInputs {
  readonly run: Run;
  readonly scope: Scope;
  readonly coverage: Coverage;
  readonly controls: readonly Control[];
  readonly checks: readonly Check[];
  readonly parameters: ReadonlyMap<string, ParametersInForce>;
  readonly populations: readonly PopulationFile[];
}

interface Gathered { readonly results: { [result in Result]: number }; readonly candidates: EvidenceRecord['deviationCandidates']; readonly open: EvidenceRecord['notEvaluated'] }

// Stands beside every population where no parent was asked for the list of all accounts.
const NO_PARENT = 'We have no list of all accounts; management says these are all.';

const UNREAD: readonly string[] = ['failed', 'unreachable', 'undeclared'];

/** Gathers verdicts, one pass, and then gives one record a control. Holds counts and what is not met or not evaluated, nothing else. */
export interface RecordBuilder { add(verdict: Verdict | FoldedVerdict): void; finish(): readonly EvidenceRecord[] }

/** One evidence record a control: its wording, population and completeness, what was done, deviation candidates and what it does not cover. It never concludes on the control. */
export function recordBuilder(inputs: RecordInputs): RecordBuilder {
  const concerned = new Set(inputs.controls.flatMap(({ checks }) => checks.map(({ check }) => check)));
  const gathered = new Map<string, Gathered>();
  function of(check: string): Gathered {
    let entry = gathered.get(check);
    if (entry === undefined) {
      entry = { results: { met: 0, not_met: 0, not_evaluated: 0, needs_review: 0, not_applicable: 0, not_occurring: 0 }, candidates: [], open: [] };
      gathered.set(check, entry);
    }
    return entry;
  }
  return {
    add(verdict) {
      if (!concerned.has(verdict.check)) return;
      const entry = of(verdict.check);
      if (verdict.type === 'not_applicable') {
        entry.results.not_applicable += verdict.count;
        return;
      }
      entry.results[verdict.result] += 1;
      if (verdict.result === 'not_met') entry.candidates.push({ check: verdict.check, subject: verdict.subject, unit: verdict.unit, reason: verdict.reason, refs: [...verdict.refs] });
      if (verdict.result === 'not_evaluated') entry.open.push({ check: verdict.check, subject: verdict.subject, unit: verdict.unit, reason: verdict.reason, calls: [...verdict.calls] });
    },
    finish: () => inputs.controls.map((control) => recordOf(control, inputs, of)),
  };
}

function recordOf(control: Control, inputs: RecordInputs, of: (check: string) => Gathered): EvidenceRecord {
  const population = inputs.populations.find(({ name }) => name === control.population);
  if (population === undefined) throw new Error(`control ${control.id} names the population ${control.population}, which was not written`);
  const { basis, note } = completeness(inputs);
  const ids = control.checks.map(({ check }) => check);
  return {
    control, asOf: inputs.run.asOf, run: inputs.run.run,
    population: { file: population.file, sha256: population.sha256, count: population.count, controlTotal: totalOf(control, inputs), completenessBasis: basis, completenessNote: note },
    whatWasDone: whatWasDone(control, inputs, population.count, of),
    checks: ids.map((id) => {
      const check = inputs.checks.find((candidate) => candidate.id === id);
      const inForce = inputs.parameters.get(id);
      if (check === undefined || inForce === undefined) throw new Error(`control ${control.id} names the check ${id}, which its parser let through`);
      return { check: id, title: check.title, version: check.version, expected: expectedText(check, inForce), thresholds: [...inForce.thresholds], results: of(id).results };
    }),
    deviationCandidates: ids.flatMap((id) => of(id).candidates), notEvaluated: ids.flatMap((id) => of(id).open),
    doesNotCover: [...control.doesNotCover, ...alwaysUncovered(control, inputs)], responsibility: RESPONSIBILITY_STATEMENT,
  };
}

/**
 * Reconciled only where every total of the provider ties and no read was left open; management's representation where a whole unit was
 * not read and no list of all units was either; a recorded retrieval else. Without such a list the note says whose word it is that
 * these units are all.
 */
function completeness({ coverage, scope, run }: RecordInputs): { basis: EvidenceRecord['population']['completenessBasis']; note: string } {
  const totals = coverage.controlTotals;
  const foldedAway = coverage.equalTotals.reduce((sum, { units }) => sum + units, 0);
  const counts = totals.length + foldedAway;
  const tie = counts > 0 && totals.every(({ state }) => state === 'equal') && coverage.principals.every(({ ties }) => ties === 'yes');
  const logins = run.failedLogins.length;
  const unread = coverage.units.filter(({ outcome }) => UNREAD.includes(outcome)).length;
  const gaps = coverage.gaps.length + coverage.units.filter(({ outcome }) => outcome === 'partially_scanned').length + unread + logins;
  const within = tie && gaps === 0 ? `Within each unit that was read, what was listed ties to every other count of the same thing that its provider gives, ${counts} in all.`
    : `Within each unit that was read, the retrieval is recorded call by call; ${gaps === 0 ? '' : `${counted(coverage.gaps.length, 'read')} did not end well; `}${totals.filter(({ state }) => state === 'equal').length + foldedAway} of ${counts} of the providers' counts tie.`;
  const excluded = coverage.units.filter(({ outcome }) => outcome === 'excluded').length;
  const missed = `${unread === 0 ? '' : ` ${unread} of ${coverage.units.length} units were not read at all.`}${logins === 0 ? '' : ` ${logins} logins did not answer; what they would have reached is unknown.`}`;
  const without = excluded === 0 ? '' : ` ${excluded} were left out by management, with reason and approver in data/coverage.json.`;
  const beyond = scope.parentRead ? (scope.statement.trim() === '' ? '' : ` ${scope.statement}`) : ` ${scope.statement.trim() === '' ? NO_PARENT : scope.statement}`;
  return { basis: unread + logins > 0 && !scope.parentRead ? 'management_representation' : tie && gaps === 0 ? 'reconciled' : 'recorded_retrieval_only', note: `${within}${missed}${without}${beyond}` };
}

/** The provider's count of the population, where it can be had: principals less those that are human. */
function totalOf(control: Control, { coverage }: RecordInputs): number | null {
  if (control.population !== 'non-human-identities') return null;
  if (coverage.principals.length === 0 || coverage.units.some(({ outcome }) => UNREAD.includes(outcome)) || coverage.principals.some(({ controlTotal, ties }) => controlTotal === null || ties !== 'yes')) return null;
  return coverage.principals.reduce((sum, { controlTotal, human }) => sum + (controlTotal ?? 0) - human, 0);
}

function whatWasDone(control: Control, { run, coverage }: RecordInputs, count: number, of: (check: string) => Gathered): string[] {
  const calls = coverage.units.reduce((sum, unit) => sum + (unit.reads?.calls ?? 0), 0);
  return [
    `Run ${run.run}, ${run.occasion}, from ${run.startedAt} to ${run.finishedAt}, as ${run.logins.map(({ principal }) => principal).join(', ')}; ages count to ${run.asOf}.`,
    `${counted(coverage.units.length, 'unit')}, ${counted(calls, 'call')}, each in the ledger with its parameters, outcome and request id.`,
    `The population has ${count} rows. Each check was held against every row of the kinds that it concerns; nothing was sampled.`,
    ...control.checks.map(({ check }) => `${check}: ${resultsInWords(of(check).results)}.`),
  ];
}

function resultsInWords(results: Gathered['results']): string {
  return RESULTS.filter((result) => results[result] > 0).map((result) => `${results[result]} ${result.replaceAll('_', ' ')}`).join(', ') || 'no verdict';
}

function alwaysUncovered(control: Control, { run, scope, coverage }: RecordInputs): string[] {
  return [
    `The moment ${run.asOf} only: whether the control operated on other days needs other runs.`,
    ...(control.checks.some(({ check }) => check === 'nhi-review-overdue') ? ['The review itself: a day and a name in the owners file are a claim, typed only. What was looked at, decided and followed through is not in this bundle.'] : []),
    ...(scope.parentRead ? [] : ['Units that nobody declared: no list of all accounts or clusters was read.']),
    ...(coverage.gaps.length === 0 ? [] : ['What could not be read: see data/coverage.json.']),
    ...(coverage.blindSpots.length === 0 ? [] : [`${coverage.blindSpots.length} blind spots of the providers' interfaces: see data/coverage.json.`]),
  ];
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
