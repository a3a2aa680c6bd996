// SPDX-License-Identifier: Apache-2.0
import type { Trust } from '../model/row.ts';
import { limits, namesOne } from './trust-conditions.ts';

/**
 * Condition keys that AWS itself sets from the caller or its organization, and what a value must look like to limit anybody. An external
 * id is not among them: the caller chooses it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
const LIMITING: readonly { readonly key: string; readonly narrow: (value: string) => boolean }[] = [
  { key: 'aws:PrincipalOrgID', narrow: namesOne },
  { key: 'aws:PrincipalOrgPaths', narrow: (value) => /^o-[a-z0-9]+\//.test(value) },
  { key: 'aws:PrincipalAccount', narrow: namesOne },
  { key: 'aws:PrincipalArn', narrow: namesAccount },
  { key: 'aws:SourceAccount', narrow: namesOne },
  { key: 'aws:SourceArn', narrow: namesAccount },
  { key: 'aws:SourceOrgID', narrow: namesOne },
  { key: 'kms:CallerAccount', narrow: namesOne },
];

/** The condition keys by which a trust in anybody is limited all the same; none where it is not. */
export function limitedByAws(trust: Trust): readonly string[] {
  return LIMITING.filter(({ key, narrow }) => limits(trust, key, narrow)).map(({ key }) => key);
}

/** Whether a resource name is of one account, or of a bucket or the like whose name nobody else can take. */
function namesAccount(value: string): boolean {
  const [, , , , account = '*', resource = '*'] = value.split(':');
  return account === '' ? namesOne(resource.split('/')[0] ?? '') : /^\d{12}$/.test(account);
}
