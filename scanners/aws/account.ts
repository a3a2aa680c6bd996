// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { PageReference } from '../../src/model/reference.ts';
import type { JoinContext, Related } from '../../src/model/source.ts';
import type { Unit } from '../../src/model/unit.ts';
import { isRowOf, reportedOf, type Reported } from './report-row.ts';
import { accessKeySchema, parsedRows, type KeyRow, type Parsed } from './rows.ts';
import { rowKey } from './shapes.ts';
import { groupSchema, policySchema, roleSchema, userSchema, type GroupDetail, type PolicyDetail, type RoleDetail, type UserDetail } from './sources/authorization-details.ts';

export const DETAILS = 'aws.iam.authorization-details';
export const REPORT = 'aws.iam.credential-report';

export interface Caller { readonly arn: string; readonly userId: string; readonly refs: readonly PageReference[] }

/** The rows of one account, parsed and indexed once for all joins. */
export interface Account {
  readonly unit: Unit;
  readonly related: Related;
  readonly context: JoinContext;
  readonly users: readonly Parsed<UserDetail>[];
  readonly roles: readonly Parsed<RoleDetail>[];
  readonly groups: ReadonlyMap<string, Parsed<GroupDetail>>;
  readonly policies: ReadonlyMap<string, Parsed<PolicyDetail>>;
  readonly usersByName: ReadonlyMap<string, Parsed<UserDetail>>;
  readonly keysByUser: ReadonlyMap<string, readonly Parsed<KeyRow>[]>;
  readonly reported: ReadonlyMap<string, Reported>;
  readonly caller: Caller | null;
}

export function readAccount(related: Related, context: JoinContext): Account {
  const users = parsedRows(related, DETAILS, 'aws.user', userSchema);
  const groups = parsedRows(related, DETAILS, 'aws.group', groupSchema);
  const policies = parsedRows(related, DETAILS, 'aws.policy', policySchema);
  const keys = parsedRows(related, 'aws.iam.access-keys', 'aws.access-key', z.object({ ...accessKeySchema.shape, UserId: z.string() }));
  const caller = parsedRows(related, 'aws.sts.caller-identity', 'aws.caller', z.object({ Arn: z.string(), UserId: z.string() }))[0];
  const reported = new Map<string, Reported>();
  for (const row of related.rows(REPORT)) {
    const one = reportedOf(row);
    if (one !== null) reported.set(one.row.arn, one);
  }
  return {
    unit: related.unit, related, context, users, roles: parsedRows(related, DETAILS, 'aws.role', roleSchema),
    groups: new Map(groups.map((group) => [group.value.GroupName, group])), policies: new Map(policies.map((policy) => [policy.value.Arn, policy])),
    usersByName: new Map(users.map((user) => [user.value.UserName, user])), keysByUser: Map.groupBy(keys, (key) => key.value.UserId), reported,
    caller: caller === undefined ? null : { arn: caller.value.Arn, userId: caller.value.UserId, refs: caller.row.refs },
  };
}

/** The report's row of a user, or null: not in the report, or a row of an earlier user of the same name. */
export function reportOf(account: Account, user: UserDetail): Reported | null {
  const reported = account.reported.get(user.Arn);
  return reported !== undefined && isRowOf(reported, user) ? reported : null;
}

/** The report's row of root: the one whose ARN ends in `:root`. */
export function rootReport(account: Account): Reported | null {
  return [...account.reported.values()].find(({ row }) => /^arn:[a-z0-9-]+:iam::\d{12}:root$/.test(row.arn)) ?? null;
}

export function rootId(account: Account): string {
  return `${account.unit.nativeId}|root`;
}
export function rootKey(account: Account): string {
  return rowKey(account.unit.id, rootId(account));
}

/** Whether the caller is this identity: by the unique id, which for an assumed role stands before the session's name, else by the role's name in the ARN. */
export function isCaller(account: Account, identity: { readonly id: string; readonly arn: string; readonly roleName?: string }): boolean {
  const { caller } = account;
  if (caller === null) return false;
  if (caller.arn === identity.arn || caller.userId.split(':')[0] === identity.id) return true;
  const role = /^arn:[a-z0-9-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(caller.arn);
  return identity.roleName !== undefined && role?.[1] === account.unit.nativeId && role[2] === identity.roleName;
}
