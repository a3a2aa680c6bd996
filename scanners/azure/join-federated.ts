// SPDX-License-Identifier: Apache-2.0
import { unknown } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Trust } from '../../src/model/row.ts';
import { FEDERATED_CREDENTIAL } from './join-applications.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import { rowKey } from './shapes.ts';
import type { FederatedRow } from './sources/federated-credentials.ts';

/** A federated credential, whatever it enters. `key`: its own id; `identity`: the row that it enters. */
export interface Federation { readonly key: string; readonly identity: string; readonly issuer: string; readonly subject: string | null | undefined; readonly audiences: readonly string[]; readonly refs: readonly PageReference[] }

/** A federated credential of an application. https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential */
export function trustOf(unit: string, { value, row }: Parsed<FederatedRow>): Trust {
  const { application, id, issuer, subject, audiences } = value;
  return trustFrom(unit, { key: `${application}|${id}`, identity: rowKey(unit, application), issuer, subject, audiences, refs: row.refs });
}

/** A federated credential as who may become an identity: the issuer, with the subject and audience that its token must have, each compared whole. */
export function trustFrom(unit: string, { key, identity, issuer, subject, audiences, refs }: Federation): Trust {
  const common = { type: 'trust', kind: FEDERATED_CREDENTIAL, key: rowKey(unit, key), unit, identity, principal: issuer, refs } as const;
  const audience = { operator: 'StringEquals', key: `${issuer}:aud`, values: audiences };
  if (subject === null || subject === undefined) {
    return { ...common, principalKind: 'other', external: unknown('not_reported', 'it matches by an expression, which this version of Microsoft Graph does not show'), conditions: [audience] };
  }
  return { ...common, principalKind: 'oidc', external: unknown('no_source', 'whose workload a subject of this issuer is stands in no source'), conditions: [audience, { operator: 'StringEquals', key: `${issuer}:sub`, values: [subject] }] };
}
