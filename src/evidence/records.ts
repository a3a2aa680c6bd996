// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type Control, type Coverage, type EvidenceRecord, type Run, type Scope } from '../bundle/records.ts';
import type { Check, ParametersInForce } from '../checks/define.ts';
import { expectedText } from '../checks/run.ts';
import type { FoldedVerdict, Result, Verdict } from '../model/verdict.ts';
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
    whatWasDone: whatWasDone(control, inputs, population.count),
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

/** Reconciled only where every total of the provider ties and nothing was left unread; a recorded retrieval else. Without a list of all units that these are all is management's word. */
function completeness({ coverage, scope }: RecordInputs): { basis: EvidenceRecord['population']['completenessBasis']; note: string } {
  const totals = coverage.controlTotals;
  const tie = totals.length > 0 && totals.every(({ state }) => state === 'equal') && coverage.principals.every(({ ties }) => ties === 'yes');
  const gaps = coverage.gaps.length + coverage.units.filter(({ outcome }) => outcome !== 'scanned' && outcome !== 'excluded').length;
  const within = tie && gaps === 0 ? `Within each unit that was read, what was listed ties to the provider's own ${totals.length} counts, taken before and after.`
    : `Within each unit that was read, the retrieval is recorded call by call; ${gaps === 0 ? '' : `${coverage.gaps.length} reads did not end well; `}${totals.filter(({ state }) => state === 'equal').length} of ${totals.length} of the provider's counts tie.`;
  const beyond = scope.parentRead ? '' : ` ${scope.statement}`;
  return { basis: !tie || gaps > 0 ? 'recorded_retrieval_only' : 'reconciled', note: `${within}${beyond}` };
}

function totalOf(control: Control, { coverage }: RecordInputs): number | null {
  if (control.population !== 'non-human-identities') return null;
  if (coverage.principals.some(({ controlTotal, ties }) => controlTotal === null || ties !== 'yes')) return null;
  return coverage.principals.reduce((sum, { controlTotal, human }) => sum + (controlTotal ?? 0) - human, 0);
}

function whatWasDone(control: Control, { run, coverage }: RecordInputs, count: number): string[] {
  const calls = coverage.units.reduce((sum, unit) => sum + unit.sources.reduce((inner, source) => inner + source.calls, 0), 0);
  return [
    `Run ${run.run}, ${run.occasion}, from ${run.startedAt} to ${run.finishedAt}, as ${run.logins.map(({ principal }) => principal).join(', ')}; ages count to ${run.asOf}.`,
    `${coverage.units.length} units, ${calls} calls, each in the ledger with its parameters, outcome and request id.`,
    `Every one of the ${count} rows of the population was held against ${control.checks.map(({ check }) => check).join(', ')}; nothing was sampled.`,
  ];
}

function alwaysUncovered(control: Control, { run, scope, coverage }: RecordInputs): string[] {
  return [
    `The moment ${run.asOf} only: whether the control operated on other days needs other runs.`,
    ...(control.checks.some(({ check }) => check === 'nhi-review-overdue') ? ['The review itself: a day and a name in the owners file are a claim, typed only. What was looked at, decided and followed through is not in this bundle.'] : []),
    ...(scope.parentRead ? [] : ['Units that nobody declared: no list of all accounts or clusters was read.']),
    ...(coverage.gaps.length === 0 ? [] : ['What could not be read: see data/coverage.json.']),
    ...(coverage.blindSpots.length === 0 ? [] : [`${coverage.blindSpots.length} blind spots of the provider's interfaces: see data/coverage.json.`]),
  ];
}
