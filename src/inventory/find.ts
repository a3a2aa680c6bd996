// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import { credentialSchema, grantSchema, identitySchema, trustSchema, type Credential, type Grant, type Identity, type Trust } from '../model/row.ts';

export interface Found { readonly identities: readonly Identity[]; readonly credentials: readonly Credential[] }

/** Identities and credentials of a bundle that bear an id, key, name or address, to the letter. Streams; holds only what matches. */
export async function findRows(bundle: string, text: string): Promise<Found> {
  const identities: Identity[] = [];
  const credentials: Credential[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) {
    if ([row.id, row.key, row.name, row.address].includes(text)) identities.push(row as Identity);
  }
  for await (const row of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) {
    if ([row.id, row.key].includes(text) || row.name === text) credentials.push(row as Credential);
  }
  return { identities, credentials };
}

/** What hangs from an identity: its credentials, grants and trusts. */
export async function belongings(bundle: string, identityKey: string): Promise<{ readonly credentials: readonly Credential[]; readonly grants: readonly Grant[]; readonly trusts: readonly Trust[] }> {
  const credentials: Credential[] = [];
  const grants: Grant[] = [];
  const trusts: Trust[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.credentials), credentialSchema)) if (row.identity === identityKey) credentials.push(row as Credential);
  for await (const row of readJsonLines(join(bundle, BUNDLE.grants), grantSchema)) if (row.identity === identityKey) grants.push(row);
  for await (const row of readJsonLines(join(bundle, BUNDLE.trusts), trustSchema)) if (row.identity === identityKey) trusts.push(row);
  return { credentials, grants, trusts };
}
