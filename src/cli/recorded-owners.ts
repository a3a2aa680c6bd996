// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { credentialSchema, identitySchema } from '../model/row.ts';
import { foldedVerdictSchema, verdictSchema } from '../model/verdict.ts';
import type { NotMetRow } from '../period/lint.ts';

/** Who is recorded as owner, by key: of each identity that has one, and of what it holds. Holds in memory the owned ones alone. */
export async function recordedOwners(bundle: string): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for await (const { key, owner } of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) if (owner.status === 'known' && owner.value !== null) owners.set(key, owner.value.owner);
  for await (const { key, identity } of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) {
    const owner = identity === null ? undefined : owners.get(identity);
    if (owner !== undefined) owners.set(key, owner);
  }
  return owners;
}

/** Results of a run that were not met, in the order of its file. */
export async function notMetRows(bundle: string): Promise<readonly NotMetRow[]> {
  const rows: NotMetRow[] = [];
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) if (verdict.type === 'verdict' && verdict.result === 'not_met') rows.push({ check: verdict.check, unit: verdict.unit, subject: verdict.subject });
  return rows;
}
