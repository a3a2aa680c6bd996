// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { readActions, readPolicies, sessionPolicy, VALUE_RETURNING_ACTIONS } from '../../../scanners/aws/permissions.ts';
import { SOURCES } from '../../../scanners/aws/sources.ts';
import type { Depth } from '../../../src/model/source.ts';

interface Policy { readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[]; readonly Resource: string }[] }
const read = (text: string): Policy => JSON.parse(text) as Policy;

test.each<Depth>(['bulk', 'standard', 'deep'])('the policy of depth %s allows what its sources send and denies what returns secrets', (depth) => {
  const [policy] = readPolicies(depth);
  const [allow, deny] = read(policy?.text ?? '').Statement;
  expect(allow).toMatchObject({ Effect: 'Allow', Resource: '*', Action: readActions(depth) });
  expect(deny).toMatchObject({ Effect: 'Deny', Resource: '*', Action: VALUE_RETURNING_ACTIONS });
});

test('reads of single users are not asked for by a bulk scan', () => {
  expect(readActions('bulk')).toContain('iam:GetAccountAuthorizationDetails');
  for (const action of ['iam:ListAccessKeys', 'iam:ListSSHPublicKeys', 'iam:GetAccessKeyLastUsed', 'iam:GetOpenIDConnectProvider']) {
    expect(readActions('bulk')).not.toContain(action);
    expect(readActions('standard')).toContain(action);
  }
});

test('no source sends what is denied, and nothing that is allowed changes anything but the stored report', () => {
  const sent = SOURCES.flatMap(({ operations }) => operations.map(({ permission }) => permission));
  expect(sent.filter((action) => VALUE_RETURNING_ACTIONS.includes(action))).toEqual([]);
  expect([...new Set(sent)].filter((action) => !/:(Get|List|Lookup|Describe)/.test(action))).toEqual(['iam:GenerateCredentialReport']);
});

test('what an assumed role is cut down to fits into a session policy and carries the denial', () => {
  expect(sessionPolicy().length).toBeLessThanOrEqual(2048);
  const [allow, deny] = read(sessionPolicy()).Statement;
  expect(allow?.Action).toEqual(readActions('deep'));
  expect(deny).toMatchObject({ Effect: 'Deny', Action: VALUE_RETURNING_ACTIONS });
});
