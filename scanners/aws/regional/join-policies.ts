// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { unknown, type Fact } from '../../../src/model/fact.ts';
import type { Credential, Trust } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { parsedRows } from '../rows.ts';
import { keyPolicySchema } from '../sources/regional/kms-use.ts';
import { secretPolicySchema } from '../sources/regional/secret-policies.ts';
import { openedBy } from '../trust.ts';
import { countThrough } from './rows.ts';

/** What gives a secret away: reading its value, and writing the policy that decides who may. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
const READING = ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue', 'secretsmanager:PutResourcePolicy'];
/** What uses the secret part of a key, or decides who may. Encrypting alone, and looking, gives nothing away. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html */
const USING = ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:Sign', 'kms:GenerateMac', 'kms:DeriveSharedSecret', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:CreateGrant', 'kms:PutKeyPolicy'];

/** Whom the policies of secrets and of keys let in beside IAM: trusts into each, and how many there are. */
export function joinPolicies(related: Related, credentials: readonly Credential[], ownUnits: ReadonlySet<string>): { readonly trusts: readonly Trust[]; readonly populations: { readonly [kind: string]: Fact<number> } } {
  const account = related.unit.id.split('/')[0] ?? related.unit.id;
  const base = { unit: related.unit.id, account };
  const byId = new Map(credentials.map((credential) => [credential.id, credential]));
  const secrets = parsedRows(related, 'aws.secretsmanager.secret-policies', 'aws.secret-policy', secretPolicySchema).flatMap(({ value, row }) => {
    const secret = byId.get(value.ARN);
    return secret === undefined ? [] : [openedBy({ ...base, kind: 'aws.secret-trust', key: secret.key, document: value.ResourcePolicy, refs: row.refs, actions: READING }, ownUnits)];
  });
  const keys = parsedRows(related, 'aws.kms.key-policies', 'aws.kms-key-policy', keyPolicySchema.extend({ KeyId: z.string() })).flatMap(({ value, row }) => {
    const key = byId.get(value.KeyId);
    return key === undefined ? [] : [openedBy({ ...base, kind: 'aws.kms-key-trust', key: key.key, document: value.Policy, refs: row.refs, actions: USING }, ownUnits)];
  });
  const of = (kind: string): readonly (string | null)[] => credentials.filter((credential) => credential.kind === kind).map(({ id }) => id);
  return {
    trusts: [...secrets, ...keys].flatMap(({ trusts }) => trusts),
    populations: {
      'aws.secret-trust': counted(secrets, countThrough(related, [{ source: 'aws.secretsmanager.secrets', parents: [null] }, { source: 'aws.secretsmanager.secret-policies', parents: of('aws.secret') }], secrets.flatMap(({ trusts }) => trusts).length)),
      'aws.kms-key-trust': counted(keys, countThrough(related, [{ source: 'aws.kms.keys', parents: [null] }, { source: 'aws.kms.key-policies', parents: of('aws.kms-key') }], keys.flatMap(({ trusts }) => trusts).length)),
    },
  };
}

/** A policy that cannot be read lets in we do not know whom, nor how many. */
function counted(opened: readonly { readonly readable: boolean }[], count: Fact<number>): Fact<number> {
  const unreadable = opened.filter(({ readable }) => !readable).length;
  return unreadable > 0 && count.status === 'known' ? unknown('unrecognized', `${unreadable} policies cannot be read`) : count;
}
