// SPDX-License-Identifier: Apache-2.0
import { unknown } from '../../src/model/fact.ts';
import type { Trust } from '../../src/model/row.ts';
import { FEDERATED_CREDENTIAL } from './join-applications.ts';
import type { Parsed } from '../../src/model/read-facts.ts';
import { rowKey } from './shapes.ts';
import type { FederatedRow } from './sources/federated-credentials.ts';

/**
 * A federated credential as who may become the application: the issuer, with the subject and audience that its token must have, each
 * compared whole. https://learn.microsoft.com/en-us/graph/api/resources/federatedidentitycredential
 */
export function trustOf(unit: string, { value, row }: Parsed<FederatedRow>): Trust {
  const { application, id, issuer, subject, audiences } = value;
  const common = { type: 'trust', kind: FEDERATED_CREDENTIAL, key: rowKey(unit, `${application}|${id}`), unit, identity: rowKey(unit, application), principal: issuer, refs: row.refs } as const;
  const audience = { operator: 'StringEquals', key: `${issuer}:aud`, values: audiences };
  if (subject === null || subject === undefined) {
    return { ...common, principalKind: 'other', external: unknown('not_reported', 'it matches by an expression, which this version of Microsoft Graph does not show'), conditions: [audience] };
  }
  return { ...common, principalKind: 'oidc', external: unknown('no_source', 'whose workload a subject of this issuer is stands in no source'), conditions: [audience, { operator: 'StringEquals', key: `${issuer}:sub`, values: [subject] }] };
}
