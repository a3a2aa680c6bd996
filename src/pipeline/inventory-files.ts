// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { openLineWriter } from '../bundle/line-writer.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Coverage, CoverageUnit, Run, Scope } from '../bundle/records.ts';
import type { Check, ParametersInForce } from '../checks/define.ts';
import { runChecks } from '../checks/run.ts';
import { coverageBuilder } from '../inventory/coverage.ts';
import type { OwnersFile } from '../inventory/owners-file.ts';
import { withOwner } from '../inventory/owners.ts';
import { readAbove, readUnits, type ReadUnit } from '../inventory/read-units.ts';
import { byCodeUnit } from '../model/json.ts';
import { redactionSchema } from '../model/ledger.ts';
import type { FoldedVerdict } from '../model/verdict.ts';
import type { Provider, UnitInventory } from '../model/source.ts';

export interface InventoryInputs {
  readonly run: Run;
  readonly scope: Scope;
  readonly owners: OwnersFile;
  readonly ownersGiven: boolean;
  readonly checks: readonly Check[];
  readonly parameters: ReadonlyMap<string, ParametersInForce>;
  /** Called when a large unit is joined, and what was read of it is no longer needed. */
  readonly between: () => void;
}

/** Rows of a unit from which on what was read of it is worth giving back at once. */
const LARGE_UNIT = 20_000;

/**
 * Pages and ledger of a bundle to inventory, coverage and verdicts, unit after unit, so that no estate stands in memory.
 * Rows stand by unit folder and key, verdicts by unit folder, check and subject. Returns the coverage and what did not fit together.
 */
export async function writeInventory(bundle: string, out: string, providers: readonly Provider[], inputs: InventoryInputs): Promise<{ readonly coverage: Coverage; readonly problems: readonly string[] }> {
  const { run, scope } = inputs;
  const builder = coverageBuilder(scope, providers, run);
  // One that was declared and could not be reached is ours all the same: whose a trust or a guest is does not hang on a login that failed.
  const ownUnits = new Set([...scope.units.map(({ id }) => id), ...scope.ownUnits, ...scope.unreachable.map(({ unit }) => unit), ...(scope.listed ?? []).map(({ unit }) => unit)]);
  const vendorUnits = new Set(scope.vendorUnits.map(({ unit }) => unit));
  const problems: string[] = [];
  const above = await readAbove(bundle, scope, providers, run.depth);
  const files = {
    identities: await openLineWriter(join(out, BUNDLE.identities)), credentials: await openLineWriter(join(out, BUNDLE.credentials)), grants: await openLineWriter(join(out, BUNDLE.grants)),
    trusts: await openLineWriter(join(out, BUNDLE.trusts)), objects: await openLineWriter(join(out, BUNDLE.objects)), events: await openLineWriter(join(out, BUNDLE.events)),
    verdicts: await openLineWriter(join(out, BUNDLE.verdicts)), coverage: await openLineWriter(join(out, BUNDLE.coverageUnits)),
  };
  const units = readUnits(bundle, scope, providers, run.depth);
  // What was read of a unit is let go of as soon as its rows are joined: of a large one it is as much again.
  const joinOf = (read: ReadUnit): Joined => {
    problems.push(...read.problems);
    const joined = read.provider.join(read.reads, { asOf: run.asOf, ownUnits, vendorUnits, depth: run.depth, related: read.reads, above });
    const inventory: UnitInventory = { ...joined, identities: joined.identities.map((identity) => withOwner(identity, inputs.owners, inputs.ownersGiven)) };
    return { unit: read.unit.id, inventory, coverage: builder.add(read, inventory) };
  };
  for (;;) {
    const next = joinedOf(await units.next(), joinOf);
    if (next === null) break;
    const { unit, inventory, coverage } = next;
    if (inventory.identities.length + inventory.credentials.length > LARGE_UNIT) inputs.between();
    await files.coverage.write(coverage);
    for (const kind of ['identities', 'credentials', 'grants', 'trusts', 'objects'] as const) {
      for (const row of [...inventory[kind]].sort((a, b) => byCodeUnit(a.key, b.key))) await files[kind].write(row);
    }
    for (const row of [...(inventory.events ?? [])].sort((a, b) => byCodeUnit(a.key, b.key))) await files.events.write(row);
    const passedOver: FoldedVerdict[] = [];
    for (const { verdicts, folded } of runChecks(inputs.checks, unit, inventory, inputs.parameters, run.asOf)) {
      for (const verdict of verdicts) await files.verdicts.write(verdict);
      passedOver.push(...folded);
    }
    for (const verdict of passedOver) await files.verdicts.write(verdict);
  }
  for (const file of Object.values(files)) await file.close();
  for await (const redaction of readJsonLines(join(bundle, BUNDLE.redactions), redactionSchema)) builder.redacted(redaction);
  return { coverage: builder.finish(), problems };
}

interface Joined { readonly unit: string; readonly inventory: UnitInventory; readonly coverage: CoverageUnit }

function joinedOf(next: IteratorResult<ReadUnit, unknown>, join: (read: ReadUnit) => Joined): Joined | null {
  return next.done === true ? null : join(next.value);
}
