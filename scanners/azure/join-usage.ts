// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { parseInstant, type Instant } from '../../src/model/instant.ts';
import { listRefs, notClosed, parsedRows } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { LastUse } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { CREDENTIAL_SIGN_IN_ROW, CREDENTIAL_SIGN_INS, credentialSignInSchema, PRINCIPAL_SIGN_IN_ROW, PRINCIPAL_SIGN_INS, principalSignInSchema } from './sources/sign-ins.ts';

/** When applications, by client id, and credentials, by key id, were last used to sign in. */
export interface Usage { ofApplication(appId: string): Fact<LastUse>; ofCredential(keyId: string): Fact<LastUse> }

interface Seen { at: Instant | null; readonly refs: PageReference[] }

/**
 * Three things that are told apart: used at a moment; not in a report that was read to its end, from which nothing follows before its
 * unstated beginning; and a report that was not to be had, by licence, right or cloud.
 */
export function usageOf(related: Related): Usage {
  const applications = new Map<string, Seen>();
  for (const { value, row } of parsedRows(related, PRINCIPAL_SIGN_INS, PRINCIPAL_SIGN_IN_ROW, principalSignInSchema)) {
    note(applications, value.appId, [value.applicationAuthenticationClientSignInActivity?.lastSignInDateTime, value.delegatedClientSignInActivity?.lastSignInDateTime], row.refs);
  }
  const credentials = new Map<string, Seen>();
  for (const { value, row } of parsedRows(related, CREDENTIAL_SIGN_INS, CREDENTIAL_SIGN_IN_ROW, credentialSignInSchema)) {
    if (value.keyId !== null && value.keyId !== undefined) note(credentials, value.keyId, [value.signInActivity?.lastSignInDateTime], row.refs);
  }
  return {
    ofApplication: (appId) => lastUse(related, PRINCIPAL_SIGN_INS, applications.get(appId.toLowerCase())),
    ofCredential: (keyId) => lastUse(related, CREDENTIAL_SIGN_INS, credentials.get(keyId.toLowerCase())),
  };
}

function note(seen: Map<string, Seen>, id: string, times: readonly (string | null | undefined)[], refs: readonly PageReference[]): void {
  const own = seen.get(id.toLowerCase()) ?? { at: null, refs: [] };
  seen.set(id.toLowerCase(), own);
  own.refs.push(...refs);
  for (const time of times) {
    const at = time === null || time === undefined ? null : parseInstant(time);
    // Graph writes the first moment of the calendar where there was no sign-in.
    if (at !== null && at > '1970-01-02' && (own.at === null || at > own.at)) own.at = at;
  }
}

function lastUse(related: Related, source: string, seen: Seen | undefined): Fact<LastUse> {
  // A later use may stand in what was not read.
  const open = notClosed(related, source);
  if (open !== null) return open;
  if (seen !== undefined && seen.at !== null) return known<LastUse>({ at: seen.at }, seen.refs);
  if (seen !== undefined) return known<LastUse>({ none: true, since: null }, seen.refs, { note: 'in the report, without a sign-in; how far back the report goes is not documented' });
  const refs = listRefs(related, source);
  return refs.length === 0 ? unknown('incomplete', `${source} has no page`) : known<LastUse>({ none: true, since: null }, refs, { note: 'not in the report; how far back the report goes is not documented' });
}
