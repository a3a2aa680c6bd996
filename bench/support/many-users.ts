// SPDX-License-Identifier: Apache-2.0
import type { AwsAccount, ReportRow } from '../../fixtures/servers/aws-account.ts';
import { instantOf, millisecondsOf, plusDays, type Instant } from '../../src/model/instant.ts';

const ACCOUNT = '444455556666';
const NO_SLOTS = {
  access_key_1_active: 'false', access_key_1_last_rotated: 'N/A', access_key_1_last_used_date: 'N/A', access_key_1_last_used_region: 'N/A', access_key_1_last_used_service: 'N/A',
  access_key_2_active: 'false', access_key_2_last_rotated: 'N/A', access_key_2_last_used_date: 'N/A', access_key_2_last_used_region: 'N/A', access_key_2_last_used_service: 'N/A',
  cert_1_active: 'false', cert_1_last_rotated: 'N/A', cert_2_active: 'false', cert_2_last_rotated: 'N/A',
};

/** An account of `count` users with one access key each, made on different days, every other one used. */
export function manyUsers(count: number, now: Instant): AwsAccount {
  const text = (days: number): string => `${plusDays(now, -days).slice(0, 19)}+00:00`;
  const date = (days: number): Date => new Date(millisecondsOf(instantOf(Math.floor(millisecondsOf(plusDays(now, -days)) / 1000) * 1000)));
  const people = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(8, '0');
    return { name: `service-${number}`, id: `AIDABENCH${number}XXXX`, key: `AKIABENCH${number}XXX`, days: 1 + (index % 700), used: index % 2 === 0 };
  });
  const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;
  const common = { password_enabled: 'false', password_last_used: 'N/A', password_last_changed: 'N/A', password_next_rotation: 'N/A', mfa_active: 'false' };
  const rows: ReportRow[] = people.map(({ name, days, used }) => ({
    user: name, arn: arn(name), user_creation_time: text(days + 1), ...common, ...NO_SLOTS, access_key_1_active: 'true', access_key_1_last_rotated: text(days),
    ...(used ? { access_key_1_last_used_date: text(Math.max(1, days / 2)), access_key_1_last_used_region: 'us-east-1', access_key_1_last_used_service: 's3' } : {}),
  }));
  return {
    id: ACCOUNT, aliases: ['bench'], caller: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/bench`, UserId: 'AROABENCHREADERXXXXXX:bench', userName: null },
    users: people.map(({ name, id, days }) => ({ Path: '/', UserName: name, UserId: id, Arn: arn(name), CreateDate: date(days + 1), GroupList: [], AttachedManagedPolicies: [], Tags: [{ Key: 'owner', Value: 'team@example.com' }] })),
    groups: [], roles: [], policies: [],
    report: { generatedAt: plusDays(now, 0), existing: true, rows: [{ user: '<root_account>', arn: `arn:aws:iam::${ACCOUNT}:root`, user_creation_time: text(2000), ...common, password_enabled: 'not_supported', password_last_changed: 'not_supported', password_next_rotation: 'not_supported', mfa_active: 'true', ...NO_SLOTS }, ...rows] },
    accessKeys: people.map(({ name, key, days }) => ({ UserName: name, AccessKeyId: key, Status: 'Active' as const, CreateDate: date(days) })),
    accessKeyLastUsed: Object.fromEntries(people.filter(({ used }) => used).map(({ key, days }) => [key, { LastUsedDate: date(Math.max(1, days / 2)), ServiceName: 's3', Region: 'us-east-1' }])),
    // One region with nothing in it: what its lists cost is part of what is counted.
    regions: { 'us-east-1': { status: 'ENABLED_BY_DEFAULT' } },
    serviceCredentials: [], sshPublicKeys: [], signingCertificates: [], serverCertificates: [], oidcProviders: [], samlProviders: [], instanceProfiles: [],
  };
}
