// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { ownersYaml } from '../../fixtures/company/owners.ts';
import type { Coverage, Scope } from '../../src/bundle/records.ts';
import { CHECKS } from '../../src/checks/all.ts';
import type { ParametersInForce } from '../../src/checks/define.ts';
import { parametersInForce, parseControls } from '../../src/evidence/controls.ts';
import { coverageBuilder } from '../../src/inventory/coverage.ts';
import { parseOwners } from '../../src/inventory/owners-file.ts';
import { withOwner } from '../../src/inventory/owners.ts';
import type { ReadUnit } from '../../src/inventory/read-units.ts';
import type { Instant } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { AnySource, Provider, UnitInventory } from '../../src/model/source.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import type { Dependence } from './dependence.ts';
import { runAll } from '../support/run-checks.ts';

/** A provider's part of the company, as the matrix needs it. */
export interface MatrixPart {
  readonly provider: Provider;
  /** Sources that the unit of this part has; the provider's others are held to their own matrix. */
  readonly covers?: (source: AnySource) => boolean;
  readonly now: Instant;
  /** A line for every operation that a source may send. */
  readonly dependence: { readonly [operation: string]: Dependence };
  /** The faults that an answer of each operation can suffer. */
  readonly faults: { readonly [operation: string]: readonly string[] };
  /** Whether an answer still comes with a fault: fields that nobody named. */
  readonly harmless: (kind: string) => boolean;
  /** Whether a fault shows on a second page only: it is then scanned in small ones, whose references name other places, so that only results are compared. */
  readonly ofPages: (kind: string) => boolean;
  /** What the undisturbed scan has at least. */
  readonly undisturbed: { readonly verdicts: number; readonly gaps: number };
  /** One scan, with the part's own faults and one more for every request of an operation. */
  scan(fault: { readonly operation: string; readonly kind: string } | null): Promise<{ readonly read: ReadUnit; readonly inventory: UnitInventory }>;
}

interface Outcome { readonly verdicts: ReadonlyMap<string, Verdict>; readonly coverage: Coverage; readonly populations: UnitInventory['populations'] }

const PARAMETERS: ReadonlyMap<string, ParametersInForce> = parametersInForce(CHECKS, parseControls(parse(CONTROLS_YAML), CHECKS, 'controls'));

/** Every operation × every fault: the ledger names what failed, what depends on it is open, and nothing else changes. */
export function holdToMatrix(part: MatrixPart): void {
  const owners = parseOwners(parse(ownersYaml(part.now)), 'owners');

  /** A scan to verdicts and coverage. */
  async function outcomeOf(fault: Parameters<MatrixPart['scan']>[0]): Promise<Outcome> {
    const { read, inventory: joined } = await part.scan(fault);
    const inventory = { ...joined, identities: joined.identities.map((identity) => withOwner(identity, owners, true)) };
    const { verdicts } = runAll(CHECKS, read.unit.id, inventory, PARAMETERS, part.now);
    const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [read.unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
    const builder = coverageBuilder(scope, [part.provider], { asOf: part.now, logins: [] });
    builder.add(read, inventory);
    expect(read.problems).toEqual([]);
    return { verdicts: new Map(verdicts.map((verdict) => [`${verdict.check} ${verdict.subject} ${verdict.subjectKind}`, verdict])), coverage: builder.finish(), populations: inventory.populations };
  }

  describe(`${part.provider.title}: every operation × every fault`, () => {
    // Made by the first test and kept: servers and folders belong to the test that opens them.
    let kept: Promise<Outcome> | null = null;
    const baseline = (): Promise<Outcome> => (kept ??= outcomeOf(null));

    test('the table names every operation that a source may send', async () => {
      const undisturbed = await baseline();
      const declared = [...new Set(part.provider.sources.filter(part.covers ?? (() => true)).flatMap(({ operations }) => operations.map(({ operation }) => operation)))].sort();
      expect(Object.keys(part.dependence).sort()).toEqual(declared);
      expect(Object.keys(part.faults).sort()).toEqual(declared);
      expect(undisturbed.verdicts.size).toBeGreaterThanOrEqual(part.undisturbed.verdicts);
      expect(undisturbed.coverage.gaps).toHaveLength(part.undisturbed.gaps);
    });

    for (const [name, dependence] of Object.entries(part.dependence)) {
      test.each((part.faults[name] ?? []).map((kind) => [kind]))(`${name}: %s`, { timeout: 60_000 }, async (kind) => {
        const small = part.ofPages(kind);
        const undisturbed = await baseline();
        const got = await outcomeOf({ operation: name, kind });
        const named = got.coverage.gaps.filter(({ operation }) => operation === name);
        if (part.harmless(kind)) {
          expect(results(got)).toEqual(results(undisturbed));
          return;
        }
        // Where no list of this operation has a second page to break, nothing was wrong; nor where the rest of a list was had after all.
        if (!small) expect(named.length, 'the ledger names it').toBeGreaterThan(0);
        expect(changes(undisturbed, got, dependence, small)).toEqual([]);
        if (dependence.kinds !== undefined) expect(miscounts(undisturbed.populations, got.populations, dependence.kinds, named.length > 0)).toEqual([]);
      });
    }
  });
}

/** What changed that may not have, in words. */
function changes(undisturbed: Outcome, got: Outcome, dependence: Dependence, small: boolean): readonly string[] {
  const wrong: string[] = [];
  for (const [key, before] of undisturbed.verdicts) {
    const after = got.verdicts.get(key);
    if (dependence.decided(before)) {
      if (after !== undefined && after.result !== 'not_evaluated' && !small) wrong.push(`depends, and is ${after.result}: ${key}`);
    } else if (dependence.elsewhere(before)) {
      if (after !== undefined && after.result !== before.result && after.result !== 'not_evaluated') wrong.push(`stands elsewhere, and turned from ${before.result} to ${after.result}: ${key}`);
    } else if (small ? after?.result !== before.result : after === undefined || canonicalJson(after) !== canonicalJson(before)) wrong.push(`does not depend, and changed: ${key}`);
  }
  for (const [key, after] of got.verdicts) {
    if (undisturbed.verdicts.has(key) || after.result === 'not_evaluated') continue;
    if (!(dependence.joins?.(after) ?? false) || (after.result === 'met' && after.refs.length === 0)) wrong.push(`new, and ${after.result}: ${key}`);
  }
  return wrong;
}

/** Numbers of rows that changed and may not have, or that are still stated although the list behind them failed. */
function miscounts(before: Outcome['populations'], after: Outcome['populations'], open: readonly string[], failed: boolean): readonly string[] {
  const told = (populations: Outcome['populations'], kind: string): string => {
    const population = populations[kind];
    return population?.status === 'known' ? String(population.value) : (population?.status ?? 'not there');
  };
  return Object.keys(before).flatMap((kind) => {
    const [was, is] = [told(before, kind), told(after, kind)];
    const right = is === 'unknown' ? was === 'unknown' || open.includes(kind) : is === was && !(failed && open.includes(kind));
    return right ? [] : [`${kind}: ${was} before, ${is} after`];
  });
}

function results({ verdicts }: Outcome): readonly string[] {
  return [...verdicts].map(([key, { result }]) => `${key} ${result}`).sort();
}
