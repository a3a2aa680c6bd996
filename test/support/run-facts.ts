// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type Control, type EvidenceRecord, type Run, type Scope } from '../../src/bundle/records.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { RunFacts } from '../../src/period/run-facts.ts';

interface Told { readonly run: string; readonly startedAt: Instant; readonly controls?: readonly Control[]; readonly scope?: Partial<Scope>; readonly more?: Partial<Run>; readonly inputs?: RunFacts['inputs'] }

/** The facts of a run that read nothing and found nothing, but for what is told of it. Its bundle is not there. */
export function factsOf({ run, startedAt, controls = [], scope = {}, more = {}, inputs = [] }: Told): RunFacts {
  return {
    bundle: `runs/${run}`, inputs,
    run: {
      format: 'rollcall-bundle/1', run, derivationVersion: 1, tool: { name: 'rollcall', version: '1.0.0' }, occasion: 'scheduled', depth: 'standard', startedAt, finishedAt: startedAt, asOf: startedAt,
      redaction: { version: 1, enabled: true }, logins: [], failedLogins: [], host: 'ci', ...more,
    },
    scope: { declaredBy: 'configuration', parentRead: false, statement: '', units: [], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [], ...scope },
    coverage: { units: [], gaps: [], skips: [], controlTotals: [], equalTotals: [], lists: { patterns: [], units: {} }, principals: [], unknownFields: [], redactions: [], unplaced: [], blindSpots: [], clock: { greatestSkewMs: null, limitMs: 0 } },
    records: controls.map((control) => recordOf(control, run, startedAt)),
  };
}

function recordOf(control: Control, run: string, asOf: Instant): EvidenceRecord {
  const results = { met: 0, not_met: 0, not_evaluated: 0, needs_review: 0, not_applicable: 0, not_occurring: 0 };
  return {
    control, asOf, run, population: { file: '', sha256: '', count: 0, controlTotal: null, completenessBasis: 'recorded_retrieval_only', completenessNote: '' }, whatWasDone: [],
    checks: control.checks.map(({ check }) => ({ check, title: check, version: 1, expected: '', thresholds: [], results })), deviationCandidates: [], notEvaluated: [], doesNotCover: [], responsibility: RESPONSIBILITY_STATEMENT,
  };
}
