// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { ControlTotal } from '../../src/model/source.ts';
import type { Account } from './account.ts';
import { SUMMARY } from './join-root.ts';
import { parsedRows } from './rows.ts';

const METHOD = 'GetAccountSummary, before and after the lists, against what the lists hold';
const schema = z.record(z.string(), z.string());

interface Summary { readonly counts: { readonly [name: string]: string }; readonly refs: readonly PageReference[] }

/** The provider's own counts against ours. `listed` is null where a list did not close: then nothing is compared. */
export function controlTotals(account: Account, listed: { readonly users: Fact<number>; readonly roles: Fact<number>; readonly populations: { readonly [kind: string]: Fact<number> }; readonly principals: number; readonly rootKeys: Fact<number> }): readonly ControlTotal[] {
  const before = summaryOf(account, SUMMARY);
  const after = summaryOf(account, 'aws.iam.account-summary-after');
  const total = (name: string, keys: readonly string[], ours: Fact<number>, plus = 0, note: string | null = null): ControlTotal => compare(account, name, countIn(before, keys, plus), countIn(after, keys, plus), ours.status === 'known' ? ours.value : null, note, [...(before?.refs ?? []), ...(after?.refs ?? []), ...(ours.status === 'known' ? ours.refs : [])]);
  const of = (kind: string): Fact<number> => listed.populations[kind] ?? { status: 'not_applicable', reason: 'not counted' };
  return [
    total('Principals', ['Users', 'Roles'], both(listed.users, listed.roles, () => listed.principals), 1, 'Users and Roles, and one root'),
    total('Users', ['Users'], listed.users),
    total('Roles', ['Roles'], listed.roles),
    total('Groups', ['Groups'], of('aws.group')),
    total('Policies', ['Policies'], of('aws.policy'), 0, "the account's own policies"),
    total('InstanceProfiles', ['InstanceProfiles'], of('aws.instance-profile')),
    total('ServerCertificates', ['ServerCertificates'], of('aws.server-certificate')),
    total('Providers', ['Providers'], both(of('aws.oidc-provider'), of('aws.saml-provider'), (x, y) => x + y), 0, 'OpenID Connect and SAML'),
    asPresence(total('AccountAccessKeysPresent', ['AccountAccessKeysPresent'], listed.rootKeys, 0, "root's access keys as of the credential report, compared as there or not there")),
  ];
}

/** AWS does not document whether the number counts root's keys or only says that there are some. */
function asPresence(total: ControlTotal): ControlTotal {
  const { before, listed, state } = total;
  return state === 'differs' && before !== null && listed !== null && before > 0 && listed > 0 ? { ...total, state: 'equal' } : total;
}

/** One fact of two counts: known only where both are. */
function both(a: Fact<number>, b: Fact<number>, value: (x: number, y: number) => number): Fact<number> {
  return a.status !== 'known' ? a : b.status !== 'known' ? b : { ...a, value: value(a.value, b.value), refs: [...a.refs, ...b.refs] };
}

function compare(account: Account, name: string, before: number | null, after: number | null, listed: number | null, note: string | null, refs: readonly PageReference[]): ControlTotal {
  const state = before === null || after === null || listed === null ? 'unavailable' : before !== after ? 'changed_during_scan' : before === listed ? 'equal' : 'differs';
  return { name, unit: account.unit.id, method: METHOD, before, after, listed, state, note, refs };
}

function countIn(summary: Summary | null, keys: readonly string[], plus: number): number | null {
  if (summary === null) return null;
  let sum = plus;
  for (const key of keys) {
    const text = summary.counts[key];
    if (text === undefined) return null;
    sum += Number(text);
  }
  return sum;
}

function summaryOf(account: Account, source: string): Summary | null {
  const row = parsedRows(account.related, source, 'aws.account-summary', schema)[0];
  return row === undefined ? null : { counts: row.value, refs: row.row.refs };
}
