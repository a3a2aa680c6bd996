// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { AWS_FAULTS } from '../../fixtures/company/aws/account.ts';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { ownersYaml } from '../../fixtures/company/owners.ts';
import { FAULTS, PAGING_FAULTS, type FaultKind } from '../../fixtures/servers/aws-faults.ts';
import { AWS_OPERATIONS } from '../../fixtures/servers/aws-query.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { runChecks } from '../../src/checks/run.ts';
import type { ParametersInForce } from '../../src/checks/define.ts';
import { parametersInForce, parseControls } from '../../src/evidence/controls.ts';
import { coverageBuilder } from '../../src/inventory/coverage.ts';
import { parseOwners } from '../../src/inventory/owners-file.ts';
import { withOwner } from '../../src/inventory/owners.ts';
import type { Coverage, Scope } from '../../src/bundle/records.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { aws } from '../../scanners/aws/index.ts';
import { companyAccount, rightNow, scanAccount } from '../scanners/aws/support/scan.ts';
import { DEPENDENCE } from './dependence.ts';

const NOW = rightNow();
const ACCOUNT = companyAccount();
const OWNERS = parseOwners(parse(ownersYaml(NOW)), 'owners');
const PARAMETERS: ReadonlyMap<string, ParametersInForce> = parametersInForce(CHECKS, parseControls(parse(CONTROLS_YAML), CHECKS, 'controls'));

interface Outcome { readonly verdicts: ReadonlyMap<string, Verdict>; readonly coverage: Coverage }

/** A scan of the company with one more fault, to verdicts and coverage. */
async function scanWith(operation: string, kind: FaultKind | null): Promise<Outcome> {
  const faults = kind === null ? AWS_FAULTS : [...AWS_FAULTS, { operation, kind, retryAfterSeconds: 0 }];
  const { read, inventory: joined } = await scanAccount({ account: ACCOUNT, asOf: NOW, requestTimeoutMs: 150, attempts: { throttled: 2, transient: 2, malformed: 2 }, afterLogin: faults, pageSize: { '*': 1000, ...(kind !== null && PAGING_FAULTS.has(kind) && kind !== 'no_end_marker' ? { '*': 2 } : {}) } });
  const inventory = { ...joined, identities: joined.identities.map((identity) => withOwner(identity, OWNERS, true)) };
  const { verdicts } = runChecks(CHECKS, read.unit.id, inventory, PARAMETERS, NOW);
  const scope: Scope = { declaredBy: 'own login only', parentRead: false, statement: 'test', units: [read.unit], excluded: [], unreachable: [], expectedGaps: [], vendorUnits: [], ownUnits: [] };
  const builder = coverageBuilder(scope, [aws], NOW);
  builder.add(read, inventory);
  expect(read.problems).toEqual([]);
  return { verdicts: new Map(verdicts.map((verdict) => [`${verdict.check} ${verdict.subject} ${verdict.subjectKind}`, verdict])), coverage: builder.finish() };
}

/** Faults after which an answer still comes: a wait, or fields that nobody named. */
const HARMLESS: ReadonlySet<FaultKind> = new Set(['unknown_field']);
const OPERATIONS = AWS_OPERATIONS.filter(({ name }) => Object.hasOwn(DEPENDENCE, name));

describe('every operation × every fault', () => {
  // Made by the first test and kept: servers and folders belong to the test that opens them.
  let kept: Promise<Outcome> | null = null;
  const baseline = (): Promise<Outcome> => (kept ??= scanWith('', null));

  test('the table names every operation that a source may send', async () => {
    const undisturbed = await baseline();
    const declared = new Set(aws.sources.flatMap(({ operations }) => operations.map(({ operation }) => operation)));
    expect([...declared].sort()).toEqual(Object.keys(DEPENDENCE).sort());
    expect(undisturbed.verdicts.size).toBeGreaterThan(200);
    expect(undisturbed.coverage.gaps).toHaveLength(1);
  });

  for (const { name, paged: pages } of OPERATIONS) {
    const kinds = FAULTS.filter((kind) => pages || !PAGING_FAULTS.has(kind));
    test.each(kinds.map((kind) => [kind]))(`${name}: %s`, { timeout: 60_000 }, async (kind) => {
      // Faults of a second page need pages; their references name other places, so that only results are compared.
      const small = PAGING_FAULTS.has(kind) && kind !== 'no_end_marker';
      const undisturbed = await baseline();
      const got = await scanWith(name, kind);
      const dependence = DEPENDENCE[name];
      if (dependence === undefined) throw new Error(`no line for ${name}`);
      const named = got.coverage.gaps.filter(({ operation }) => operation === name);
      const few = small && named.length === 0;
      if (HARMLESS.has(kind) || few) {
        // Either nothing was wrong with the answer, or no list of this operation has a second page to repeat.
        if (!few) expect(results(got)).toEqual(results(undisturbed));
        return;
      }
      expect(named.length, 'the ledger names it').toBeGreaterThan(0);
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
      expect(wrong).toEqual([]);
    });
  }
});

function results({ verdicts }: Outcome): readonly string[] {
  return [...verdicts].map(([key, { result }]) => `${key} ${result}`).sort();
}
