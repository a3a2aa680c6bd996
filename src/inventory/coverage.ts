// SPDX-License-Identifier: Apache-2.0
import { gatherClosedLists } from '../bundle/closed-lists.ts';
import type { Coverage, CoverageUnit, Run, Scope } from '../bundle/records.ts';
import { matchesPattern } from '../model/pattern.ts';
import { isInForce, millisecondsOf, type Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Call, Redaction } from '../model/ledger.ts';
import { sourcesOf, type AnySource, type ControlTotal, type Provider, type UnitInventory } from '../model/source.ts';
import { listedClusters } from './listed-clusters.ts';
import type { ReadUnit } from './read-units.ts';

/** More than this between our clock and the provider's makes our times suspect. Five minutes is where request signatures stop being accepted. */
export const CLOCK_LIMIT_MS = 300_000;

type Unit = Coverage['units'][number];
type Gap = Coverage['gaps'][number];

/** Gathers, unit after unit, what became of everything that was due. */
export interface CoverageBuilder {
  /** Takes one unit; returns what `data/coverage-units.jsonl.gz` says of it. */
  add(read: ReadUnit, inventory: UnitInventory): CoverageUnit;
  redacted(redaction: Redaction): void;
  finish(): Coverage;
}

/** Coverage of a scan: from scope, ledger and pages, with nothing of its own. `asOf` decides whether an expected gap has expired, `logins` which clusters that a cloud lists were reached. */
export function coverageBuilder(scope: Scope, providers: readonly Provider[], { asOf, logins }: Pick<Run, 'asOf' | 'logins'>): CoverageBuilder {
  const clusters = listedClusters({ logins }, scope);
  const units: Unit[] = [];
  const gaps: Gap[] = [];
  const skips = new Map<string, Coverage['skips'][number]>();
  const unknownFields = new Map<string, Coverage['unknownFields'][number]>();
  const redactions = new Map<string, Coverage['redactions'][number]>();
  const totals = controlTotalsGathered();
  const principals: Coverage['principals'] = [];
  const lists = gatherClosedLists();
  const unplaced = new Map<string, Coverage['unplaced'][number]>();
  let skew: number | null = null;

  function add(read: ReadUnit, inventory: UnitInventory): CoverageUnit {
    const own = gapsOf(read, scope, asOf);
    gaps.push(...own);
    const ownSkips = new Map<string, CoverageUnit['skips'][number]>();
    for (const { source, kind, reason } of read.skips) count(ownSkips, `${source} ${kind} ${reason}`, (sum) => ({ source, kind, reason, count: sum }));
    for (const [key, skip] of ownSkips) skips.set(key, { ...skip, count: skip.count + (skips.get(key)?.count ?? 0), units: 1 + (skips.get(key)?.units ?? 0) });
    for (const [source, pages] of read.pages) {
      const own = new Map<string, { readonly source: string; readonly path: string; readonly type: string; readonly count: number }>();
      for (const page of pages) for (const field of page.unknown) count(own, `${source} ${field.path} ${field.type}`, (sum) => ({ source, path: field.path, type: field.type, count: sum }), field.count);
      for (const [key, field] of own) unknownFields.set(key, { ...field, count: field.count + (unknownFields.get(key)?.count ?? 0), units: 1 + (unknownFields.get(key)?.units ?? 0) });
    }
    for (const call of read.calls) skew = greater(skew, skewOf(call));
    const sources = sourcesIn(read);
    units.push(unitOf(read, own, sources));
    clusters.add(inventory.objects);
    for (const total of inventory.controlTotals) totals.add(total);
    // A list of units has no principals of its own, so that there is nothing to tie.
    if (inventory.identityKinds.length > 0) principals.push(principalsOf(read, inventory));
    const listed = Object.entries(inventory.populations).sort(([a], [b]) => byCodeUnit(a, b)).map(([kind, fact]) => ({ kind, count: fact.status === 'known' ? fact.value : null, why: fact.status === 'known' ? null : fact.status === 'unknown' ? `${fact.cause}: ${fact.detail}` : fact.reason }));
    lists.add(read.unit.id, listed.map(({ kind, why }) => [kind, why]));
    for (const row of inventory.unplaced) count(unplaced, `${read.unit.id} ${row.type}`, (sum) => ({ unit: read.unit.id, kind: 'kind' in row ? row.kind : row.type, count: sum }));
    return { unit: read.unit.id, sources, skips: sorted(ownSkips), controlTotals: inventory.controlTotals.map(written), listed };
  }

  function finish(): Coverage {
    const names = new Map((scope.listed ?? []).map(({ unit, name }) => [unit, name]));
    return {
      units: [
        ...units,
        ...clusters.undeclared(),
        ...scope.excluded.map((unit): Unit => ({ unit: unit.unit, name: names.get(unit.unit) ?? null, basis: 'declared', outcome: 'excluded', reason: `${unit.reason} (approved by ${unit.approver}, until ${unit.expires})`, reads: null })),
        ...(scope.listed ?? []).flatMap(({ unit, name, state, reason }): Unit[] => (state === 'closed' || state === 'undeclared' ? [{ unit, name, basis: 'discovered', outcome: state, reason, reads: null }] : [])),
        ...scope.unreachable.map((unit): Unit => ({ unit: unit.unit, name: names.get(unit.unit) ?? null, basis: 'declared', outcome: 'unreachable', reason: unit.reason, reads: null })),
      ].sort((a, b) => byCodeUnit(a.unit, b.unit)),
      gaps, skips: sorted(skips), ...totals.finish(), lists: lists.finish(), principals,
      unknownFields: sorted(unknownFields), redactions: sorted(redactions), unplaced: sorted(unplaced),
      blindSpots: blindSpotsOf(scope, providers),
      clock: { greatestSkewMs: skew, limitMs: CLOCK_LIMIT_MS },
    };
  }

  return {
    add,
    redacted: (redaction) => count(redactions, `${redaction.unit} ${redaction.source} ${redaction.rule}`, (sum) => ({ unit: redaction.unit, source: redaction.source, rule: redaction.rule, count: sum })),
    finish,
  };
}

/** In so many units or fewer an equal count stands by itself. */
const APART = 20;

/** Counts as they come. What is equal in very many units is one group: nobody reads nine lines for each of five thousand accounts, and what differs would drown. */
function controlTotalsGathered(): { add(total: ControlTotal): void; finish(): Pick<Coverage, 'controlTotals' | 'equalTotals'> } {
  const apart: { readonly total: Coverage['controlTotals'][number]; readonly group: string | null }[] = [];
  const groups = new Map<string, Coverage['equalTotals'][number]>();
  return {
    add(total) {
      const group = total.state === 'equal' ? JSON.stringify([total.name, total.method, total.note]) : null;
      const sum = group === null ? undefined : { name: total.name, method: total.method, note: total.note, units: 1 + (groups.get(group)?.units ?? 0), listed: (total.listed ?? 0) + (groups.get(group)?.listed ?? 0) };
      if (group !== null && sum !== undefined) groups.set(group, sum);
      // Beyond those that may stand apart, the group alone is kept.
      if (sum === undefined || sum.units <= APART) apart.push({ total: written(total), group });
    },
    finish: () => {
      const folded = new Set([...groups].flatMap(([key, { units }]) => (units > APART ? [key] : [])));
      return { controlTotals: apart.flatMap(({ total, group }) => (group !== null && folded.has(group) ? [] : [total])), equalTotals: [...groups].flatMap(([key, sum]) => (folded.has(key) ? [sum] : [])) };
    },
  };
}

function written(total: ControlTotal): Coverage['controlTotals'][number] {
  return { ...total, refs: [...new Set(total.refs)] };
}

/** What the providers in scope say that no read shows: of the sources that some unit has, each text once. */
function blindSpotsOf({ units }: Scope, providers: readonly Provider[]): Coverage['blindSpots'] {
  return providers.flatMap((provider) => {
    const own = units.filter((unit) => unit.provider === provider.id);
    if (own.length === 0) return [];
    const sources = new Set(own.flatMap((unit) => sourcesOf(provider, unit)));
    const texts = [...provider.blindSpots, ...provider.sources.filter((source) => sources.has(source)).flatMap((source) => source.blindSpots)];
    return [...new Set(texts)].map((text) => ({ provider: provider.id, text }));
  });
}

function sourcesIn(read: ReadUnit): CoverageUnit['sources'] {
  return sourcesOf(read.provider, read.unit).map((source) => {
    const ends = read.reads.reads(source.id);
    const made = ends.filter(({ end }) => end.state === 'complete' || end.state === 'failed');
    const calls = read.calls.filter((call) => call.source === source.id);
    return {
      source: source.id, title: source.title, readsDue: made.length, complete: made.filter(({ end }) => end.state === 'complete').length, failed: made.filter(({ end }) => end.state === 'failed').length,
      skipped: ends.length - made.length, calls: calls.length, pages: read.pages.get(source.id)?.length ?? 0, items: calls.reduce((sum, call) => sum + (call.items ?? 0), 0),
      unknownFields: calls.reduce((sum, call) => sum + call.unknownFields, 0),
    };
  });
}

function unitOf(read: ReadUnit, gaps: readonly Gap[], sources: CoverageUnit['sources']): Unit {
  const complete = sources.some(({ complete: done }) => done > 0);
  const outcome = gaps.length === 0 ? 'scanned' : complete ? 'partially_scanned' : 'failed';
  const reason = outcome === 'scanned' ? 'every read that was due ended with its end marker' : outcome === 'failed' ? 'no read ended well' : `${gaps.length} of the reads that were due did not end well`;
  return { unit: read.unit.id, name: read.unit.name, basis: read.unit.basis, outcome, reason, reads: sumOf(sources) };
}

function sumOf(sources: CoverageUnit['sources']): NonNullable<Unit['reads']> {
  const sum = { readsDue: 0, complete: 0, failed: 0, skipped: 0, calls: 0, pages: 0, items: 0 };
  for (const source of sources) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += source[name];
  return sum;
}

function gapsOf(read: ReadUnit, scope: Scope, asOf: Instant): Gap[] {
  const gaps: Gap[] = [];
  for (const source of sourcesOf(read.provider, read.unit)) {
    const lastCalls = new Map(read.calls.filter((call) => call.source === source.id).map((call) => [call.parent, call]));
    for (const { parent, end } of read.reads.reads(source.id)) {
      if (end.state !== 'failed' || saysNone(source, end.errorCode) || coveredByFallback(read, source, end.outcome)) continue;
      const call = lastCalls.get(parent);
      const expected = scope.expectedGaps.find((gap) => matchesPattern(gap.unit, read.unit.id) && gap.source === source.id && (gap.cause === undefined || gap.cause === end.outcome) && isInForce(gap, asOf));
      gaps.push({
        unit: read.unit.id, source: source.id, parent, operation: end.operation, permission: source.operations.find(({ operation }) => operation === end.operation)?.permission ?? end.operation,
        outcome: end.outcome, errorCode: end.errorCode, message: call?.message ?? null, calls: [...end.calls], blanks: source.title, expected: expected !== undefined, expectedReason: expected === undefined ? null : `${expected.reason} (approved by ${expected.approver}, until ${expected.expires})`,
      });
    }
  }
  return gaps;
}

function saysNone({ noneBy = [] }: AnySource, errorCode: string | null): boolean {
  return errorCode !== null && noneBy.includes(errorCode);
}

/** A request form that the provider refused is no gap where the other form gave the same rows. */
function coveredByFallback(read: ReadUnit, source: AnySource, outcome: string): boolean {
  if (source.fallback === undefined || outcome !== 'rejected') return false;
  const other = read.reads.reads(source.fallback);
  return other.length > 0 && other.every(({ end }) => end.state === 'complete');
}

function principalsOf(read: ReadUnit, inventory: UnitInventory): Coverage['principals'][number] {
  const of = (name: string): number => inventory.identities.filter(({ classification }) => classification.class === name).length;
  const total = inventory.controlTotals.find(({ name, unit }) => name === 'Principals' && unit === read.unit.id);
  const listed = inventory.identities.length;
  return {
    unit: read.unit.id, human: of('human'), nonHuman: of('non-human'), both: of('both'), undecided: of('undecided'), listed, controlTotal: total?.after ?? total?.before ?? null,
    ties: total === undefined || total.state === 'unavailable' || total.state === 'changed_during_scan' ? 'cannot say' : total.state === 'equal' ? 'yes' : 'no',
  };
}

/** How far the local clock lay from the provider's answer, which was stamped between start and end of the call; a second of grace for the header's grain. */
function skewOf(call: Call): number | null {
  if (call.providerTime === null) return null;
  const stamp = millisecondsOf(call.providerTime);
  const start = millisecondsOf(call.startedAt) - 1000;
  const end = millisecondsOf(call.startedAt) + call.durationMs + 1000;
  return stamp < start ? start - stamp : stamp > end ? stamp - end : 0;
}

function greater(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function count<T extends { readonly count: number }>(map: Map<string, T>, key: string, make: (count: number) => T, by = 1): void {
  map.set(key, make((map.get(key)?.count ?? 0) + by));
}
function sorted<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => byCodeUnit(a, b)).map(([, value]) => value);
}
