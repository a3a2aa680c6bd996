// SPDX-License-Identifier: Apache-2.0
import type { Related } from '../../src/model/source.ts';
import { awsManagedName, CODECOMMIT_POLICIES } from './managed-policies.ts';
import { mayAllowService, readPolicy } from './policy.ts';
import { items } from './shapes.ts';
import { groupSchema, policySchema, type UserDetail } from './sources/authorization-details.ts';

/**
 * Whether any policy of a user, its own or a group's, may allow a CodeCommit action, which is all that an SSH key opens.
 * `some` also where a policy or group cannot be read: what is not known costs a read.
 */
export function codeCommitOf(user: UserDetail, related: Related): 'some' | 'none' {
  const rows = related.rows('aws.iam.authorization-details');
  const documents = items(user.UserPolicyList).map(({ PolicyDocument }) => PolicyDocument);
  const arns = items(user.AttachedManagedPolicies).map(({ PolicyArn }) => PolicyArn);
  for (const name of items(user.GroupList)) {
    const row = rows.find((candidate) => candidate.type === 'observation' && candidate.kind === 'aws.group' && candidate.value['GroupName'] === name);
    if (row?.type !== 'observation') return 'some';
    const group = groupSchema.parse(row.value);
    documents.push(...items(group.GroupPolicyList).map(({ PolicyDocument }) => PolicyDocument));
    arns.push(...items(group.AttachedManagedPolicies).map(({ PolicyArn }) => PolicyArn));
  }
  for (const arn of arns) {
    const managed = awsManagedName(arn);
    if (managed !== null) {
      if (CODECOMMIT_POLICIES.has(managed)) return 'some';
      continue;
    }
    const row = rows.find((candidate) => candidate.type === 'observation' && candidate.kind === 'aws.policy' && candidate.value['Arn'] === arn);
    if (row?.type !== 'observation') return 'some';
    const document = items(policySchema.parse(row.value).PolicyVersionList).find(({ IsDefaultVersion }) => IsDefaultVersion === 'true')?.Document;
    if (document === undefined) return 'some';
    documents.push(document);
  }
  return documents.some((document) => {
    const statements = readPolicy(document);
    return statements === null || mayAllowService(statements, 'codecommit');
  }) ? 'some' : 'none';
}
