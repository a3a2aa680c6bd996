// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema } from '../model/instant.ts';
import { jsonObjectSchema } from '../model/json.ts';
import { OUTCOMES } from '../model/ledger.ts';
import { unitSchema } from '../model/unit.ts';
import { thresholdSchema } from '../model/verdict.ts';

/** Raised when derived content would change for the same pages. `verify` re-derives only bundles of its own number. */
export const DERIVATION_VERSION = 5;

/** `data/run.json`: what ran, when, as whom. Written by the scan, before derivation. */
export const runSchema = z.object({
  format: z.literal('rollcall-bundle/1'),
  run: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  derivationVersion: z.int(),
  tool: z.object({ name: z.literal('rollcall'), version: z.string() }),
  occasion: z.enum(['scheduled', 'ad hoc']),
  depth: z.enum(['bulk', 'standard', 'deep']),
  startedAt: instantSchema,
  finishedAt: instantSchema,
  /** The moment that ages are counted to: the scan's own clock at its start. */
  asOf: instantSchema,
  redaction: z.object({ version: z.int(), enabled: z.boolean() }),
  logins: z.array(z.object({ target: z.string(), provider: z.string(), principal: z.string(), operation: z.string(), endpoint: z.string(), requestId: z.string().nullable(), providerTime: instantSchema.nullable() })),
  /** Targets whose login did not answer; their units are unknown. */
  failedLogins: z.array(z.object({ target: z.string(), provider: z.string(), message: z.string() })),
  host: z.string(),
  /** When the run went on after it had been killed, and how many calls of lists that had not ended were made again: those stand in the ledger once, as they were made last. Null where it was killed once more. Absent where it never was. */
  resumed: z.array(z.object({ at: instantSchema, host: z.string(), callsMadeAgain: z.int().nullable() })).optional(),
});
export type Run = z.output<typeof runSchema>;

/** A gap that management expects: named with reason, approver and expiry, so that exit code 3 keeps its meaning. */
export const expectedGapSchema = z.object({ unit: z.string(), source: z.string(), cause: z.enum(OUTCOMES).optional(), reason: z.string().min(1), approver: z.string().min(1), expires: z.string() });

/** `data/scope.json`: what management declared, what a parent listed, what was left out and why. */
export const scopeSchema = z.object({
  declaredBy: z.enum(['configuration', 'own login only']),
  /** Whether a parent (organization, management group) was read for the list of all units. */
  parentRead: z.boolean(),
  statement: z.string(),
  units: z.array(unitSchema),
  excluded: z.array(z.object({ unit: z.string(), reason: z.string(), approver: z.string(), expires: z.string() })),
  unreachable: z.array(z.object({ unit: z.string(), target: z.string(), reason: z.string() })),
  expectedGaps: z.array(expectedGapSchema),
  vendorUnits: z.array(z.object({ unit: z.string(), name: z.string() })),
  /** Units that a parent's list has and that are not read: closed or suspended ones, those that nobody declared (a gap in scope), and those that stand under `excluded` or `unreachable` too. Absent where no parent was read. */
  listed: z.array(z.object({ unit: z.string(), name: z.string().nullable(), parent: z.string(), state: z.enum(['closed', 'undeclared', 'excluded', 'unreachable']), reason: z.string() })).optional(),
  /** Units of management's own that this scan did not read, so that a trust in them is not a stranger's. */
  ownUnits: z.array(z.string()),
});
export type Scope = z.output<typeof scopeSchema>;

/** `data/inputs/index.json`: files that people wrote, with the digest of the file each came from. The parsed content stands beside it as `<name>.json`. */
export const inputsSchema = z.object({ inputs: z.array(z.object({ name: z.string().regex(/^[a-z-]{1,32}$/), origin: z.string(), sha256: z.string() })) });
export type Inputs = z.output<typeof inputsSchema>;

const failure = z.enum(OUTCOMES);
/** What became of a unit. `closed`: a parent lists it as suspended or closed, and it is not read; `undeclared`: a parent lists it and nobody declared it, which is a gap in scope. */
export const UNIT_OUTCOMES = ['scanned', 'partially_scanned', 'failed', 'excluded', 'unreachable', 'undeclared', 'closed'] as const;
export type UnitOutcome = (typeof UNIT_OUTCOMES)[number];
/** Whether a unit was left out or not reached, so that nothing of it was asked. */
export function isLeftOut(outcome: UnitOutcome): boolean {
  return outcome === 'excluded' || outcome === 'unreachable' || outcome === 'undeclared' || outcome === 'closed';
}
/** Whether a unit is a gap in scope as a whole: nobody could get there, or nobody declared it. */
export function isScopeGap(outcome: UnitOutcome): boolean {
  return outcome === 'unreachable' || outcome === 'undeclared';
}
/**
 * Which lists closed, so that what is not among their rows is not there: for each unit a pattern, in which each kind has null or why its lists did not close. Units that are alike share one: an organization of
 * thousands of accounts has few.
 */
const closedListsSchema = z.object({ patterns: z.array(z.record(z.string(), z.string().nullable())), units: z.record(z.string(), z.int()) });
export type ClosedLists = z.output<typeof closedListsSchema>;

const controlTotalSchema = z.object({
  name: z.string(), unit: z.string(), method: z.string(), before: z.int().nullable(), after: z.int().nullable(), listed: z.int().nullable(),
  state: z.enum(['equal', 'differs', 'changed_during_scan', 'unavailable']), note: z.string().nullable(), refs: z.array(z.string()),
});

/** `data/coverage.json`: what became of every unit and read; made from ledger and pages. `data/coverage-units.jsonl.gz` has each source of each unit. */
export const coverageSchema = z.object({
  units: z.array(z.object({
    unit: z.string(), name: z.string().nullable(), basis: z.string(),
    outcome: z.enum(UNIT_OUTCOMES), reason: z.string(),
    /** Sums over its sources; null where nothing of it was asked. */
    reads: z.object({ readsDue: z.int(), complete: z.int(), failed: z.int(), skipped: z.int(), calls: z.int(), pages: z.int(), items: z.int() }).nullable(),
  })),
  /** Each read that was due and did not end well: what auditors see as "could not be read". `expected`: management named it beforehand. */
  gaps: z.array(z.object({
    unit: z.string(), source: z.string(), parent: z.string().nullable(), operation: z.string(), permission: z.string(), outcome: failure, errorCode: z.string().nullable(), message: z.string().nullable(),
    calls: z.array(z.string()), blanks: z.string(), expected: z.boolean(), expectedReason: z.string().nullable(),
  })),
  /** Reads that were not due, by source and reason, and in how many units. */
  skips: z.array(z.object({ source: z.string(), kind: z.string(), reason: z.string(), count: z.int(), units: z.int() })),
  controlTotals: z.array(controlTotalSchema),
  /** Counts that are equal in so many units that each is a line of its unit alone: `listed` over all of them. */
  equalTotals: z.array(z.object({ name: z.string(), method: z.string(), note: z.string().nullable(), units: z.int(), listed: z.int() })),
  lists: closedListsSchema,
  /** Principals by class; their sum is the control total of principals. */
  principals: z.array(z.object({ unit: z.string(), human: z.int(), nonHuman: z.int(), both: z.int(), undecided: z.int(), listed: z.int(), controlTotal: z.int().nullable(), ties: z.enum(['yes', 'no', 'cannot say']) })),
  /** Fields that the provider sent and no schema names, over all units: how many units have each. Each page says its own. */
  unknownFields: z.array(z.object({ source: z.string(), path: z.string(), type: z.string(), count: z.int(), units: z.int() })),
  redactions: z.array(z.object({ unit: z.string(), source: z.string(), rule: z.string(), count: z.int() })),
  unplaced: z.array(z.object({ unit: z.string(), kind: z.string(), count: z.int() })),
  blindSpots: z.array(z.object({ provider: z.string(), text: z.string() })),
  clock: z.object({ greatestSkewMs: z.int().nullable(), limitMs: z.int() }),
});
export type Coverage = z.output<typeof coverageSchema>;

/** A line of `data/coverage-units.jsonl.gz`: one unit that was read, source by source. */
export const coverageUnitSchema = z.object({
  unit: z.string(),
  sources: z.array(z.object({
    source: z.string(), title: z.string(), readsDue: z.int(), complete: z.int(), failed: z.int(), skipped: z.int(), calls: z.int(), pages: z.int(), items: z.int(), unknownFields: z.int(),
  })),
  skips: z.array(z.object({ source: z.string(), kind: z.string(), reason: z.string(), count: z.int() })),
  controlTotals: z.array(controlTotalSchema),
  /** Rows of every kind: `count` only where the lists behind the kind closed; else why not. */
  listed: z.array(z.object({ kind: z.string(), count: z.int().nullable(), why: z.string().nullable() })),
});
export type CoverageUnit = z.output<typeof coverageUnitSchema>;

/** One control of `controls.yaml`, in management's words. */
export const controlSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, dot, hyphen and underscore, 64 at most'),
  wording: z.string().min(1), owner: z.string().min(1), frequency: z.string().min(1), policy: z.string().min(1),
  criteria: z.array(z.string()).min(1),
  checks: z.array(z.strictObject({ check: z.string(), parameters: jsonObjectSchema.default({}) })).min(1),
  population: z.enum(['non-human-identities', 'credentials', 'privileged']),
  doesNotCover: z.array(z.string()).default([]),
});
export type Control = z.output<typeof controlSchema>;

export const RESPONSIBILITY_STATEMENT =
  'Prepared by management with an automated tool. Management is responsible for the scope, the controls, their remediation and this evidence. ' +
  'It is not an opinion, a certification or a score; examining the evidence and reporting on it belongs to an independent CPA firm.';

/** `data/evidence/<control>.json`: one control, its population and what was seen. */
export const evidenceSchema = z.object({
  control: controlSchema,
  asOf: instantSchema,
  run: z.string(),
  population: z.object({
    file: z.string(), sha256: z.string(), count: z.int(), controlTotal: z.int().nullable(),
    completenessBasis: z.enum(['reconciled', 'recorded_retrieval_only', 'management_representation']), completenessNote: z.string(),
  }),
  whatWasDone: z.array(z.string()),
  checks: z.array(z.object({
    check: z.string(), title: z.string(), version: z.int(), expected: z.string(), thresholds: z.array(thresholdSchema),
    results: z.object({ met: z.int(), not_met: z.int(), not_evaluated: z.int(), needs_review: z.int(), not_applicable: z.int(), not_occurring: z.int() }),
  })),
  deviationCandidates: z.array(z.object({ check: z.string(), subject: z.string(), unit: z.string(), reason: z.string(), refs: z.array(z.string()) })),
  notEvaluated: z.array(z.object({ check: z.string(), subject: z.string(), unit: z.string(), reason: z.string(), calls: z.array(z.string()) })),
  doesNotCover: z.array(z.string()),
  responsibility: z.literal(RESPONSIBILITY_STATEMENT),
});
export type EvidenceRecord = z.output<typeof evidenceSchema>;

/** `data/evidence/frameworks.json`: which control and check bear on which requirement, and what nothing here bears on. */
export const frameworksSchema = z.object({
  responsibility: z.literal(RESPONSIBILITY_STATEMENT),
  note: z.string(),
  frameworks: z.array(z.object({
    id: z.string(), version: z.string(), title: z.string(), licence: z.string(), source: z.string(),
    requirements: z.array(z.object({ id: z.string(), title: z.string(), controls: z.array(z.string()), checks: z.array(z.object({ check: z.string(), relation: z.enum(['tests', 'supports']), rationale: z.string() })) })),
    notCovered: z.array(z.object({ id: z.string(), reason: z.string() })),
  })),
});
export type FrameworksFile = z.output<typeof frameworksSchema>;

/** Columns of every population file, the same in each run: CSV, workbook and page agree on them. */
export const POPULATION_COLUMNS = ['number', 'unit', 'identity', 'credential_id', 'created', 'age_days', 'last_used', 'owner', 'purpose', 'status', 'page_reference'] as const;
