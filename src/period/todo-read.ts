// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { credentialSchema, identitySchema, trustSchema, type Credential, type Identity, type Trust } from '../model/row.ts';
import { foldedVerdictSchema, verdictSchema, type Verdict } from '../model/verdict.ts';
import type { TodoSource } from './todo.ts';

/** What is not met in a bundle, with the rows around it and no others: the estate is never held. Throws a BundleFormatError on a damaged bundle. */
export async function readTodo(bundle: string): Promise<Pick<TodoSource, 'verdicts' | 'identities' | 'credentials' | 'trusts'>> {
  const verdicts: Verdict[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) if (row.type === 'verdict' && row.result === 'not_met') verdicts.push(row);
  const subjects = new Set(verdicts.map(({ subject }) => subject));
  const credentials = new Map<string, Credential>();
  for await (const row of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) if (subjects.has(row.key)) credentials.set(row.key, row as Credential);
  const trusts = new Map<string, Trust>();
  for await (const row of readJsonLines(join(bundle, BUNDLE.trusts), trustSchema)) if (subjects.has(row.key)) trusts.set(row.key, row);
  const wanted = new Set<string | null>([...subjects, ...[...credentials.values()].map(({ identity }) => identity), ...[...trusts.values()].map(({ identity }) => identity)]);
  const identities = new Map<string, Identity>();
  for await (const row of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) if (wanted.has(row.key)) identities.set(row.key, row as Identity);
  return { verdicts, identities, credentials, trusts };
}
